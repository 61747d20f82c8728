"""In what order the rows of a study's tables come."""

from collections.abc import Sequence

import pandas as pd

from mien.categorical.fits import FITS
from mien.comparison.cells import Cell
from mien.confusions.matrices import ENTRIES
from mien.confusions.measures import MEASURES
from mien.expressions import CONTINUA
from mien.tables.columns import CELL, CLASSIFIERS, GROUPS, LABELS

#: Rows come in the order of the cells given, then by these columns: words in this order, unknown ones after them as
#: they appear; numbers (None) rising.
_ORDER = {
    "set": ("localizer", "controlled", "wild"),
    "group": GROUPS,
    "n_units": None,
    "draw": None,
    "classifier": CLASSIFIERS,
    "labels": LABELS,
    "true_expression": (),
    "response_expression": (),
    "human": (),
    "entries": ENTRIES,
    "statistic": tuple(MEASURES),
    "continuum": CONTINUA,
    "identity": (),
    "level": None,
    "fit": FITS,
    "fit_a": FITS,
    "fit_b": FITS,
}


def in_order(table: pd.DataFrame, cells: Sequence[Cell], expressions: Sequence[str]) -> pd.DataFrame:
    """The rows of a table in the order of its cells, and then of what stands in them, expressions as in the study."""
    place = {cell: number for number, cell in enumerate(cells)}
    keys = {"cell": [place[cell] for cell in table[list(CELL)].itertuples(index=False, name=None)]}
    of_expressions = dict.fromkeys(("true_expression", "response_expression"), expressions)
    for column, known in (_ORDER | of_expressions).items():
        if column in table and known is None:
            keys[column] = table[column].to_numpy()
        elif column in table:
            words = dict.fromkeys([*known, *table[column].unique()])
            keys[column] = table[column].map({word: number for number, word in enumerate(words)}).to_numpy()
    return table.iloc[pd.DataFrame(keys).sort_values(list(keys), kind="stable").index]
