"""Criteria of selectivity, and values that thresholds may have: for each the null of the count is kept."""

CRITERIA = ("two_way", "one_way", "omega2")

#: Levels of p.
ALPHAS = (0.001, 0.005, 0.01, 0.05, 0.1)
#: Omega squared: .01, .06 and .14 are small, medium and large effects, .26 is a large one of several predictors (Cohen,
#: Statistical Power Analysis for the Behavioral Sciences, 2nd ed., 1988, sections 8.2 and 9.2).
OMEGAS = (0.01, 0.03, 0.06, 0.14, 0.26)
