"""Weights of a VGG in the HDF5 files of Keras 1 and 2, with or without its fully connected layers."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from mien.errors import FETCH_AGAIN, InputError, reading
from mien.networks.weights.kernels import literature_names, state_dict_of


def read_keras(path: str | Path, layers: Sequence[str]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Weights, and reference responses where there are any, of a weight file or a whole model.

    A group for each layer, named in `layer_names`, lists its arrays in `weight_names`: the kernel, (rows, columns,
    inputs, units) or (inputs, units), and the bias. A whole model keeps these groups in `model_weights`. Layers have
    the literature's names, as in keras-vggface, or any other names and the literature's order, as in
    `keras.applications`.

    Args:
        layers: the names of the network's convolutions and fully connected layers, in order.

    Returns:
        Weights as in a state dict of these layers; responses by layer, from the group `reference`.

    Raises:
        InputError: the file is damaged, cannot be read, or has another layout, such as Keras 3's.
    """
    with reading(path, "HDF5", FETCH_AGAIN, (RuntimeError, KeyError)), h5py.File(path, "r") as file:
        arrays = _arrays(path, file.get("model_weights", file))
        reference = {name: _array(path, file["reference"], name) for name in file.get("reference", ())}
    names = literature_names(path, list(arrays), layers)
    return state_dict_of(dict(zip(names, arrays.values(), strict=True))), reference


def _arrays(path: str | Path, root: h5py.Group) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Kernel and bias of each layer that has weights, in the file's order."""
    if "layer_names" not in root.attrs:
        raise InputError(
            f"{path}: an HDF5 file without 'layer_names', so not of Keras 1 or 2. Load it in Keras 3 and save the "
            "model as .h5, or write its weights as safetensors"
        )
    arrays = {}
    for layer in _texts(root.attrs["layer_names"]):
        weights = [_array(path, root[layer], name) for name in _texts(root[layer].attrs["weight_names"])]
        if not weights:
            continue
        if [min(weight.ndim, 2) for weight in weights] != [2, 1]:
            raise InputError(
                f"{path}: {layer}: expected a kernel and a bias, found arrays of shapes "
                f"{', '.join(str(weight.shape) for weight in weights)}; of Keras files, only plain VGGs are read"
            )
        arrays[layer] = tuple(weights)
    return arrays


def _array(path: str | Path, group: h5py.Group, name: str) -> np.ndarray:
    """An array that the file itself holds; HDF5 can make any other file of the machine look like a part of it."""
    dataset = group[name]
    if dataset.file.filename != str(path) or dataset.external or dataset.is_virtual:
        raise InputError(f"{path}: {group.name}/{name}: lies in another file; weights must all be in this one")
    return dataset[()]


def _texts(values: Sequence[bytes | str]) -> list[str]:
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]
