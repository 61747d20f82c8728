"""Kernels whose last axis is the unit, as in Keras and MatConvNet, in torch's layout and by the literature's names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mien.errors import InputError


def literature_names(path: str | Path, found: Sequence[str], layers: Sequence[str]) -> list[str]:
    """The literature's name of each layer in a file: its own where the file uses these names, or else by its place.

    Raises:
        InputError: names are others, and there are not as many layers as the network has.
    """
    if set(found) & set(layers):
        return list(found)
    if len(found) != len(layers):
        raise InputError(
            f"{path}: expected {len(layers)} layers with weights, {layers[0]} to {layers[-1]}; found {len(found)}: "
            f"{', '.join(found)}. A file without fully connected layers needs classes: 0"
        )
    return list(layers)


def state_dict_of(arrays: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """A state dict's arrays from kernels and biases.

    Args:
        arrays: for each layer, by its literature's name and in order, the kernel, (rows, columns, inputs, units) or
            (inputs, units), and the bias, (units,).

    Returns:
        `LAYER.weight`, (units, inputs, rows, columns) or (units, inputs), and `LAYER.bias`. The inputs of the first
        fully connected layer are in the order of torch, which flattens (channels, rows, columns); Keras flattens
        (rows, columns, channels).
    """
    weights, channels = {}, 0  # channels: of the last convolution, until a fully connected layer has flattened them
    for layer, (kernel, bias) in arrays.items():
        units = kernel.shape[-1]
        if layer.startswith("conv"):
            weight, channels = kernel.transpose(3, 2, 0, 1) if kernel.ndim == 4 else kernel, units
        elif kernel.ndim == 4:
            weight, channels = kernel.transpose(3, 2, 0, 1).reshape(units, -1), 0
        elif channels and len(kernel) % channels == 0:
            weight, channels = kernel.reshape(-1, channels, units).transpose(2, 1, 0).reshape(units, -1), 0
        else:
            weight = kernel.T
        weights |= {f"{layer}.weight": weight, f"{layer}.bias": bias}
    return weights
