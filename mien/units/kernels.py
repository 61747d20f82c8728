"""A whole layer in inner products: all that linear classifiers of its units need to know of them.

A linear support vector machine sees responses only by their inner products. Responses come picture by picture, and are
multiplied block by block of units, of all pictures at once: so they wait in a file, those to the localizer to the end,
others until they are enough to be worth it. They are standardised, on the pictures that a classifier is fitted on, and
multiplied in float64. For the curve against the number of units, whose kernels are stored in float32, the products
within a block are float32, and their sums over blocks float64.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from mien.expressions import ends_of
from mien.halves import HALVES, halves_of
from mien.tables.spool import Spool
from mien.units.changes import Changes
from mien.units.kept import Kept
from mien.units.orders import members, orders
from mien.units.threads import in_threads

_BLOCK = 1024  # units whose responses stay in cache
_PART = 32 * _BLOCK  # units that one thread multiplies
_TILE = 156  # pictures of a product; of a symmetric one the tiles right of the diagonal are left out
_EPS = torch.finfo(torch.float64).eps

#: Pictures beside the localizer's whose responses are kept at most.
PICTURES = 640


class _Pictures(NamedTuple):
    """Whose kernels are made at once."""

    rows: list[int]  #: in the file; those that are fitted come first
    fitted: int  #: so many
    begin: int  #: kernels are wanted of the pictures from this one on


class WholeLayer:
    """What is kept of the units of the group `all` of one cell.

    It takes every batch of the localizer, in any order (`add_localizer`); then every batch of the other sets (`add`),
    morphs in the order of `along_continua`; then `finish`. After that stand in it: `kernels` and `count_kernels`, the
    rows of these tables, and `distances`, rows of the table `discrimination` (None in a study without morphs).
    """

    def __init__(
        self,
        groups: pd.DataFrame,
        sets: Mapping[str, pd.DataFrame],
        settings: Mapping,
        cell: tuple,
        device: torch.device,
        folder: str | Path,
    ):
        """
        Args:
            groups: the cell's `groups` table.
            sets: `stimulus`, `identity`, `expression`, `continuum` and `level` of every set, by its name; `localizer`
                is one, and `morphs` may be.
            settings: of `decoding`: `identification`, `unit_counts`, `count_draws`.
            cell: network, layer and seed; names the random draws.
            device: what multiplies.
            folder: where responses wait, 4 bytes x units x (the localizer's pictures + `PICTURES`), and where rows lie
                until they are written, see `Spool`.
        """
        self._sets, self._device, self._folder = sets, device, folder
        self._units = members(groups, "all")
        self._orders = list(orders(groups, settings, cell))
        self._fits = _fits(sets, settings["identification"] == "two_way")
        self._kept: Kept | None = None
        #: set, stimulus, place in the set, and what is fitted, of each picture that waits; in the order of the file
        self._waiting = [("localizer", stimulus, None, None) for stimulus in sets["localizer"]["stimulus"]]
        self._per_sd: torch.Tensor | None = None  # of the localizer, once it has been multiplied
        self.kernels, self.count_kernels = Spool("kernel", folder), Spool("kernel", folder)
        self._changes = Changes(sets["morphs"]) if "morphs" in sets else None
        self.distances: pd.DataFrame | None = None

    def add_localizer(self, responses: torch.Tensor, rows: np.ndarray) -> None:
        """Add the layer's responses (pictures, ...), float32, to the localizer's pictures of these places."""
        self._kept = self._kept or Kept(self._units, responses, self._folder)
        for row, values in zip(rows.tolist(), self._kept.of(responses), strict=True):
            self._kept.write(row, values)

    def add(self, name: str, responses: torch.Tensor, rows: np.ndarray) -> None:
        """Add the layer's responses (pictures, ...), float32, to the pictures of these places in another set."""
        stimuli = self._sets[name].iloc[rows]
        fitted_on = stimuli["continuum"].where(stimuli["continuum"].isin(self._fits), "localizer")
        for *picture, values in zip(
            stimuli["stimulus"], rows.tolist(), fitted_on, self._kept.of(responses), strict=True
        ):
            if len(self._waiting) == len(self._sets["localizer"]) + PICTURES:
                self._multiply()
            self._kept.write(len(self._waiting), values)
            self._waiting.append((name, *picture))

    def finish(self) -> None:
        """Multiply what waits, and let go of the responses, once every picture of every set has been added."""
        self._multiply()
        self._kept = None
        if self._changes:
            self.distances = self._changes.table("all", int((self._per_sd > 0).sum()))

    def _multiply(self) -> None:
        """Keep the kernels of the pictures that wait, the first time the localizer's too; then wait for others."""
        shown = pd.DataFrame(self._waiting, columns=["set", "stimulus", "place", "fitted_on"])
        seen, first = torch.from_numpy(self._kept.rows(len(shown))), self._per_sd is None
        fits = {}
        for name, (fitted, tested) in self._fits.items():
            waiting = np.flatnonzero(shown["fitted_on"] == name).tolist()
            if first or waiting:
                rows = [*fitted, *(tested if first else ()), *waiting]
                fits[name] = _Pictures(rows, len(fitted), 0 if first else len(fitted))
        for (name, pictures), (kernel, per_sd) in zip(fits.items(), self._of_all(seen, fits.values()), strict=True):
            labels = shown[["set", "stimulus"]].iloc[pictures.rows[pictures.begin :]]
            self.kernels.add(labels.assign(fitted_on=name, n_units=int((per_sd > 0).sum())), kernel.cpu().numpy())
            if name == "localizer":
                self._per_sd = per_sd
        n = len(self._sets["localizer"])
        faces = _Pictures(np.flatnonzero(shown["set"] != "morphs").tolist(), n, 0 if first else n)
        if len(faces.rows) > faces.begin:
            self._keep_counts(seen, faces, shown)
        if self._changes:
            morphs = np.flatnonzero(shown["set"] == "morphs")
            responses = (seen[row].to(self._device) for row in morphs)
            self._changes.add(responses, self._per_sd, shown["place"].iloc[morphs].astype(int))
        del self._waiting[n:]

    def _of_all(self, seen: torch.Tensor, fits: Collection[_Pictures]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Kernels over all units, (wanted, fitted) float64, and one over each unit's standard deviation, of each fit.

        Args:
            seen: responses (rows of the file, units).
        """
        parts = [slice(start, start + _PART) for start in range(0, max(1, seen.shape[1]), _PART)]
        works = itertools.product(fits, parts)  # so that all threads have work, and sums do not depend on them
        made = in_threads(lambda work: _of_units(seen[:, work[1]], work[0], self._device), works)
        for number, pictures in enumerate(fits):
            kernels, per_sds = zip(*made[number * len(parts) :][: len(parts)], strict=True)
            yield _wanted(sum(kernels), pictures.begin), torch.cat(per_sds)

    def _keep_counts(self, seen: torch.Tensor, pictures: _Pictures, shown: pd.DataFrame) -> None:
        """Keep the kernels of pictures over the first so many units of every order, picture by picture."""
        column = pd.Index(self._kept.units).get_indexer(self._units)  # in the file, of each unit of `all`
        made = in_threads(
            lambda order: _of_order(seen, pictures, self._device, column[order[2]], order[3]), self._orders
        )
        which = [(group, draw, count) for group, draw, _, counts in self._orders for count in counts]
        if which:
            labels = shown[["set", "stimulus"]].iloc[np.repeat(pictures.rows[pictures.begin :], len(which))]
            labels[["group", "draw", "n_units"]] = which * (len(pictures.rows) - pictures.begin)
            found = torch.stack([kernel for kernels in made for kernel in kernels], dim=1)
            self.count_kernels.add(labels, found.flatten(0, 1).numpy())


def _of_units(seen: torch.Tensor, pictures: _Pictures, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """The kernel over some units that `_add` makes, and one over each unit's standard deviation.

    Args:
        seen: responses (rows of the file, units).
    """
    kernel = torch.zeros(len(pictures.rows), pictures.fitted, dtype=torch.float64, device=device)
    per_sd = kernel.new_zeros(seen.shape[1])
    rows = torch.tensor(pictures.rows)
    for start in range(0, len(per_sd), _BLOCK):
        units = slice(start, start + _BLOCK)
        responses = seen[:, units].index_select(0, rows).to(device, torch.float64)
        per_sd[units] = _add(kernel, responses, pictures.begin, torch.float64)
    return kernel, per_sd


def _of_order(
    seen: torch.Tensor, pictures: _Pictures, device: torch.device, order: np.ndarray, counts: list[int]
) -> list[torch.Tensor]:
    """Kernels over the first so many units of an order, each (wanted, fitted) float32 on the CPU.

    Args:
        seen: responses (rows of the file, units).
        order: columns of `seen`.
        counts: ascending, the last of them the length of the order.
    """
    starts = [0, *counts[:-1]]
    columns = torch.from_numpy(
        np.concatenate([np.sort(order[start:stop]) for start, stop in zip(starts, counts, strict=True)])
    )  # memory is read in order
    responses = torch.empty(len(pictures.rows), len(columns))
    for row, own in zip(pictures.rows, responses, strict=True):
        torch.index_select(seen[row], 0, columns, out=own)
    kernel, found = torch.zeros(len(responses), pictures.fitted, dtype=torch.float64, device=device), []
    for start, stop in zip(starts, counts, strict=True):
        for block in responses[:, start:stop].split(_BLOCK, dim=1):
            _add(kernel, block.to(device, torch.float64, copy=True), pictures.begin, torch.float32)
        found.append(_wanted(kernel, pictures.begin).to("cpu", torch.float32))
    return found


def _add(kernel: torch.Tensor, responses: torch.Tensor, begin: int, product: torch.dtype) -> torch.Tensor:
    """Add the inner products of some units' responses (pictures, units), float64, which are lost, to a kernel
    (pictures, fitted); not those right of the tiles on its diagonal.

    Args:
        begin: of this picture, and those after it.
        product: in which numbers are multiplied.

    Returns:
        One over each unit's standard deviation.
    """
    fitted = kernel.shape[1]
    per_sd = standardise(responses, fitted)
    scaled = responses.to(product)
    for start in range(begin, len(scaled), _TILE):
        stop = start + _TILE
        kernel[start:stop, : min(stop, fitted)] += scaled[start:stop] @ scaled[: min(stop, fitted)].T
    return per_sd


def _wanted(kernel: torch.Tensor, begin: int) -> torch.Tensor:
    """A kernel's rows from this one on; right of the diagonal of what is fitted stands what stands left of it."""
    fitted = kernel.shape[1]
    left = kernel[:fitted].tril()
    return torch.cat([left + left.tril(-1).T, kernel[fitted:]])[begin:]


def standardise(responses: torch.Tensor, fitted: int) -> torch.Tensor:
    """Standardise responses (pictures, units), float64, in place, on the first so many pictures.

    Returns:
        One over each unit's standard deviation. 0 stands for a unit that does not vary beyond the rounding of its
        numbers, as scikit-learn's StandardScaler has it: variance <= n eps variance + (n eps mean)^2 (T. Chan, G. Golub
        & R. LeVeque, Am. Stat. 37 (1983) 242-247).
    """
    mean = responses[:fitted].mean(dim=0)
    variance = responses.sub_(mean)[:fitted].square().mean(dim=0)
    varies = variance > fitted * _EPS * variance + (fitted * _EPS * mean).square()
    per_sd = torch.where(varies, variance.rsqrt(), 0.0)
    responses.mul_(per_sd)
    return per_sd


def _fits(sets: Mapping[str, pd.DataFrame], two_way: bool) -> dict[str, tuple[list[int], list[int]]]:
    """Places in the localizer of what classifiers are fitted on and, of halves, tested on, by the former's name."""
    localizer = sets["localizer"]
    halves = halves_of(localizer["identity"])
    half = localizer["identity"].map(halves).to_numpy(str)
    fits = {"localizer": (list(range(len(localizer))), [])}
    for name in HALVES:
        fits[f"half_{name}"] = (np.flatnonzero(half == name).tolist(), np.flatnonzero(half != name).tolist())
    for continuum in sorted(sets["morphs"]["continuum"].unique()) if two_way and "morphs" in sets else ():
        shown = localizer["expression"].isin(ends_of(continuum)).to_numpy()
        fits[continuum] = (np.flatnonzero(shown).tolist(), [])
    return fits
