"""The bootstrap over identities: one set of weights for all observers of a stimulus set, so that they are paired."""

from collections.abc import Sequence

import numpy as np

from mien.draws import generator


def resample(clusters: Sequence[str], resamples: int, *name: object) -> np.ndarray:
    """How often each cluster is drawn, with replacement, in each resample: (resamples, clusters), float64.

    Args:
        clusters: identities or participants, each once, in any order: weights go with names.
        name: of the draw, see `mien.draws.generator`.
    """
    order = np.argsort(np.asarray(clusters, dtype=str))
    n = len(clusters)
    weights = np.empty((resamples, n))
    if n:
        weights[:, order] = generator("bootstrap", *name).multinomial(n, np.full(n, 1 / n), size=resamples)
    return weights


def weigh(weights: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Counts (clusters, ...) summed with each resample's weights, (resamples, clusters): (resamples, ...)."""
    flat = counts.reshape(len(counts), -1).astype(float)
    return (weights @ flat).reshape(len(weights), *counts.shape[1:])
