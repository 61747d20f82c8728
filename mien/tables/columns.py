"""Columns that tables of several stages share."""

from mien.expressions import KNOWN
from mien.tables.schema import INT, TEXT, one_of

CELL = {"network": TEXT, "layer": TEXT, "seed": INT}

EXPRESSION = one_of(*KNOWN)

#: Of a stimulus set, all that is known of a picture without seeing it.
PICTURE = ["stimulus", "set", "identity", "expression", "continuum", "level"]

#: Units that are read: the selective ones, the whole layer, and controls of two kinds.
GROUPS = ("selective", "all", "random", "nonselective")
#: What reads them: fitted on the localizer, or on one half of it and tested on the other; or on two expressions of it.
CLASSIFIERS = ("six_way", "within", "two_way")
#: That a classifier was fitted to.
LABELS = ("true", "shuffled")

GROUP = {"group": one_of(*GROUPS), "draw": INT}
#: One way of reading a cell: which units, by which classifier.
READOUT = {**GROUP, "classifier": one_of(*CLASSIFIERS)}
