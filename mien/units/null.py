"""The null distribution of the count of selective units: how many pass when the expression labels mean nothing."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn

from mien.draws import generator
from mien.units.anova import Sums, expression_squares, squares_of, sums_of
from mien.units.criteria import CRITERIA, Effect, Effects
from mien.units.kept import Kept
from mien.units.null_schema import NULL, SCHEMES
from mien.units.threads import in_threads

#: Permuted sums at once, float64 numbers: 40 MB.
_SUMS = 5_000_000
_BLOCK = 1024  # units whose responses stay in cache


class NullResponses:
    """The responses of the units under whose permuted labels the null is counted, kept in a file until all have come.

    600 sums a unit, of 100 permutations of six expressions, are more than a pass over many layers can hold; they are
    taken after it, block by block.
    """

    def __init__(
        self,
        stimuli: pd.DataFrame,
        expressions: Sequence[str],
        permutations: int,
        null_units: int,
        seed: tuple,
        folder: str | Path | None = None,
    ):
        """Prepare to keep responses to the images of `stimuli` (its columns `identity` and `expression`).

        Args:
            permutations: shuffles of the expression labels within each identity, the same for all units.
            null_units: most units that are kept; a wider layer gets a random subset.
            seed: name of the random draws, for `draws.generator`.
            folder: where the file is to be, which has no name and goes with this object; that of temporary files if
                not given. It takes 4 bytes a unit and image.
        """
        names, identity = np.unique(stimuli["identity"].to_numpy(str), return_inverse=True)
        expression = stimuli["expression"].map(list(expressions).index).to_numpy()
        shuffles = np.stack([shuffles_of(permutations, len(expressions), (*seed, "null", name)) for name in names])
        self._labels = shuffles[identity, :, expression]  # (images, permutations)
        self._shape = permutations, len(expressions)
        self._null_units, self._seed = null_units, seed
        self._folder, self._kept = folder, None
        self._images: list[int] = []  # in the order in which they came

    def add(self, responses: torch.Tensor, images: np.ndarray) -> None:
        """Keep responses, shape (batch, channels, rows, columns), to the images at these row numbers of the stimuli."""
        if self._kept is None:
            n_units = responses.shape[1:].numel()
            units = np.arange(n_units)
            if n_units > self._null_units:
                drawn = generator(*self._seed, "null units").choice(n_units, self._null_units, replace=False)
                units = np.sort(drawn)
            self._device, self._kept = responses.device, Kept(units, responses, self._folder)
        self._kept.write(len(self._images), self._kept.of(responses))
        self._images.extend(images)

    def permuted(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the units, block by block, and their expression sums under each permutation.

        The sums are float64 (permutations, expressions, units).
        """
        responses = torch.from_numpy(self._kept.rows(len(self._images)))
        permutations, k = self._shape
        label = self._labels[self._images]  # (images, permutations), in the file's order
        shown = label.argsort(axis=0, kind="stable").T.reshape(permutations * k, len(label) // k)
        shown = torch.from_numpy(shown).to(self._device)  # the images that each sum is of

        def summed(units: slice) -> torch.Tensor:
            values = responses[:, units].to(self._device, torch.float64)
            return nn.functional.embedding_bag(shown, values - values[0], mode="sum").cpu()

        width = max(1, _SUMS // max(1, len(shown)))
        for start in range(0, responses.shape[1], width):
            units = self.units[start : start + width]
            blocks = [slice(first, first + _BLOCK) for first in range(start, start + len(units), _BLOCK)]
            blocks[-1] = slice(blocks[-1].start, start + len(units))
            yield units, torch.cat(in_threads(summed, blocks), dim=1).view(*self._shape, len(units)).numpy()

    @property
    def units(self) -> np.ndarray:
        """The units that are kept, once responses have come."""
        return self._kept.units


def shuffles_of(permutations: int, expressions: int, seed: tuple) -> np.ndarray:
    """Shuffled labels of one identity's expressions, so many, shape (permutations, expressions)."""
    labels = np.tile(np.arange(expressions), (permutations, 1))
    return generator(*seed).permuted(labels, axis=1)


def null_of(moments: pd.DataFrame, kept: NullResponses) -> pd.DataFrame:
    """The `null` table: `null_counts` of all units that were kept, block by block."""
    tables = [null_counts(sums_of(moments.iloc[units]), permuted) for units, permuted in kept.permuted()]
    return tables[0].assign(**{name: sum(table[name] for table in tables) for name in ("count", "n_units")})


def null_counts(sums: Sums, permuted: np.ndarray) -> pd.DataFrame:
    """How many units pass each criterion at each of its thresholds when the expression labels mean nothing.

    Args:
        sums: of these units, unpermuted.
        permuted: their expression sums under each permutation of the labels within identities, float64, shape
            (permutations, k, units).

    Returns:
        The `null` table. Scheme `fixed` holds the effect of identity at its observed value; `recomputed` takes it anew
        with the permuted residual, into which shuffling moves the expression variance, so that more units pass as free
        of an identity effect. Where identity plays no part the two are one, `fixed`, and `threshold_identity` is null.
    """
    observed = squares_of(sums)
    free = {name: _free(criterion(observed).identity) for name, criterion in CRITERIA.items()}
    rows = []
    for permutation, by_expression in enumerate(permuted):
        shuffled = replace(observed, expression=expression_squares(by_expression, sums))
        for name, criterion in CRITERIA.items():
            counted = _counts(criterion(shuffled), free[name])
            rows += [(permutation, name, *thresholds, scheme, n, len(sums.total)) for *thresholds, scheme, n in counted]
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
