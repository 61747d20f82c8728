"""Levels of a continuum: the share of the second expression, 0 to 1, and which levels are one."""

import numpy as np

#: Decimals of a level: what agrees in them is one level. So .1 is 1 - .9, which is .09999999999999998.
LEVEL_DECIMALS = 9
#: Levels that are nearer to each other, and not the same, are refused.
LEAST_STEP = 0.001


def morph_levels(levels: int) -> np.ndarray:
    """The inner levels of a continuum, equally spaced: 19 levels are .05, .10 ... .95."""
    return np.arange(1, levels + 1) / (levels + 1)
