"""Sums over the localizer, streamed: all that the ANOVA of every unit needs, in memory that images do not fill."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import torch

from mien.errors import DesignError
from mien.halves import HALVES, halves_of
from mien.tables.schema import FLOAT, INT, Schema
from mien.units.kept import by_unit
from mien.units.threads import in_threads

#: Float64 numbers of a block of responses: small enough to stay in a processor's cache, and on a GPU to fit beside the
#: network.
_BLOCK = {"cpu": 2**19, "cuda": 2**25}


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
    from zero. The sums are float64 on the responses' device: 18 numbers a unit for six expressions.
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
        flat, identity = by_unit(responses), self._identity[images]
        if self._shift is None:
            self._allocate(responses.shape[1:], flat[0], identity[0])
        begins = np.diff(identity, prepend=self._open) != 0
        run_half = self._half[np.array([self._open, *identity[begins]])]  # of the open identity, and of those after it
        half = self._half[identity]
        shown = half * len(self._expressions) + self._expression[images]
        groups = (torch.from_numpy(group).to(flat.device) for group in (shown, np.cumsum(begins), half, run_half))
        add, width = partial(self._add_block, flat, *groups), max(1, _BLOCK[flat.device.type] // len(flat))
        in_threads(add, (slice(start, start + width) for start in range(0, flat.shape[1], width)))
        self._open = identity[-1]

    @torch.inference_mode()
    def _add_block(
        self,
        flat: torch.Tensor,
        shown: torch.Tensor,
        run: torch.Tensor,
        half: torch.Tensor,
        run_half: torch.Tensor,
        block: slice,
    ) -> None:
        """Add responses of a block of units, by groups of images; the first run of an identity goes on from before."""
        shifted = flat[:, block].to(torch.float64, copy=True).sub_(self._shift[block])
        self._sums[:, block] += _added(shifted, shown, len(self._sums))
        totals = _added(shifted, run, len(run_half))
        totals[0] += self._open_total[block]
        self._open_total[block] = totals[-1]  # it may go on in the next batch
        self._identity_squares[:, block] += _added(totals[:-1].square_(), run_half[:-1], len(HALVES))
        self._squares[:, block] += _added(shifted.square_(), half, len(HALVES))

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
        del self._sums, self._squares, self._identity_squares, self._open_total  # the table has them, and needs room
        return pd.DataFrame(frame, copy=False)

    def _allocate(self, shape: Sequence[int], first: torch.Tensor, identity: int) -> None:
        """Make the sums once the units are known."""
        self._shape, self._shift = tuple(shape), first.to(torch.float64, copy=True)
        self._open, self._open_total = identity, torch.zeros_like(self._shift)  # whose images are still coming
        self._sums = self._shift.new_zeros(len(HALVES) * len(self._expressions), len(first))
        self._squares, self._identity_squares = self._shift.new_zeros(2, len(HALVES), len(first))

    def _column(self, values: torch.Tensor) -> np.ndarray:
        """Numbers of all units, in C order over channel, row and column."""
        channels, rows, columns = self._shape
        return values.view(rows, columns, channels).permute(2, 0, 1).flatten().cpu().numpy()


def _added(values: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """Sums of rows by their group, (groups, units)."""
    return values.new_zeros(groups, values.shape[1]).index_add_(0, group, values)
