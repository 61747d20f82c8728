"""Weights of a VGG in MatConvNet's .mat files (SimpleNN), as the Visual Geometry Group published them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from mien.errors import FETCH_AGAIN, InputError, reading
from mien.networks.weights.kernels import literature_names, state_dict_of


def read_matconvnet(path: str | Path, layers: Sequence[str]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Weights, and reference responses where there are any.

    The cell array `layers`, by itself or in the struct `net`, has a struct for each layer; those of type `conv` hold
    `weights`, kernel and bias, or in older files `filters` and `biases`. Kernels are (rows, columns, inputs, units).
    Fully connected layers are convolutions too: fc6 of the whole map, fc7 and fc8 of one place.

    Args:
        layers: the names of the network's convolutions and fully connected layers, in order.

    Returns:
        Weights as in a state dict of these layers; responses by layer, from the struct `reference`.

    Raises:
        InputError: the file is damaged, cannot be read, or has another layout, such as DagNN's.
    """
    with reading(path, "MATLAB", FETCH_AGAIN):  # a parser of damaged bytes raises whatever it stumbles over
        variables = loadmat(path, struct_as_record=False, variable_names=("layers", "net", "reference"))
    network = _record(variables["net"]).__dict__ if "net" in variables else variables
    records = [_record(cell) for cell in np.ravel(network.get("layers", ()))]
    if not all(hasattr(record, "type") for record in records) or not records:
        raise InputError(f"{path}: expected MatConvNet's cell array 'layers', of SimpleNN; found none")
    arrays = {_text(record.name): _kernel_and_bias(path, record) for record in records if _text(record.type) == "conv"}
    names = literature_names(path, list(arrays), layers)
    reference = _record(variables["reference"]) if "reference" in variables else None
    return (
        state_dict_of(dict(zip(names, arrays.values(), strict=True))),
        {name: _padded(getattr(reference, name), 3) for name in reference._fieldnames} if reference else {},
    )


def _kernel_and_bias(path: str | Path, record: object) -> tuple[np.ndarray, np.ndarray]:
    fields = record.__dict__
    held = list(np.ravel(fields["weights"])) if "weights" in fields else [fields.get("filters"), fields.get("biases")]
    if len(held) != 2 or not all(isinstance(array, np.ndarray) for array in held):
        raise InputError(f"{path}: {_text(record.name)}: expected a kernel and a bias, found another cell array")
    kernel, bias = held
    return _padded(kernel, 4), bias.ravel()


def _record(cell: np.ndarray) -> object:
    """The struct in a 1 x 1 array, as MATLAB wraps every one."""
    return cell.item() if isinstance(cell, np.ndarray) and cell.size == 1 else cell


def _text(characters: np.ndarray) -> str:
    return "".join(characters.ravel())


def _padded(array: np.ndarray, dimensions: int) -> np.ndarray:
    """The array with the trailing dimensions of size one that MATLAB drops."""
    return array.reshape(array.shape + (1,) * (dimensions - array.ndim))
