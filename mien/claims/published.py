"""The publication's own values, from the digitised figures in resources/published (its README is their data card)."""

from typing import NamedTuple

import pandas as pd

from mien.categorical.identification import fit_identification, paired_tests
from mien.confusions.answers import read_published
from mien.confusions.matrices import Confusion
from mien.confusions.measures import MEASURES

#: The publication's networks by the parts that networks of a study play, with their names in prose and in the files.
NAMES = {"vgg_face": "VGG-Face", "vgg16": "VGG-16", "untrained": "the untrained VGG-Face"}
_IN_FILES = {"vgg_face": "vgg_face", "vgg16": "vgg16", "untrained": "vgg_face_untrained"}
_FITS = {"poly2": "quadratic", "logistic": "hill"}


class Published(NamedTuple):
    """What was read off the figures."""

    accuracy: pd.DataFrame  #: `network`, `stimuli`, `condition`, `accuracy`
    similarity: dict[tuple[str, str], float]  #: of (part, set): Pearson's r with participants', off-diagonal entries
    r2: pd.DataFrame  #: means over the continua in Fig. 4F, indexed by network, a column a fit in our words
    advantages: pd.DataFrame  #: of `hill`, from the curves refitted: rows of `r2_tests` with `network`


def read(accuracy: str, confusion: str, r2: str, identification: str) -> Published:
    """Read the four files of resources/published.

    Raises:
        InputError: a confusion matrix is not whole, as in `mien.confusions.answers.read_published`.
    """
    bars = pd.read_csv(r2).replace({"fit": _FITS})
    bars = bars[(bars["figure"] == 4) & (bars["continuum"] == "mean")]
    curves = pd.read_csv(identification).rename(columns={"morph_level": "level"})
    return Published(
        pd.read_csv(accuracy),
        _similarities(confusion),
        bars.pivot(index="network", columns="fit", values="r2"),
        paired_tests(fit_identification(curves)),
    )


def accuracy_of(published: Published, part: str, set_: str) -> float:
    """Accuracy on a set."""
    rows = published.accuracy.set_index(["network", "stimuli", "condition"])["accuracy"]
    return float(rows[_IN_FILES[part], set_, "data"])


def similarity_of(published: Published, part: str, set_: str) -> float:
    """Pearson correlation of the confusions with participants', off-diagonal entries."""
    return published.similarity[part, set_]


def r2_of(published: Published, part: str, fit: str = "hill") -> float:
    """Mean R2 of a fit over the continua, Fig. 4F."""
    return float(published.r2.loc[_IN_FILES[part], fit])


def advantage_of(published: Published, part: str) -> float:
    """By how much the publication's logistic explains more than the better of line and parabola, Fig. 4F."""
    return r2_of(published, part) - max(r2_of(published, part, fit) for fit in ("linear", "quadratic"))


def p_of_advantage(published: Published, part: str) -> float:
    """The larger p of the publication's two paired tests of its logistic, on its curves refitted; not corrected."""
    tests = published.advantages
    return float(tests.loc[(tests["network"] == _IN_FILES[part]) & (tests["fit_a"] == "hill"), "p"].max())


def _similarities(confusion: str) -> dict[tuple[str, str], float]:
    participants = read_published(confusion)
    pearson = MEASURES["pearson"]
    found = {}
    for part, name in _IN_FILES.items():
        matrices = read_published(confusion, name)
        for set_ in matrices["set"].unique():
            both = [Confusion.from_table(table[table["set"] == set_]) for table in (matrices, participants)]
            errors = (pearson.vectors(each.entries("off_diagonal")) for each in both)
            found[part, set_] = float(pearson.compare.cross(*errors)[0, 0])
    return found
