"""Responses of units with a known truth, and of units without one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from mien.draws import generator
from mien.expressions import EXPRESSIONS, ends_of
from mien.units.moments import MomentSums, presentation
from mien.units.null import NullResponses
from tests.helpers.planted import truth


@dataclass(frozen=True)
class Units:
    """What is planted in every unit: its kind, the expression (0 to 5) it prefers, and how much that adds."""

    name: tuple
    kind: np.ndarray
    prefers: np.ndarray
    step: np.ndarray


def plant(*name: object, units: int = 1024) -> Units:
    """Units of known kinds at random places; another name gives another draw."""
    kinds = truth.KINDS
    kind = np.full(units, "neither", dtype=object)
    kind[: sum(kinds.values())] = np.repeat(list(kinds), list(kinds.values()))
    prefers = np.arange(units) % len(EXPRESSIONS)
    step = np.where(np.isin(kind, ["selective", "mixed"]), truth.STRONG, 0)
    step[kinds["selective"] // 2 : kinds["selective"]] = truth.WEAK
    place = generator(*name, "units").permutation(units)
    return Units(name, kind[place], prefers[place], step[place])


#: The study's.
UNITS = plant("planted", 1)


def responses_to(units: Units, set_: str) -> tuple[pd.DataFrame, np.ndarray]:
    """A set's stimuli, and the units' responses to them, (stimuli, units), in standard deviations of their noise."""
    return _to_morphs(units) if set_ == "morphs" else _to_faces(units, set_)


def _to_faces(units: Units, set_: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Faces, and what each `looks_like`: in the localizer what it shows, in other sets what `CONFUSIONS` draws."""
    matrix = truth.CONFUSIONS.get(set_, np.eye(len(EXPRESSIONS)))
    stimuli = truth.faces(set_)
    stimuli["looks_like"] = truth.labelled(stimuli, matrix, *units.name, set_, "looks")["response_expression"]
    looks = np.eye(len(EXPRESSIONS))[stimuli["looks_like"].map(EXPRESSIONS.index)]
    noise = generator(*units.name, set_, "noise").standard_normal((len(stimuli), len(units.kind)))
    return stimuli, _responses(units, stimuli, looks, noise)


def _to_morphs(units: Units) -> tuple[pd.DataFrame, np.ndarray]:
    """Morphs whose look turns at each identity's own level about the planted one.

    An identity's noise is the same along a continuum but for a tenth of its variance, as a morph changes nothing else.
    """
    stimuli, parts = truth.morphs(), []
    for continuum, morphs in stimuli.groupby("continuum", sort=False):
        draws = generator(*units.name, "morphs", continuum)
        identity, identities = pd.factorize(morphs["identity"])
        turn = truth.BOUNDARIES[continuum] + truth.SPREAD * draws.standard_normal(len(identities))
        share = truth.turned(morphs["level"].to_numpy(), turn[identity], truth.NETWORKS["pixels"].width)
        looks = np.zeros((len(morphs), len(EXPRESSIONS)))
        looks[:, [EXPRESSIONS.index(end) for end in ends_of(continuum)]] = np.stack([1 - share, share], axis=1)
        own = draws.standard_normal((len(identities), len(units.kind)))[identity]
        noise = np.sqrt(0.9) * own + np.sqrt(0.1) * draws.standard_normal(own.shape)
        parts.append(_responses(units, morphs, looks, noise))
    return stimuli, np.concatenate(parts)


def _responses(units: Units, stimuli: pd.DataFrame, looks: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Step of the preferred expression, by how much a face looks like it, and what the identity and the noise add."""
    identity, identities = pd.factorize(stimuli["identity"])
    draws = generator(*units.name, stimuli["set"].iloc[0], "people")
    added = truth.IDENTITY * draws.standard_normal((len(identities), len(units.kind)))[identity]
    responses = units.step * looks[:, units.prefers] + noise + added * np.isin(units.kind, ["mixed", "identity"])
    return np.where(units.kind == "constant", truth.CONSTANT, responses)


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
