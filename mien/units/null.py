"""The null distribution of the count of selective units: how many pass when the expression labels mean nothing."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from mien.units.anova import Sums, expression_squares, squares_of
from mien.units.criteria import CRITERIA, Effect, Effects
from mien.units.null_schema import NULL, SCHEMES


def null_counts(sums: Sums, permuted: np.ndarray, units: np.ndarray) -> pd.DataFrame:
    """How many units pass each criterion at each of its thresholds when the expression labels mean nothing.

    Args:
        sums: of all units, unpermuted.
        permuted: expression sums under each permutation of the labels within identities, float64, shape
            (permutations, k, len(units)).
        units: positions in `sums` of the units that `permuted` covers.

    Returns:
        The `null` table. Scheme `fixed` holds the effect of identity at its observed value; `recomputed` takes it anew
        with the permuted residual, into which shuffling moves the expression variance, so that more units pass as free
        of an identity effect. Where identity plays no part the two are one, `fixed`, and `threshold_identity` is null.
    """
    chosen = Sums(sums.n, sums.k, *(s[..., units] for s in (sums.total, sums.by_expression, sums.squares,
                                                    sums.identity_squares)))  # fmt: skip
    observed = squares_of(chosen)
    free = {name: _free(criterion(observed).identity) for name, criterion in CRITERIA.items()}
    rows = []
    for permutation, by_expression in enumerate(permuted):
        shuffled = replace(observed, expression=expression_squares(by_expression, chosen))
        for name, criterion in CRITERIA.items():
            counted = _counts(criterion(shuffled), free[name])
            rows += [(permutation, name, *thresholds, scheme, n, len(units)) for *thresholds, scheme, n in counted]
    return pd.DataFrame(rows, columns=NULL.names)


def _counts(effects: Effects, observed: dict[float, np.ndarray]) -> Iterator[tuple[float, float | None, str, int]]:
    """Thresholds of expression and identity, scheme and count, of one criterion and permutation.

    Args:
        observed: which units are free of an effect of identity as observed, as `_free` gives them.
    """
    shown = {threshold: effects.expression.above(threshold) for threshold in effects.expression.limits}
    if effects.identity is None:
        yield from ((threshold, None, SCHEMES[0], np.count_nonzero(units)) for threshold, units in shown.items())
        return
    for scheme, free in zip(SCHEMES, (observed, _free(effects.identity)), strict=True):
        for pair in itertools.product(shown, free):
            yield *pair, scheme, np.count_nonzero(shown[pair[0]] & free[pair[1]])


def _free(identity: Effect | None) -> dict[float, np.ndarray]:
    """Which units are free of the effect, (units,), by threshold."""
    return {threshold: identity.below(threshold) for threshold in identity.limits} if identity else {}
