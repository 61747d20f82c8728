"""A network's responses to pictures, streamed from its layers in batches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from mien.networks.devices import made_on, set_up
from mien.networks.input import resolved
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout import checking, graphs
from mien.networks.readout.layers import rectified_by, unrectified
from mien.networks.readout.responses import responses_to
from mien.networks.readout.traced import Traced
from mien.reporting import progress
from mien.stimuli.pictures import decode_png

_CHECKED = 3  # pictures that a readout is checked with


@dataclass(frozen=True)
class Readout:
    """Layers of a network that is ready to respond, on the device where it does.

    `settings` are the network's: `input` (all of it, see `prepare`), and `rectified`, whether layers are read after
    their ReLU or before it. Pictures are PNG bytes, all of one size.
    """

    traced: Traced
    layers: tuple[str, ...]
    settings: Mapping
    device: torch.device

    @property
    def made_on(self) -> dict[str, str]:
        """What computes, for the metadata of a result."""
        return made_on(self.device)

    def notes(self) -> list[str]:
        """Of which layers no ReLU rectifies what the study would have rectified."""
        return list(unrectified(rectified_by(self.traced, self.layers), self.settings))

    def checked(self, pictures: Sequence[bytes], most_units: int | None = None) -> "Readout":
        """Those layers that are read as the network computes them, see `checking.check`; the first must be one of them.

        A fault of another layer is left to the job of that one to tell. The others come from output to input: a pass
        for those that have to wait is then a short one.

        Args:
            pictures: only the first few are looked at.
            most_units: of all layers together, if there is more than one.

        Raises:
            InputError: a fault of the first layer.
        """
        batch, first = self._prepared(pictures[:_CHECKED]), self.layers[0]
        units, faults = checking.check(self.traced, self.layers, self.settings["rectified"], batch)
        if first in faults:
            raise faults[first]
        ordered = {first: units[first], **{layer: units[layer] for layer in reversed(units)}}
        return self.of(first_of(ordered, most_units))

    def of(self, layers: Iterable[str]) -> "Readout":
        """Some layers of the same network."""
        return replace(self, layers=tuple(layers))

    def stream(
        self, pictures: Sequence[bytes], batch_size: int, what: str, seen: Callable[[str, slice, torch.Tensor], None]
    ) -> None:
        """Tell the responses of every unit of every layer, a batch of pictures at a time, in one pass.

        Args:
            what: words for the progress bar.
            seen: is told the layer, the batch's places in `pictures`, and responses on the device, float32 of shape
                (batch, channels, rows, columns), as `responses_to` says.
        """
        respond = responses_to(self.traced, self.layers, self.settings["rectified"])
        with progress(None, what, unit="img", total=len(pictures)) as bar:
            for start in range(0, len(pictures), batch_size):
                batch = slice(start, min(start + batch_size, len(pictures)))
                respond(
                    self._prepared(pictures[batch]),
                    lambda layer, responses, batch=batch: seen(layer, batch, responses),
                )
                bar.update(batch.stop - batch.start)

    def _prepared(self, pictures: Sequence[bytes]) -> torch.Tensor:
        return prepare(decode_png(pictures), self.settings["input"], self.device)


def first_of(sizes: Mapping[str, int], most: int | None) -> list[str]:
    """The first layer, and those others whose sizes, with those before, add up to no more than `most`."""
    chosen, total = [], 0
    for layer, size in sizes.items():
        if not chosen or most is None or total + size <= most:
            chosen.append(layer)
            total += size
    return chosen


def ready(weights: str | Path, settings: Mapping, layers: Iterable[str], device: str, torch_threads: int) -> Readout:
    """Layers of a network that is loaded and ready; also sets torch's threads.

    Args:
        weights: file that `networks.files.save` wrote.
        settings: the network's `architecture`, `input` and `rectified`.
        device: `auto`, `cpu` or `cuda`.

    Raises:
        InputError: as `loading.load`, `devices.set_up` and `graphs.trace`.
    """
    chosen = set_up(device, torch_threads)
    settings = {**settings, "input": resolved(settings["architecture"], settings["input"])}
    network = load(weights, settings["architecture"], settings["input"]).to(chosen)
    traced = graphs.trace(network, graphs.noise(settings["input"]["size"], chosen))
    return Readout(traced, tuple(layers), settings, chosen)
