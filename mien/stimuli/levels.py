"""Levels of morphs: the share of a continuum's second expression, 0 to 1."""

#: Decimals of a level: what agrees in them is one level. So .1 is 1 - .9, which is .09999999999999998.
LEVEL_DECIMALS = 9
#: Levels of a continuum that are nearer to each other, and not the same, are refused.
LEAST_STEP = 0.001
