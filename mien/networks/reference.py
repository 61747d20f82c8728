"""What whoever published a network's weights computed with them: a picture, and the responses to it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from mien.errors import InputError
from mien.networks.preprocess import prepare
from mien.networks.readout import graphs
from mien.networks.readout.responses import responses_to

#: Largest difference from a reference response, in standard deviations of the layer's responses. Measured on vgg16,
#: resnet50 and vit_b_16 at 224 pixels: float32 is within 2e-5 of float64, whoever computes it; one grey level of one
#: channel's mean is at least 0.017, another order of channels at least 0.67.
TOLERANCE = 1e-3


def check(network: nn.Module, reference: Mapping[str, torch.Tensor], input: Mapping, path: str | Path) -> None:
    """Compare a network's responses with those that whoever published its weights computed.

    Args:
        reference: see `mien.networks.files.save`.
        input: how the network is to get its images, all of it, see `mien.networks.preprocess.prepare`; a wrong one
            shows.
        path: of the weights, for the message.

    Raises:
        InputError: the picture is not a colour picture, a layer is unknown, or its responses differ by more than
            `TOLERANCE`.
    """
    picture = reference["picture"].cpu().numpy()
    if picture.ndim != 3 or picture.shape[2] != 3 or not np.ptp(picture, axis=2).any():
        raise InputError(f"{path}: reference.picture: expected a picture in colour, which shows the order of channels")
    device = next((weight.device for weight in network.parameters()), torch.device("cpu"))
    batch, given = prepare(picture[None], input, device), {}
    layers = sorted(reference.keys() - {"picture"})
    read = responses_to(graphs.trace(network, batch), layers, rectified=True)
    read(batch, lambda layer, value: given.update({layer: value[0].clone()}))
    for layer in layers:
        expected, found = reference[layer].to(device), given[layer]
        if found.shape != expected.shape:
            raise InputError(
                f"{path}: reference.{layer}: has shape {tuple(expected.shape)}, the network gives {tuple(found.shape)}"
            )
        difference = ((found - expected).abs().max() / expected.std()).item()
        if not difference <= TOLERANCE:
            raise InputError(
                f"{path}: layer {layer} responds to the file's reference picture otherwise: by up to {difference:.2g} "
                f"standard deviations, at most {TOLERANCE} expected. Most likely the network's input is not what its "
                f"weights were trained with: check input.channels (now {input['channels']}), input.mean (now "
                f"{input['mean']}), input.scale (now {input['scale']}) and input.sd (now {input['sd']})"
            )
