"""How claims are judged, by kind: what is measured, above what it must be, and the smallest effect of interest."""

from typing import NamedTuple

import numpy as np

from mien.categorical.over_identities import ALPHA as COUNTED
from mien.claims.rules import ALPHA

#: Share of the continua below which the peak is not said to be at the boundary, and of the curves below which their R2
#: says nothing of categorical perception.
HALF = 0.5

_COUNTING = (
    "its Hill fit crosses one half between the lowest and the highest level, and more identities' faces turn towards "
    f"the second expression than away from it (sign test, one-sided, p < {COUNTED:g})"
)
_MANY_COUNT = f" and {HALF:.0%} of the curves or more count"
_FEW_COUNT = "only {share:.0%} of the curves count"


class Kind(NamedTuple):
    """How claims of one kind are judged: rule and words."""

    what: str  #: the value and its interval. In it and in `above`, `{Ways}` and `{n}` are the number of expressions
    least: float  #: the smallest effect of interest: what is surely under this above `above`, and not surely above
    #: it, does not show what is claimed
    above: str = "0"  #: what the interval must be above
    also: str = ""  #: what must be true besides
    lacking: str = ""  #: what is said where the share of continua that the claim asks for is lacking
    own: bool = False  #: a test of ours, not the publication's
    so: str = ""  #: what else is said, and when
    limits: tuple[float, float] = (-np.inf, np.inf)  #: between which the value can be


KINDS = {
    "units": Kind(
        "Share of units that are selective, minus that of shuffled expressions (of both schemes of shuffling, what is "
        "least); interval: the central 95 % of the shuffles",
        0.01,  # as many again as pass p < .01 by chance
        limits=(-1, 1),
    ),
    "decoding": Kind(
        "{Ways}-way accuracy of the selective units; 95 % interval over identities (t)",
        0.05,
        "chance, 1/{n}",
        limits=(0, 1),
    ),
    "random": Kind(
        "{Ways}-way accuracy of the selective units minus that of as many random ones (mean over draws); 95 % interval "
        "over identities (t)",
        0.05,
        own=True,
        limits=(-1, 1),
    ),
    "layer": Kind(
        "{Ways}-way accuracy of all varying units of the layer minus that of the selective ones; 95 % interval over "
        "identities (t)",
        0.05,
        own=True,
        limits=(-1, 1),
        so="Expression is kept in the whole layer if this claim holds. If it does not hold, expression is kept in the "
        "selective units if they do better than as many random ones (random_..., on the same set), and in any units as "
        "many if they do not. Else it is not known. ",
    ),
    "likeness": Kind(
        "Noise-corrected Pearson correlation of confusions with participants', off-diagonal entries (the published one "
        "as measured); 95 % interval: bootstrap over stimuli",
        0.2,  # the weakest that the publication calls a likeness is .28
        "0 and the correlation of uniform errors of the same accuracy (0 where that is undefined)",
        f" and the exact relabeling p (median over seeds; corrected over these claims: {{correction}}) is below "
        f"{ALPHA:g}",
        limits=(-1, 1),
    ),
    "likeness_difference": Kind(
        "Difference of the noise-corrected correlations with participants' confusions, off-diagonal entries; 95 % "
        "interval: paired bootstrap over stimuli",
        0.2,
    ),
    "sigmoid": Kind(
        f"R2 of the logistic (four-parameter Hill curve) minus that of a line and of a parabola (what is least), mean "
        f"over the continua whose curve counts: {_COUNTING}; 95 % interval over these continua (t, paired)",
        0.002,  # the publication's smallest difference between networks is .006
        also=_MANY_COUNT,
        lacking=_FEW_COUNT,
    ),
    "sigmoid_difference": Kind(
        f"Difference in R2 of the logistic (four-parameter Hill curve), mean over the continua where a curve of both "
        f"counts: {_COUNTING}; 95 % interval over these continua (t, paired)",
        0.002,
        also=_MANY_COUNT,
        lacking=_FEW_COUNT,
    ),
    "peak": Kind(
        "Relative change of the units at the boundary minus the pictures', mean over the continua; interval: mean of "
        "the continua's own 95 % intervals over identities",
        0.1,  # of the mean change along a continuum
        also=f" and the interval of the peak holds the boundary in {HALF:.0%} of the continua or more",
        lacking="the peak is at the boundary in only {share:.0%} of the continua",
        own=True,
    ),
}
