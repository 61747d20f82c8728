"""Published weights: read from the formats in which people hold them, and checked."""

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from mien.errors import InputError
from mien.networks.architectures import called, zoo_of
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
    A VGG's state dict may use the literature's names (`conv1_1.weight`) or torchvision's (`features.0.weight`); of a
    zoo's published files, parts that the network does without are left out.

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
        names = unwrapped(list(of_layers), functools.partial(zoo_of(architecture).tensor, architecture), expected)
        needed = {names.get(name, name): tensor for name, tensor in found.items() if names.get(name, name) is not None}
        tensors, reference = split(needed)
    for name in expected.keys() - tensors.keys():
        if name.endswith("num_batches_tracked"):  # for training only; files from before PyTorch 0.4.1 lack it
            tensors[name] = torch.zeros_like(expected[name])
    check(path, tensors, expected, architecture)
    check_reference_form(path, reference)
    return tensors, reference


def _layers_with_weights(path: str | Path, kind: str, architecture: Mapping) -> list[str]:
    """Names of a VGG's convolutions and fully connected layers, in order."""
    if not vgg.ZOO.known(architecture) or architecture["name"].endswith("_bn"):
        raise InputError(
            f"{path}: {kind} files are read for plain VGGs only, not for {called(architecture)}: give a state dict"
        )
    name = architecture["name"]
    stages = vgg.stages_of(name, architecture.get("classes", 1000))
    return [stage.name for stage in stages if stage.kind in ("convolution", "connected")]


def _tensor(array: np.ndarray) -> torch.Tensor:
    native = array.astype(array.dtype.newbyteorder("="), copy=False)  # torch has only the machine's byte order
    return torch.from_numpy(np.ascontiguousarray(native))
