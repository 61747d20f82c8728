"""Published weights: read from the formats in which people hold them, and checked."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from mien.errors import InputError
from mien.networks.architectures import own_name
from mien.networks.build import build
from mien.networks.files import split
from mien.networks.weights.checking import check, check_reference_form
from mien.networks.weights.formats import KERAS, MATCONVNET, format_of
from mien.networks.weights.keras import read_keras
from mien.networks.weights.matconvnet import read_matconvnet
from mien.networks.weights.state_dicts import read_state_dict, unwrapped
from mien.networks.zoo import vgg


def read(path: str | Path, architecture: Mapping) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The weights of a file, and the reference responses that it may carry, whatever its format. It runs no code.

    Reads PyTorch state dicts, safetensors, Keras 1 and 2 HDF5 and MatConvNet .mat; the latter two for plain VGGs only.
    A VGG's state dict may use the literature's names (`conv1_1.weight`) or torchvision's (`features.0.weight`).

    Args:
        path: the file; its bytes tell the format, not its name.
        architecture: as for `mien.networks.build.build`.

    Returns:
        The tensors of `build(architecture).state_dict()`, by name; and either nothing or `picture`, (rows,
        columns, 3) uint8 RGB, with the responses to it by layer, (channels, rows, columns) float32.

    Raises:
        InputError: the file is damaged or no weight file, or it has other tensors, shapes or types than the
            architecture, or numbers that are not finite.
    """
    kind = format_of(path)
    expected = build(architecture).state_dict()
    if kind in (KERAS, MATCONVNET):
        reader = read_keras if kind == KERAS else read_matconvnet
        arrays, responses = reader(path, _layers_with_weights(path, kind, architecture))
        tensors = {name: _tensor(array) for name, array in arrays.items()}
        reference = {name: _tensor(array) for name, array in responses.items()}
    else:
        found = read_state_dict(path, kind)
        of_layers, _ = split(found)
        names = unwrapped(list(of_layers), functools.partial(_own_name, architecture["name"]), expected)
        tensors, reference = split({names.get(name, name): tensor for name, tensor in found.items()})
    for name in expected.keys() - tensors.keys():
        if name.endswith("num_batches_tracked"):  # for training only; files from before PyTorch 0.4.1 lack it
            tensors[name] = torch.zeros_like(expected[name])
    check(path, tensors, expected, architecture)
    check_reference_form(path, reference)
    return tensors, reference


def _layers_with_weights(path: str | Path, kind: str, architecture: Mapping) -> list[str]:
    """Names of a VGG's convolutions and fully connected layers, in order."""
    name = architecture["name"]
    if not vgg.ZOO.known(name) or name.endswith("_bn"):
        raise InputError(f"{path}: {kind} files are read for plain VGGs only, not for {name}: give a state dict")
    stages = vgg.stages_of(name, architecture.get("classes", 1000))
    return [stage.name for stage in stages if stage.kind in ("convolution", "connected")]


def _own_name(architecture: str, name: str) -> str:
    """A name of a state dict with torchvision's name of a layer, such as `features.0`, made ours.

    Published DenseNets have names that torchvision itself corrects on loading: `norm.1` for what is now `norm1`.
    """
    corrected = re.sub(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.", r"\1\2.", name)
    layer, dot, key = corrected.rpartition(".")
    return f"{own_name(architecture, layer)}{dot}{key}"


def _tensor(array: np.ndarray) -> torch.Tensor:
    native = array.astype(array.dtype.newbyteorder("="), copy=False)  # torch has only the machine's byte order
    return torch.from_numpy(np.ascontiguousarray(native))
