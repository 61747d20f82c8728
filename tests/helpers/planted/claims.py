"""A planted table of claims."""

import pandas as pd

from mien.claims.schema import CLAIMS
from tests.helpers.tables import table_of


def claims_table(tested: bool) -> pd.DataFrame:
    """A table `claims`: of a study that tests what was published, or of one that cannot."""
    rows = [
        {
            "claim": claim,
            "statement": statement,
            "published": published,
            "published_source": source,
            "value": value,
            "low": value - width,
            "high": value + width,
            "n_networks": 1 + (claim == "difference"),
            "n_seeds": 2,
            "rule": rule,
            "finding": finding,
            "verdict": verdict if tested else "not tested by these stimuli or networks",
            "why": why,
        }
        for claim, statement, published, source, value, width, rule, finding, verdict, why in _CLAIMS
    ]
    return table_of(CLAIMS, [*rows, dict(claim="unknown", statement="What no cell of this study could say anything of.",
                                         rule="interval excludes 0", finding="inconclusive", why="no selective units",
                                         verdict="not tested by these stimuli or networks")])  # fmt: skip


_CLAIMS = (
    ("exist", "There are more expression-selective units in VGG-Face than chance gives.", None, "", 6.1, 1.2,
     "holds if the interval of observed over chance lies above 1", "holds", "reproduced",
     "synthetic faces; a network of 64 x 64 pixels"),
    ("decode", "Selective units tell six expressions apart.", 0.7675, "Fig. 1C", 0.61, 0.08,
     "holds if the interval of the accuracy lies above one sixth", "holds", "reproduced", "one network of two seeds"),
    ("alike", "VGG-Face's errors are like participants', on faces photographed in a laboratory.", 0.73, "Fig. 2", 0.2,
     0.3, "holds if the interval of the correlation over off-diagonal entries lies above 0, and p after correction is "
     "below .05", "inconclusive", "inconclusive", "fewer than five seeds support no inference"),
    ("difference", "VGG-Face is more like participants than the untrained network is.", 0.39, "Fig. 4", -0.12, 0.1,
     "holds if the interval of the difference lies above 0", "does not hold", "not reproduced", "two seeds of each"),
)  # fmt: skip
