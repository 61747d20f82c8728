"""Weights by name: PyTorch's state dicts and safetensors files."""

import os.path
import pickle
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError

from mien.errors import FETCH_AGAIN, InputError, reading
from mien.networks.weights.formats import SAFETENSORS, TORCH_ZIP

#: Where training programs keep a state dict within what they save; in those of `ema` lie averages over training.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "state_dict_ema", "model_ema")

#: What wrappers of a network, or of a part of it, put into its names: data parallelism and compilation.
_WRAPPING = {"module", "_orig_mod"}

#: What to do about a file of several state dicts.
_ONE_ALONE = (
    "Write those that you want into a file of their own, such as torch.save(torch.load(PATH, weights_only=True)['{}'], "
    "ANOTHER)"
)


def read_state_dict(path: str | Path, kind: str) -> dict[str, torch.Tensor]:
    """The tensors of a PyTorch or safetensors file, by the names in the file.

    Args:
        kind: the file's format, as `mien.networks.weights.formats.format_of` tells it.

    Raises:
        InputError: the file is damaged, cannot be read, would run code if it were loaded, or is no state dict.
    """
    if kind != SAFETENSORS:
        return _read_torch(path, kind)
    with reading(path, "safetensors", FETCH_AGAIN, (SafetensorError,)):
        return safetensors.torch.load_file(path)


def unwrapped(
    names: Collection[str], own: Callable[[str], str | None], expected: Collection[str]
) -> dict[str, str | None]:
    """A network's own name for each name in a file, without what wrappers of the network, however nested, added.

    Tried are the names as they are; then without the parts that wrappers put anywhere in them; and either without more
    and more of the leading parts that all of them share, such as Lightning's `model.`. The first that has most of the
    expected names is taken, so that a network's own `module.` or `model.` stays.

    Args:
        names: in the file.
        own: the network's name for one that is not wrapped; None where the network does without that tensor.
        expected: the network's names.
    """
    inner = [".".join(part for part in name.split(".") if part not in _WRAPPING) for name in names]
    tried = [list(names)] + [inner] * (len(set(inner)) == len(names))
    for given in list(tried):
        parts = [name.split(".") for name in given]
        shared = os.path.commonprefix([part[:-1] for part in parts])
        tried += [[".".join(part[depth:]) for part in parts] for depth in range(1, len(shared) + 1)]
    found = max(tried, key=lambda given: len({own(name) for name in given}.intersection(expected)))
    return dict(zip(names, map(own, found), strict=True))


def _read_torch(path: str | Path, kind: str) -> dict[str, torch.Tensor]:
    with reading(path, "PyTorch", FETCH_AGAIN):  # a parser of damaged bytes raises whatever it stumbles over
        try:
            loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=kind == TORCH_ZIP)
        except pickle.UnpicklingError as error:
            foreign = re.search(r"GLOBAL ([\w.]+)", str(error))
            if not foreign:
                raise
            raise InputError(
                f"{path}: loading it would run {foreign[1]}, and weight files run no code here. It holds more than "
                "tensors, such as a whole model. Where you trust it, load it yourself and write its weights with "
                "torch.save(model.state_dict(), ...)"
            ) from None
    while isinstance(loaded, Mapping) and (
        held := [each for each in _WRAPPERS if isinstance(loaded.get(each), Mapping)]
    ):
        if len(held) > 1:
            raise InputError(f"{path}: has the weights of {' and of '.join(held)}. {_ONE_ALONE.format(held[-1])}")
        loaded = loaded[held[0]]
    if not isinstance(loaded, Mapping):
        raise InputError(f"{path}: expected a state dict, names with their tensors; found a {type(loaded).__name__}")
    for name, tensor in loaded.items():
        if not isinstance(name, str):
            raise InputError(f"{path}: expected a state dict, names with their tensors; found {name!r} for a name")
        if not isinstance(tensor, torch.Tensor):
            advice = f". {_ONE_ALONE.format(name)}" if isinstance(tensor, Mapping) else ""
            raise InputError(
                f"{path}: {name}: expected a tensor, found a {type(tensor).__name__}; a state dict holds tensors only, "
                f"or is kept under one of the names {', '.join(_WRAPPERS)}{advice}"
            )
    return {name: tensor.detach() for name, tensor in loaded.items()}
