"""Unit responses with a known truth, for the tests of several stages."""

import numpy as np
import pandas as pd
import torch

from mien.expressions import EXPRESSIONS
from mien.units.moments import MomentSums, presentation
from mien.units.null import NullResponses


def design(identities, expressions=EXPRESSIONS):
    """Identities x expressions, identity by identity."""
    return pd.DataFrame(
        [(f"id{i:03d}", expression) for i in range(identities) for expression in expressions],
        columns=["identity", "expression"],
    )


def sums_over(stimuli, responses, batch_size=7, permutations=0, null_units=10**6, name=("test",)):
    """Stream responses, float64 (images, units), in batches; the moments and the permutations' sums."""
    expressions = list(stimuli["expression"].unique())
    order = presentation(stimuli, expressions)
    sums, null = MomentSums(stimuli, expressions), NullResponses(stimuli, expressions, permutations, null_units, name)
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        for kept in (sums, null):
            kept.add(torch.from_numpy(responses[rows])[:, :, None, None], rows)
    permuted = np.concatenate([permuted for _, permuted in null.permuted()], axis=2)
    return sums.finish(), permuted, null.units


def noise(identities, units, seed=0):
    """Standard normal responses, float64 (images, units)."""
    return np.random.default_rng(seed).standard_normal((identities * len(EXPRESSIONS), units))


def shared_noise(identities, units, factors, seed=0):
    """Responses that mean nothing, with half of each unit's variance shared with the others through a few factors."""
    draws = np.random.default_rng(seed)
    loadings = draws.standard_normal((factors, units))
    own, common = draws.standard_normal((2, identities * len(EXPRESSIONS), max(units, factors)))
    return own[:, :units] + common[:, :factors] @ (loadings / np.linalg.norm(loadings, axis=0))
