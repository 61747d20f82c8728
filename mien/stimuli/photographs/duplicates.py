"""Near-copies among aligned pictures, and identities in sets that must not share any.

A copy is compressed anew, resized or brighter, but its details lie where they did. So pictures are compared at 64
pixels a side minus their blur, inside the face. On photographs of 40 identities (London set) such copies correlate .985
or more, different identities .74 at most, cut out .82; rendered faces of one with other expressions .92 at most.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from PIL import Image
from scipy.ndimage import gaussian_filter

from mien.errors import DesignError
from mien.stimuli.ground import inside
from mien.tables.schema import FLOAT, TEXT, Schema

DUPLICATES = Schema(
    "duplicates",
    {f"{column}_{side}": TEXT for side in "ab" for column in ("set", "identity", "expression", "file")}
    | {"correlation": FLOAT},
)

#: Pictures that correlate so much are copies of one. Half-way between copies and other pictures of a person, see above.
COPIES = 0.95
SIDE = 64  # pixels at which pictures are compared; between smaller ones no copies are found
_BLUR = 4.0  # standard deviation, of these pixels
_BLOCK = 1024  # pictures; correlations of so many with so many are held at once
_ROUNDING = 1e-4  # of a correlation in single precision, amply; closer ones are computed again in double
_MOST = 40  # lines of a message
_LOCALIZER, _TESTED = "localizer", ("controlled", "wild")


def listed(stimuli: pd.DataFrame, pictures: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What each picture of several sets is, in their order: `set`, `identity`, `expression`, `file`, and its `image`.

    Args:
        stimuli: tables `stimuli`, one after the other.
        pictures: table `photographs` of each set, by its name.
    """
    shown = stimuli[["set", "identity", "expression", "image"]]
    files = pd.concat([table.assign(set=name) for name, table in pictures.items()])
    return shown.merge(files[["set", "identity", "expression", "file"]], "left", validate="one_to_one")


def near_copies(pictures: Iterable[np.ndarray], listed: pd.DataFrame) -> pd.DataFrame:
    """Pairs of pictures that are copies of one, within and between sets.

    Args:
        pictures: aligned, (size, size) grey, 0 to 255, whole or cut out on black; taken one after the other.
        listed: what they are, in the same order: `set`, `identity`, `expression`, `file`.

    Returns:
        A row a pair, in the order of `listed`: these columns with `_a` and `_b`, and `correlation`.
    """
    details = np.stack([_details(picture) for picture in pictures]) if len(listed) else np.zeros((0, SIDE**2))
    pairs = [(*pair, _correlation(details[pair[0]], details[pair[1]])) for pair in _candidates(details)]
    found = pd.DataFrame(sorted(pairs), columns=["a", "b", "correlation"]).astype({"a": int, "b": int})
    found = found[found["correlation"] >= COPIES]
    sides = [listed.iloc[found[side]].reset_index(drop=True).add_suffix(f"_{side}") for side in "ab"]
    return pd.concat([*sides, found[["correlation"]].reset_index(drop=True)], axis=1)


def shared_identities(listed: pd.DataFrame) -> pd.DataFrame:
    """People whom the localizer shares with a set that tests it: `identity`, and the other's `set`.

    Args:
        listed: pictures with their `set` and `identity`, in a database's words, `KDEF/F01`.
    """
    selected = listed.loc[listed["set"] == _LOCALIZER, "identity"]
    shared = listed["set"].isin(_TESTED) & listed["identity"].isin(selected)
    return listed.loc[shared, ["identity", "set"]].drop_duplicates(ignore_index=True)


def check_duplicates(copies: pd.DataFrame, shared: pd.DataFrame) -> None:
    """Stop a study whose sets hold a picture twice, or test with identities or pictures that its units are selected on.

    Copies in `controlled` and `wild` are two tests of one picture, and no error.

    Args:
        copies: of `near_copies`.
        shared: of `shared_identities`.

    Raises:
        DesignError: with the identities and the pairs of pictures, the first 40 of each.
    """
    within = copies[copies["set_a"] == copies["set_b"]]
    across = copies[
        (copies["set_a"] == _LOCALIZER) & copies["set_b"].isin(_TESTED)
        | (copies["set_b"] == _LOCALIZER) & copies["set_a"].isin(_TESTED)
    ]
    parts = []
    if len(within):
        parts += _part("pictures that are copies of another in their set; leave one of each pair out", _words(within))
    if len(shared):
        identities = [f"{row.set}: {row.identity}" for row in shared.itertuples()]
        parts += _part(
            "identities of the localizer that are in a set that tests it, too; take them out of one", identities
        )
    if len(across):
        parts += _part(
            "pictures of the localizer of which a set that tests it has copies; take one out", _words(across)
        )
    if parts:
        raise DesignError("\n  ".join(parts))


def _part(what: str, lines: list[str]) -> list[str]:
    more = [f"... and {len(lines) - _MOST:,} more"] if len(lines) > _MOST else []
    return [f"{len(lines):,} {what}:", *lines[:_MOST], *more]


def _words(pairs: pd.DataFrame) -> list[str]:
    return [
        f"{row.set_a}: {row.file_a} ({row.identity_a}, {row.expression_a}) and {row.set_b}: {row.file_b} "
        f"({row.identity_b}, {row.expression_b}), correlation {row.correlation:.3f}"
        for row in pairs.itertuples()
    ]


def _details(picture: np.ndarray) -> np.ndarray:
    """A picture at 64 pixels minus its blur, inside the face, (4096,) float32 of mean 0 and length 1; 0 if it has none.

    A smaller one has none: at 32 pixels one person's expressions can be as alike as copies are.

    The blur takes no pixel of the black around, so that outlines, which all faces have in one place, don't count.
    """
    if len(picture) < SIDE:
        return np.zeros(SIDE**2, np.float32)
    face = _reduced(inside(picture))
    seen = _reduced(picture)
    share = gaussian_filter(face, _BLUR)
    blur = np.divide(gaussian_filter(seen, _BLUR), share, out=np.zeros_like(share), where=face > 0)
    details = seen - face * blur
    details -= face * (details.sum() / face.sum())
    length = np.sqrt((details**2).sum())
    return (details / length if length > 1e-6 * SIDE else 0 * details).astype(np.float32).ravel()


def _reduced(picture: np.ndarray) -> np.ndarray:
    """Means of areas, (64, 64) float64."""
    reduced = Image.fromarray(picture.astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(reduced).astype(float)


def _candidates(details: np.ndarray) -> list[tuple[int, int]]:
    """Pairs that correlate highly enough by a product in single precision, whose last digits depend on the machine."""
    pairs = []
    for i in range(0, len(details), _BLOCK):
        for j in range(i, len(details), _BLOCK):
            alike = details[i : i + _BLOCK] @ details[j : j + _BLOCK].T
            a, b = np.nonzero(alike >= COPIES - _ROUNDING)
            pairs += [(int(p), int(q)) for p, q in zip(a + i, b + j, strict=True) if p < q]
    return pairs


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of what `_details` gives, in double precision and always in the same order of sums."""
    return float((one.astype(float) * other.astype(float)).sum())
