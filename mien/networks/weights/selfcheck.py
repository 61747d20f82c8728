"""A network held, layer by layer, against torchvision's network of the same name with the same numbers."""

from collections.abc import Iterator, Mapping

import torch
import torchvision
from torch import nn

from mien import draws
from mien.errors import InputError
from mien.networks.readout.responses import responses_of
from mien.networks.zoo import vgg

#: Largest difference that rounding explains, as a share of a layer's largest response: two orders of summation differ
#: by about 1e-6 after 16 layers.
TOLERANCE = 1e-4

_LAYERS = (nn.Conv2d, nn.BatchNorm2d, nn.MaxPool2d, nn.Linear)


def self_check(network: nn.Module, architecture: Mapping) -> bool:
    """Hold a VGG with its weights loaded against torchvision's, on a random colour picture.

    Compares every convolution, batch norm and fully connected layer before and after its ReLU, and every pool, each
    read out as `responses_of` does for a study.

    Args:
        network: of `mien.networks.build.build(architecture)`, on the CPU.
        architecture: as for `mien.networks.build.build`.

    Returns:
        Whether the check applies: to VGGs of full width with 7 x 7 places before fc6, as torchvision's always have, or
        without fully connected layers. Networks that are torchvision's own have nothing to be held against.

    Raises:
        InputError: a layer differs; the message names the first one.
    """
    if not vgg.ZOO.known(architecture):
        return False
    name, classes = architecture["name"], architecture.get("classes", 1000)
    places = architecture["input_size"] // 32
    if architecture.get("width", 1) != 1 or (classes and places != 7):
        return False
    side = architecture["input_size"]
    picture = torch.from_numpy(draws.generator("self-check", name).uniform(-2, 2, (1, 3, side, side))).float()
    for layer, rectified, expected in _independent_responses(name, network.state_dict(), picture, classes):
        found = responses_of(network, layer, rectified)(picture).reshape(expected.shape)
        difference, largest = float((found - expected).abs().max()), float(expected.abs().max())
        if not difference <= TOLERANCE * largest:  # false where it is not a number
            moment = " after its ReLU" if rectified else ""
            raise InputError(
                f"{name}: {layer}{moment} differs from torchvision's {name} with the same weights, by {difference:.3g} "
                f"where the largest response is {largest:.3g}: one of them computes wrong responses; please report it"
            )
    return True


@torch.inference_mode()
def _independent_responses(
    name: str, weights: Mapping[str, torch.Tensor], picture: torch.Tensor, classes: int
) -> Iterator[tuple[str, bool, torch.Tensor]]:
    """Layer, whether after its ReLU, and response of torchvision's network, (1, channels, rows, columns) or (1, n)."""
    with torch.device("meta"):  # no weights of its own
        theirs = torchvision.models.get_model(name, weights=None, num_classes=classes or 1).eval()
    layers = iter(vgg.layers_of(name, classes))
    top = (theirs.avgpool, nn.Flatten(), *theirs.classifier) if classes else ()
    layer, response = "", picture
    for module in (*theirs.features, *top):
        if isinstance(module, nn.ReLU):
            response = response.clamp(min=0)
            yield layer, True, response
            continue
        if isinstance(module, _LAYERS):
            layer = next(layers)
            module.load_state_dict({key: weights[f"{layer}.{key}"] for key in module.state_dict()}, assign=True)
        response = module(response)
        if isinstance(module, _LAYERS):
            yield layer, False, response
