"""A whole layer in inner products: all that linear classifiers of its units need to know of them.

A linear support vector machine sees responses only by their inner products, so that one of 250,000 units costs no more
memory than the responses to the localizer. Those are held in float32, as the network gave them; every other picture is
multiplied with them as it comes, in float64. Units are standardised on the pictures that a classifier is fitted on.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mien.expressions import ends_of
from mien.halves import HALVES, halves_of
from mien.tables.spool import Spool
from mien.units.changes import Changes
from mien.units.orders import members, orders

_BLOCK = 512  # units whose responses stay in cache
_EPS = torch.finfo(torch.float64).eps


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
            device: where responses are, and the localizer's stay: 4 bytes x units x pictures.
            folder: where the rows lie until they are written, see `Spool`.
        """
        self._sets = sets
        self._units = torch.tensor(members(groups, "all"), device=device)
        self._orders = [
            (group, draw, torch.from_numpy(order).to(device), counts)
            for group, draw, order, counts in orders(groups, settings, cell)
        ]
        self._seen = torch.empty(len(self._units), len(sets["localizer"]), device=device)
        self._fits = _fits(sets, settings["identification"] == "two_way")
        self._n_units: dict[str, int] = {}
        self._scalers: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
        self.kernels, self.count_kernels = Spool("kernel", folder), Spool("kernel", folder)
        self._changes = Changes(sets["morphs"]) if "morphs" in sets else None
        self.distances: pd.DataFrame | None = None

    def add_localizer(self, responses: torch.Tensor, rows: np.ndarray) -> None:
        """Add the layer's responses (pictures, ...), float32, to the localizer's pictures of these places."""
        self._seen[:, rows] = responses.flatten(1)[:, self._units].T

    def add(self, name: str, responses: torch.Tensor, rows: np.ndarray) -> None:
        """Add the layer's responses (pictures, ...), float32, to the pictures of these places in another set."""
        self._fit()
        values, stimuli = responses.flatten(1)[:, self._units], self._sets[name].iloc[rows]
        if name != "morphs":
            self._keep("localizer", name, stimuli["stimulus"], lambda units: values[:, units])
            self._keep_counts(name, stimuli["stimulus"], lambda units: values[:, units])
            return
        self._changes.add(values, self._scaler("localizer")[1], rows)
        for continuum, part in stimuli.assign(place=range(len(rows))).groupby("continuum", sort=False):
            shown = values[part["place"].tolist()]
            fitted_on = continuum if continuum in self._fits else "localizer"
            self._keep(fitted_on, name, part["stimulus"], lambda units, shown=shown: shown[:, units])

    def finish(self) -> None:
        """Let go of the responses, once every picture of every set has been added."""
        self._fit()
        self._seen = self._seen[:0]
        if self._changes:
            self.distances = self._changes.table("all", self._n_units["localizer"])

    def _fit(self) -> None:
        """Kernels within the localizer, once all of it is there."""
        if self._n_units:
            return
        stimulus = self._sets["localizer"]["stimulus"]
        for name, (fitted, tested) in self._fits.items():
            rows = [*fitted, *tested]
            self._keep(name, "localizer", stimulus.iloc[rows], lambda units, rows=rows: self._seen[units][:, rows].T)
        self._keep_counts("localizer", stimulus, lambda units: self._seen[units].T)

    def _scaler(self, fitted_on: str) -> tuple[torch.Tensor, torch.Tensor]:
        """`scaler` of all units over what a classifier is fitted on; kept: the localizer's, and the last one used."""
        if fitted_on not in self._scalers:
            fitted = self._fits[fitted_on][0]
            mean, per_sd = torch.zeros(2, len(self._units), dtype=torch.float64, device=self._seen.device)
            for units in self._blocks():  # into place: lists of small tensors would tear the memory of large ones apart
                mean[units], per_sd[units] = scaler(self._seen[units][:, fitted].double())
            self._scalers = {name: kept for name, kept in self._scalers.items() if name == "localizer"}
            self._scalers[fitted_on] = mean, per_sd
            self._n_units[fitted_on] = int((per_sd > 0).sum())
        return self._scalers[fitted_on]

    def _keep(self, fitted_on: str, name: str, stimulus: pd.Series, of: Callable[..., torch.Tensor]) -> None:
        """Keep the kernels of some pictures of a set.

        Args:
            of: their responses (pictures, units), of some of the units.
        """
        mean, per_sd = self._scaler(fitted_on)
        fitted, kernel = self._fits[fitted_on][0], 0.0
        for units in self._blocks():
            seen = self._seen[units] if len(fitted) == self._seen.shape[1] else self._seen[units][:, fitted]
            kernel = kernel + _product(of(units), seen, mean[units], per_sd[units])
        labels = {"fitted_on": fitted_on, "n_units": self._n_units[fitted_on], "set": name, "stimulus": stimulus}
        self.kernels.add(pd.DataFrame(labels), _centred(kernel).cpu().numpy())

    def _keep_counts(self, name: str, stimulus: pd.Series, of: Callable[..., torch.Tensor]) -> None:
        """Keep the kernels of some pictures of a set over the first so many units of every order, by picture."""
        mean, per_sd = self._scaler("localizer")
        which, found = [], []
        for group, draw, order, counts in self._orders:
            kernel, start = 0.0, 0
            for count in counts:
                for units in order[start:count].split(_BLOCK):
                    kernel = kernel + _product(of(units), self._seen[units], mean[units], per_sd[units])
                start = count
                which.append((group, draw, count))
                found.append(_centred(kernel).float())
        if which:
            labels = pd.DataFrame(which * len(stimulus), columns=["group", "draw", "n_units"])
            labels = labels.assign(set=name, stimulus=np.repeat(stimulus.to_numpy(), len(which)))
            self.count_kernels.add(labels, torch.stack(found, dim=1).flatten(0, 1).cpu().numpy())

    def _blocks(self) -> Iterator[slice]:
        """All units, at least one block."""
        return (slice(start, start + _BLOCK) for start in range(0, max(len(self._units), 1), _BLOCK))


def _product(shown: torch.Tensor, seen: torch.Tensor, mean: torch.Tensor, per_sd: torch.Tensor) -> torch.Tensor:
    """Inner products of responses (pictures, units) with those that were fitted (units, fitted), float64, but for a
    constant of each picture's, see `_centred`."""
    return ((shown.double() - mean) * per_sd.square()) @ seen.double()


def _centred(kernel: torch.Tensor) -> torch.Tensor:
    """Kernels (pictures, fitted) as if the fitted responses, too, had had their mean taken from them."""
    return kernel - kernel.mean(dim=1, keepdim=True)


def scaler(responses: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean of units' responses (units, pictures), float64, and one over their standard deviation, each (units,).

    0 stands for a unit that does not vary beyond the rounding of its numbers, as scikit-learn's StandardScaler has it:
    variance <= n eps variance + (n eps mean)^2 (T. Chan, G. Golub & R. LeVeque, Am. Stat. 37 (1983) 242-247).
    """
    n, mean = responses.shape[1], responses.mean(dim=1)
    variance = (responses - mean[:, None]).square().mean(dim=1)
    varies = variance > n * _EPS * variance + (n * _EPS * mean).square()
    return mean, torch.where(varies, variance.rsqrt(), 0.0)


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
