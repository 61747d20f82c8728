"""What selectivity can be tested by: the criteria for which the null of the count is kept."""

#: Changing the study's criterion within this grid extracts nothing again (levels of p, for either effect).
ALPHAS = (0.001, 0.005, 0.01, 0.05, 0.1)

#: Of the null: p(identity) held as observed, or taken anew under every shuffle.
SCHEMES = ("fixed", "recomputed")
