"""Sums over the localizer, streamed: all that the ANOVA of every unit needs, in memory that images do not fill."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from mien.errors import DesignError
from mien.halves import HALVES, halves_of
from mien.tables.schema import FLOAT, INT, Schema

#: Float64 numbers of a block of responses: small enough to stay in a processor's cache, and on a GPU to fit beside the
#: network.
_BLOCK = {"cpu": 2**18, "cuda": 2**25}


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
    from zero. The sums are float64 on the responses' device: 17 numbers a unit for six expressions.
    Batches may be of any size, and identities in any order, if the images of an identity come one after another.
    """

    def __init__(self, stimuli: pd.DataFrame, expressions: Sequence[str]):
        """Prepare sums over the images of `stimuli` (its columns `identity` and `expression`), none added yet.

        Args:
            expressions: the study's.
        """
        names, halves = sorted(stimuli["identity"].unique()), halves_of(stimuli["identity"])
        self._half = np.array([HALVES.index(halves[name]) for name in names])
        self._identity = np.searchsorted(names, stimuli["identity"].to_numpy(str))
        self._expressions = list(expressions)
        self._expression = stimuli["expression"].map(self._expressions.index).to_numpy()
        self._shift: torch.Tensor | None = None

    @torch.inference_mode()
    def add(self, responses: torch.Tensor, images: np.ndarray) -> None:
        """Add responses, shape (batch, channels, rows, columns), to the images at these row numbers of the stimuli."""
        # units in the order in which a channels-last network leaves them, so that this copies nothing
        flat, identity = responses.permute(0, 2, 3, 1).flatten(1), self._identity[images]
        if self._shift is None:
            self._allocate(responses.shape[1:], flat[0], identity[0])
        begins = np.diff(identity, prepend=self._open) != 0
        half = self._half[np.array([self._open, *identity[begins]])]  # of the open identity, and those after it
        shown = self._half[identity] * len(self._expressions) + self._expression[images]
        design = torch.cat([self._one_hot(shown, len(self._sums)), self._one_hot(np.cumsum(begins), len(half))])
        halves, closed = self._one_hot(self._half[identity], len(HALVES)), self._one_hot(half[:-1], len(HALVES))
        width = max(1, _BLOCK[flat.device.type] // len(flat))
        for start in range(0, flat.shape[1], width):
            block = slice(start, start + width)
            shifted = flat[:, block] - self._shift[block]
            sums, totals = (design @ shifted).split((len(self._sums), len(half)))
            self._sums[:, block] += sums
            totals[0] += self._open_total[block]
            self._open_total[block] = totals[-1]  # it may go on in the next batch
            self._identity_squares[:, block].addmm_(closed, totals[:-1].square_())
            self._squares[:, block].addmm_(halves, shifted.square_())
        self._open = identity[-1]

    @torch.inference_mode()
    def finish(self) -> pd.DataFrame:
        """The `moments` table, one row a unit in C order over channel, row and column. Nothing can be added after."""
        self._identity_squares[self._half[self._open]] += self._open_total.square_()
        channel, row, column = (index.ravel() for index in np.indices(self._shape))
        frame = {"unit": np.arange(channel.size), "channel": channel, "row": row, "column": column}
        frame["shift"] = self._column(self._shift)
        for half, name in enumerate(HALVES):
            sums = self._sums.view(len(HALVES), len(self._expressions), -1)[half]
            frame[f"n_{name}"] = np.full(channel.size, float((self._half == half).sum()))
            frame[f"sum_{name}"] = self._column(sums.sum(dim=0))
            for index, expression in enumerate(self._expressions):
                frame[f"sum_{expression}_{name}"] = self._column(sums[index])
            frame[f"squares_{name}"] = self._column(self._squares[half])
            frame[f"identity_squares_{name}"] = self._column(self._identity_squares[half])
        return pd.DataFrame(frame, copy=False)

    def _allocate(self, shape: Sequence[int], first: torch.Tensor, identity: int) -> None:
        """Make the sums once the units are known."""
        self._shape, self._shift = tuple(shape), first.double()
        self._open, self._open_total = identity, torch.zeros_like(self._shift)  # whose images are still coming
        self._sums = self._shift.new_zeros(len(HALVES) * len(self._expressions), len(first))
        self._squares, self._identity_squares = self._shift.new_zeros(2, len(HALVES), len(first))

    def _column(self, values: torch.Tensor) -> np.ndarray:
        """Numbers of all units in C order, in memory of their own."""
        channels, rows, columns = self._shape
        return values.view(rows, columns, channels).permute(2, 0, 1).flatten().cpu().numpy()

    def _one_hot(self, index: np.ndarray, size: int) -> torch.Tensor:
        """(size, len(index)) float64, 1 where the row is the index."""
        return torch.from_numpy(np.arange(size)[:, None] == index).to(self._shift)
