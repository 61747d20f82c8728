"""Sums over the localizer, streamed: all that the ANOVA of every unit needs, in memory that images do not fill."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from mien.draws import generator
from mien.errors import DesignError
from mien.halves import HALVES, halves_of
from mien.tables.schema import FLOAT, INT, Schema


def moments_schema(expressions: Sequence[str]) -> Schema:
    """What the table `moments` is in a study of these expressions."""
    sums = ("n", "sum", *(f"sum_{expression}" for expression in expressions), "squares", "identity_squares")
    places = {"unit": INT, "channel": INT, "row": INT, "column": INT, "shift": FLOAT}
    return Schema("moments", places | {f"{sum_}_{half}": FLOAT for half in HALVES for sum_ in sums})


def presentation(stimuli: pd.DataFrame, expressions: Sequence[str]) -> np.ndarray:
    """Row numbers of the localizer in the order in which it is streamed: identity by identity.

    Raises:
        DesignError: an identity lacks an expression or has one twice; the message names them.
    """
    counts = pd.crosstab(stimuli["identity"], stimuli["expression"].fillna("none"))
    counts = counts.reindex(columns=[*expressions, *sorted(set(counts.columns) - set(expressions))], fill_value=0)
    for (identity, expression), count in counts.stack().items():
        expected = int(expression in expressions)
        if count != expected:
            raise DesignError(
                f"the localizer has {count} images of identity '{identity}', expression '{expression}', and needs "
                f"{expected}: every identity shows each of {', '.join(expressions)} exactly once"
            )
    first_seen, _ = pd.factorize(stimuli["identity"])
    return np.argsort(first_seen, kind="stable")


class MomentSums:
    """Running sums of `response - shift` for every unit and either half of the identities.

    `shift` is the unit's response to the first image: without it, sums lose the F ratio of a unit whose mean is far
    from zero. The sums are float64 on `device`.
    Batches may be of any size, and identities in any order, if the images of an identity come one after another.
    """

    def __init__(
        self,
        stimuli: pd.DataFrame,
        expressions: Sequence[str],
        permutations: int,
        null_units: int,
        seed: tuple,
        device: str = "cpu",
    ):
        """Prepare sums over the images of `stimuli` (its columns `identity` and `expression`), none added yet.

        Args:
            expressions: the study's.
            permutations: shuffles of the expression labels within each identity, the same for all units.
            null_units: most units for which the permutations' sums are kept; a wider layer gets a random subset.
            seed: name of the random draws, for `draws.generator`.
        """
        names, halves = sorted(stimuli["identity"].unique()), halves_of(stimuli["identity"])
        self._half = np.array([HALVES.index(halves[name]) for name in names])
        self._identity = np.searchsorted(names, stimuli["identity"].to_numpy(str))
        self._expressions = list(expressions)
        self._expression = stimuli["expression"].map(self._expressions.index).to_numpy()
        shuffles = np.stack([shuffles_of(permutations, len(expressions), (*seed, "null", name)) for name in names])
        self._permuted_label = shuffles[self._identity, :, self._expression]  # (images, permutations)
        self._null_units, self._seed, self._device = null_units, seed, device
        self._open: int | None = None  # the identity whose images are still coming, and their sum
        self.shift: torch.Tensor | None = None

    @torch.inference_mode()
    def add(self, responses: torch.Tensor, images: np.ndarray) -> None:
        """Add responses, shape (batch, units), to the images at these row numbers of the stimuli."""
        responses = responses.to(self._device, torch.float64)
        if self.shift is None:
            self._allocate(responses[0])
        shifted = responses - self.shift
        half, expression = self._half[self._identity[images]], self._expression[images]
        self._squares += self._one_hot(half, len(HALVES)).T @ shifted.square()
        k = len(self._expressions)
        shown = self._one_hot(half * k + expression, len(HALVES) * k)
        self._by_expression += (shown.T @ shifted).reshape(self._by_expression.shape)
        self._add_identities(shifted, self._identity[images])
        if self._permuted.numel():
            permutations = self._permuted.shape[0]
            label = self._permuted_label[images] + np.arange(permutations) * k
            design = torch.zeros(len(images), permutations * k, dtype=torch.float64)
            design.scatter_(1, torch.from_numpy(label), 1.0)
            self._permuted.view(-1, len(self.units)).addmm_(design.T.to(self._device), shifted[:, self._columns])

    @torch.inference_mode()
    def finish(self, shape: tuple[int, int, int]) -> tuple[pd.DataFrame, np.ndarray]:
        """The `moments` table of a layer of `shape` (channels, rows, columns), and the permutations' expression sums.

        Returns:
            The table, one row a unit in C order, and float64 (permutations, expressions, len(self.units)).
        """
        self._close_identity()
        channel, row, column = (index.ravel() for index in np.indices(shape))
        frame = {"unit": np.arange(channel.size), "channel": channel, "row": row, "column": column}
        frame["shift"] = self.shift.cpu().numpy()
        for half, name in enumerate(HALVES):
            by_expression = self._by_expression[half].cpu().numpy()
            frame[f"n_{name}"] = np.full(channel.size, float((self._half == half).sum()))
            frame[f"sum_{name}"] = by_expression.sum(axis=0)
            for index, expression in enumerate(self._expressions):
                frame[f"sum_{expression}_{name}"] = by_expression[index]
            frame[f"squares_{name}"] = self._squares[half].cpu().numpy()
            frame[f"identity_squares_{name}"] = self._identity_squares[half].cpu().numpy()
        return pd.DataFrame(frame), self._permuted.cpu().numpy()

    def _allocate(self, first: torch.Tensor) -> None:
        """Make the sums, and choose the units of the null, once the number of units is known."""
        n_units = len(first)
        if n_units > self._null_units:
            chosen = generator(*self._seed, "null units").choice(n_units, self._null_units, replace=False)
            self.units, self._columns = np.sort(chosen), torch.from_numpy(np.sort(chosen)).to(self._device)
        else:
            self.units, self._columns = np.arange(n_units), slice(None)
        self.shift = first.clone()
        halves, expressions = len(HALVES), len(self._expressions)
        self._by_expression = first.new_zeros(halves, expressions, n_units)
        self._squares, self._identity_squares = first.new_zeros(halves, n_units), first.new_zeros(halves, n_units)
        self._permuted = first.new_zeros(self._permuted_label.shape[1], expressions, len(self.units))

    def _add_identities(self, shifted: torch.Tensor, identity: np.ndarray) -> None:
        """Add up each identity's images; its square is taken when the next identity begins."""
        start = 0
        for name, run in itertools.groupby(identity):
            stop = start + len(list(run))
            if name != self._open:
                self._close_identity()
                self._open, self._open_total = name, torch.zeros_like(self.shift)
            self._open_total += shifted[start:stop].sum(dim=0)
            start = stop

    def _close_identity(self) -> None:
        if self._open is not None:
            self._identity_squares[self._half[self._open]] += self._open_total.square()
            self._open = None

    def _one_hot(self, index: np.ndarray, size: int) -> torch.Tensor:
        return torch.nn.functional.one_hot(torch.from_numpy(index), size).to(self._device, torch.float64)


def shuffles_of(permutations: int, expressions: int, seed: tuple) -> np.ndarray:
    """Shuffled labels of one identity's expressions, so many, shape (permutations, expressions)."""
    labels = np.tile(np.arange(expressions), (permutations, 1))
    return generator(*seed).permuted(labels, axis=1)
