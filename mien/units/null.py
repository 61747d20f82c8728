"""The null distribution of the count of selective units: how many pass when the expression labels mean nothing."""

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mien.draws import generator
from mien.units.anova import Sums, expression_squares, squares_of, sums_of
from mien.units.criteria import CRITERIA, Effect, Effects
from mien.units.moments import by_unit
from mien.units.null_schema import NULL, SCHEMES

#: Permuted sums at once, float64 numbers: 40 MB.
_SUMS = 5_000_000
_PICTURES = 128


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
        label = shuffles[identity, :, expression]  # (images, permutations)
        self._sum_of = label + np.arange(permutations) * len(expressions)  # the sum that an image adds to
        self._shape = permutations, len(expressions)
        self._null_units, self._seed = null_units, seed
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, open until the null is taken
        self._images: list[int] = []  # in the order in which they came
        self.units: np.ndarray | None = None

    def add(self, responses: torch.Tensor, images: np.ndarray) -> None:
        """Keep responses, shape (batch, channels, rows, columns), to the images at these row numbers of the stimuli."""
        shape = responses.shape[1:]
        if self.units is None:
            self._device, n_units = responses.device, shape.numel()
            self.units = np.arange(n_units)
            if n_units > self._null_units:
                drawn = generator(*self._seed, "null units").choice(n_units, self._null_units, replace=False)
                self.units = np.sort(drawn)
            channel, row, column = np.unravel_index(self.units, shape)
            places = np.ravel_multi_index((row, column, channel), (*shape[1:], shape[0]))
            order = places.argsort()  # as they lie in memory
            self.units, self._places = self.units[order], torch.from_numpy(places[order]).to(self._device)
        values = by_unit(responses).index_select(1, self._places).cpu().numpy()
        self._file.write(values)
        self._dtype = values.dtype
        self._images.extend(images)

    @torch.inference_mode()
    def permuted(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the units, block by block, and their expression sums under each permutation.

        The sums are float64 (permutations, expressions, units).
        """
        n_sums = self._sum_of.shape[1] * self._shape[1]
        width = max(1, _SUMS // max(1, n_sums))
        for start in range(0, len(self.units), width):
            units = self.units[start : start + width]
            sums = torch.zeros(n_sums, len(units), dtype=torch.float64, device=self._device)
            shift = self._read(slice(0, 1), start, len(units))
            for first in range(0, len(self._images), _PICTURES):
                pictures = slice(first, first + _PICTURES)
                index = torch.from_numpy(self._sum_of[self._images[pictures]])
                design = torch.zeros(len(index), n_sums, dtype=torch.float64).scatter_(1, index, 1.0)
                sums.addmm_(design.T.to(self._device), self._read(pictures, start, len(units)) - shift)
            yield units, sums.view(*self._shape, len(units)).cpu().numpy()

    def _read(self, pictures: slice, start: int, width: int) -> torch.Tensor:
        """Responses to these of the images that have come, of units from `start` on: (pictures, width) float64."""
        pictures = range(len(self._images))[pictures]
        values = np.empty((len(pictures), width), self._dtype)
        for row, picture in zip(values, pictures, strict=True):
            self._file.seek((picture * len(self.units) + start) * values.itemsize)
            self._file.readinto(row)
        return torch.from_numpy(values).to(self._device, torch.float64)


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
