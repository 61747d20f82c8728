"""A network's responses to pictures, streamed from a layer in batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mien.networks.devices import made_on, set_up
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout import checking, layers
from mien.networks.readout.responses import responses_of
from mien.reporting import progress
from mien.stimuli.pictures import decode_png

_CHECKED = 3  # pictures that a readout is checked with


@dataclass(frozen=True)
class Layer:
    """A layer of a network that is ready to respond, on the device where it does.

    `settings` are the network's: `input` (see `prepare`), and `rectified`, whether the layer is read after its
    ReLU or before it. Pictures are PNG bytes, all of one size.
    """

    network: torch.nn.Module
    name: str
    settings: Mapping
    device: torch.device

    @property
    def made_on(self) -> dict[str, str]:
        """What computes, for the metadata of a result."""
        return made_on(self.device)

    def note(self) -> str:
        """That no ReLU rectifies what the study would have rectified, or ""."""
        relu = layers.rectified_by(self.network, self.name)
        return layers.unrectified(self.network.architecture, self.name, relu) if self.settings["rectified"] else ""

    def check(self, pictures: Sequence[bytes]) -> None:
        """Stop where a layer is not read as the network computes it, see `checking.check`; looks at the first few."""
        checking.check(self.network, self.name, self.settings["rectified"], self._prepared(pictures[:_CHECKED]))

    def stream(self, pictures: Sequence[bytes], batch_size: int, what: str) -> Iterator[tuple[slice, torch.Tensor]]:
        """Responses of every unit, a batch of pictures at a time, on the device.

        Args:
            what: words for the progress bar.

        Yields:
            The batch's places in `pictures`, and responses of shape (batch, channels, rows, columns), float32.
        """
        respond = responses_of(self.network, self.name, self.settings["rectified"])
        with progress(None, what, unit="img", total=len(pictures)) as bar:
            for start in range(0, len(pictures), batch_size):
                batch = slice(start, min(start + batch_size, len(pictures)))
                yield batch, respond(self._prepared(pictures[batch]))
                bar.update(batch.stop - batch.start)

    def responses(self, units: np.ndarray, pictures: Sequence[bytes], batch_size: int, what: str) -> np.ndarray:
        """Responses of chosen units, numbered in C order over channel, row and column: float32 (pictures, units)."""
        index, values = torch.from_numpy(units).to(self.device), np.empty((len(pictures), len(units)), np.float32)
        for batch, responses in self.stream(pictures, batch_size, what):
            values[batch] = responses.flatten(1)[:, index].cpu().numpy()
        return values

    def _prepared(self, pictures: Sequence[bytes]) -> torch.Tensor:
        return prepare(decode_png(pictures), self.settings["input"], self.network.input_size, self.device)


def read_layer(weights: str | Path, settings: Mapping, layer: str, device: str, torch_threads: int) -> Layer:
    """A layer of a network that is loaded and ready; also sets torch's threads.

    Args:
        weights: file that `networks.files.save` wrote.
        settings: the network's `architecture`, `input` and `rectified`.
        device: `auto`, `cpu` or `cuda`.

    Raises:
        InputError: as `loading.load` and `devices.set_up`.
    """
    chosen = set_up(device, torch_threads)
    network = load(weights, settings["architecture"], settings["input"]).to(chosen)
    return Layer(network, layer, settings, chosen)
