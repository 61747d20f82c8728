"""Luminance, contrast and spatial frequencies by expression, or by level: what could pass for the expression itself.

Measured inside the face: without the black around it. Spatial frequencies are in cycles a picture, which for aligned
faces is in proportion to cycles a face. Before the Fourier transform a picture loses its mean and fades out towards the
face's edge, so that neither the outline nor the picture's border counts as detail. A band's value is the root of the
mean power in it, its own contrast: over all frequencies the squares add up to that of the faded picture.
"""

from collections.abc import Iterable, Iterator
from itertools import count, takewhile

import numpy as np
import pandas as pd
from scipy import special
from scipy.ndimage import distance_transform_edt

from mien.stimuli.ground import inside
from mien.stimuli.luma import LUMA
from mien.stimuli.pictures import decode_png
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of

WITHIN, BETWEEN = "within", "between"  #: identities (of morphs: their continua); pictures
_TEST = {
    "compared": one_of(WITHIN, BETWEEN),
    "f": FLOAT,
    "df_effect": INT,
    "df_error": INT,
    "p": FLOAT,
    "eta2_partial": FLOAT,
}
CONFOUNDS = Schema(
    "confounds",
    {
        "set": TEXT,
        "measure": TEXT,
        "expression": TEXT,
        "level": FLOAT,
        "n": INT,
        "mean": FLOAT,
        "sd": FLOAT,
        **_TEST,
    },
)
_LOWEST = 2  # cycles a picture, where the first octave begins; slower changes are luminance and shading
_FADE = 1 / 16  # of the picture's side, along the face's edge: one cycle of the frequencies from 16 on


def confounds(stimuli: pd.DataFrame) -> pd.DataFrame:
    """The table `confounds` of one set: each measure by expression, or by level of morphs, and whether these differ.

    Where every expression of at least two identities is there, the test compares within these, as a two-way analysis
    of variance without replication does, several pictures averaged first (morphs: levels within an identity's
    continuum). Elsewhere it compares all pictures, one-way. Source: Sokal & Rohlf, Biometry (3rd ed., 1995), chapters 9
    and 11.

    Args:
        stimuli: `set`, `identity`, `expression`, `continuum`, `level` and `image` of a set.

    Returns:
        `set`, `measure` (`luminance`, the mean, and `contrast`, the standard deviation, in grey levels; `area`, the
        share of the picture; `octave_2` and on, the contrast from so many cycles a picture to twice as many, in grey
        levels), `expression` or `level`; over pictures `n`, `mean`, `sd` (n - 1); of the measure's test `compared`
        (`within` or `between`), `f`, `df_effect`, `df_error`, `p` and `eta2_partial`, null where nothing varies.
    """
    morphs = stimuli["continuum"].notna().all()
    kind = "level" if morphs else "expression"
    blocks = stimuli["identity"] + "/" + stimuli["continuum"] if morphs else stimuli["identity"]
    labels = pd.DataFrame({"block": blocks, "shown": stimuli[kind]})
    tables = []
    for measure, values in measured(stimuli["image"]).items():
        pictures = labels.assign(value=values)
        rows = pictures.groupby("shown")["value"].agg(["size", "mean", "std"]).reset_index()
        rows.columns = [kind, "n", "mean", "sd"]
        tables.append(rows.assign(measure=measure, **_test(pictures)))
    other = {"expression": None} if morphs else {"level": np.nan}
    table = pd.concat(tables, ignore_index=True).assign(set=stimuli["set"].iloc[0], **other)
    return table[CONFOUNDS.names]


def measured(images: Iterable[bytes]) -> dict[str, np.ndarray]:
    """Each measure of `confounds` of PNG pictures of one size, (n,) float64."""
    rows = [dict(_measures(_grey(decode_png([image])[0]))) for image in images]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def octaves(size: int) -> list[int]:
    """Where octaves begin, in cycles a picture, as far as pixels can hold any of them."""
    return list(takewhile(lambda low: low < size / 2, (_LOWEST * 2**place for place in count())))


def _grey(picture: np.ndarray) -> np.ndarray:
    """Float64 (rows, columns), 0 to 255."""
    return picture.astype(float) if picture.ndim == 2 else (picture * np.array(LUMA["bt601"])).sum(-1)


def _measures(picture: np.ndarray) -> Iterator[tuple[str, float]]:
    face = inside(picture)
    yield "luminance", picture[face].mean()
    yield "contrast", picture[face].std()
    yield "area", face.mean()
    size = len(picture)
    from_edge = distance_transform_edt(np.pad(face, 1))[1:-1, 1:-1]
    weights = np.sin(np.pi / 2 * np.minimum(from_edge / (_FADE * size), 1)) ** 2
    faded = weights * (picture - (weights * picture).sum() / weights.sum())
    # by Parseval's theorem the sum over all frequencies is that of squares over pixels
    power = np.abs(np.fft.fft2(faded)) ** 2 / picture.size / (weights**2).sum()
    cycles = np.fft.fftfreq(size, 1 / size)
    radius = np.hypot(cycles[:, None], cycles)
    for low in octaves(size):
        yield f"octave_{low}", np.sqrt(power[(low <= radius) & (radius < 2 * low)].sum())


def _test(pictures: pd.DataFrame) -> dict[str, object]:
    """Whether `value` differs by `shown`: within each `block` that has all of them, or else between pictures."""
    value = pictures["value"] - pictures["value"].iloc[0]  # what never varies is exactly 0
    means = value.groupby([pictures["block"], pictures["shown"]]).mean().unstack().dropna().to_numpy()
    if len(means) > 1:
        blocks, k = means.shape
        by_shown, by_block = means.mean(0), means.mean(1, keepdims=True)
        effect = blocks * ((by_shown - means.mean()) ** 2).sum()
        error = ((means - by_shown - by_block + means.mean()) ** 2).sum()
        df_error = (blocks - 1) * (k - 1)
    else:
        fitted = value.groupby(pictures["shown"]).transform("mean")
        k = pictures["shown"].nunique()
        effect, error = ((fitted - value.mean()) ** 2).sum(), ((value - fitted) ** 2).sum()
        df_error = len(value) - k
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.divide(effect, k - 1) / np.divide(error, df_error)
        return {
            "compared": WITHIN if len(means) > 1 else BETWEEN,
            "f": f,
            "df_effect": k - 1,
            "df_error": df_error,
            "p": special.fdtrc(k - 1, df_error, f) if k > 1 and df_error else np.nan,
            "eta2_partial": np.divide(effect, effect + error),
        }
