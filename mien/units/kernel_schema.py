"""What is kept of a whole layer: inner products of its responses to pictures."""

from mien.tables.columns import GROUP
from mien.tables.schema import FLOATS, FLOATS32, INT, TEXT, Schema

_KERNEL = {"n_units": INT, "set": TEXT, "stimulus": TEXT}

#: Of the group `all`, for each classifier: what it is fitted on, then what it is tested on.
KERNELS = Schema("kernels", {"fitted_on": TEXT, **_KERNEL, "kernel": FLOATS})
#: Of the first so many units of a random order of a group, always fitted on the whole localizer.
COUNT_KERNELS = Schema("count_kernels", {**GROUP, **_KERNEL, "kernel": FLOATS32})
