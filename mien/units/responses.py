"""A network's responses to pictures, streamed from a layer in batches."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch

from mien.networks.devices import set_up
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout import checking
from mien.networks.readout.responses import responses_of
from mien.reporting import progress
from mien.stimuli.pictures import decode_png

_CHECKED = 3  # pictures that a readout is checked with


def ready(
    weights: str | Path, settings: Mapping, device: str, torch_threads: int
) -> tuple[torch.nn.Module, torch.device]:
    """A loaded network on the device where it is to respond, and that device; also sets torch's threads.

    Args:
        weights: file that `mien.networks.files.save` wrote.
        settings: the network's `architecture` and `input`.
        device: `auto`, `cpu` or `cuda`.

    Raises:
        InputError: as `mien.networks.loading.load` and `mien.networks.devices.set_up`.
    """
    chosen = set_up(device, torch_threads)
    return load(weights, settings["architecture"], settings["input"]).to(chosen), chosen


def check(network: torch.nn.Module, readout: Mapping, pictures: list[bytes], device: str) -> None:
    """Stop where a layer is not read as the network computes it, see `readout.checking`; looks at the first pictures.

    Args:
        readout, pictures: as in `stream_responses`.
    """
    batch = prepare(decode_png(pictures[:_CHECKED]), readout["input"], network.input_size, device)
    checking.check(network.to(device), readout["layer"], readout["rectified"], batch)


def stream_responses(
    network: torch.nn.Module, readout: Mapping, pictures: list[bytes], batch_size: int, device: str, what: str
) -> Iterator[tuple[slice, torch.Tensor]]:
    """Responses of every unit of a layer, a batch of pictures at a time, on the device.

    Args:
        readout: `layer`, `rectified` (after the layer's ReLU, or before it) and `input` (see `preprocess.prepare`).
        pictures: PNG bytes, all of one size.
        what: words for the progress bar.

    Yields:
        The batch's places in `pictures`, and responses of shape (batch, channels, rows, columns), float32.
    """
    layer = responses_of(network.to(device), readout["layer"], readout["rectified"])
    with progress(None, what, unit="img", total=len(pictures)) as bar:
        for start in range(0, len(pictures), batch_size):
            batch = slice(start, min(start + batch_size, len(pictures)))
            yield batch, layer(prepare(decode_png(pictures[batch]), readout["input"], network.input_size, device))
            bar.update(batch.stop - batch.start)


def unit_responses(batches: Iterator[tuple[slice, torch.Tensor]], units: np.ndarray, pictures: int) -> np.ndarray:
    """Responses of chosen units, numbered in C order over channel, row and column: float32 (pictures, units)."""
    index, values = torch.from_numpy(units), np.empty((pictures, len(units)), np.float32)
    for batch, responses in batches:
        values[batch] = responses.reshape(len(responses), -1)[:, index.to(responses.device)].cpu().numpy()
    return values
