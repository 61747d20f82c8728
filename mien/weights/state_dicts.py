"""Weights by name: PyTorch's state dicts and safetensors files."""

import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError

from mien.errors import InputError
from mien.weights.formats import SAFETENSORS, TORCH_ZIP

#: Where training programs keep the state dict within what they save.
_WRAPPERS = ("state_dict", "model_state_dict", "model")

#: What wrappers of a network put before each of its names: data parallelism, compilation, Lightning.
_PREFIXES = ("module.", "_orig_mod.", "model.")


def read_state_dict(path: str | Path, kind: str) -> dict[str, torch.Tensor]:
    """The tensors of a PyTorch or safetensors file, by the names in the file less its wrappers' prefixes.

    Args:
        kind: the file's format, as `mien.weights.formats.format_of` tells it.

    Raises:
        InputError: the file is damaged, would run code if it were loaded, or is no state dict.
    """
    return _without_prefixes(_read_safetensors(path) if kind == SAFETENSORS else _read_torch(path, kind))


def _read_safetensors(path: str | Path) -> dict[str, torch.Tensor]:
    try:
        return safetensors.torch.load_file(path)
    except (SafetensorError, OSError) as error:
        raise _damaged(path, "safetensors", error) from None


def _read_torch(path: str | Path, kind: str) -> dict[str, torch.Tensor]:
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=kind == TORCH_ZIP)
    except pickle.UnpicklingError as error:
        foreign = re.search(r"GLOBAL ([\w.]+)", str(error))
        if not foreign:
            raise _damaged(path, "PyTorch", error) from None
        raise InputError(
            f"{path}: loading it would run {foreign[1]}, and weight files run no code here. It holds more than "
            "tensors, such as a whole model. Where you trust it, load it yourself and write its weights with "
            "torch.save(model.state_dict(), ...)"
        ) from None
    except Exception as error:  # a parser of damaged bytes raises whatever it stumbles over
        raise _damaged(path, "PyTorch", error) from None
    for wrapper in _WRAPPERS:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(wrapper), Mapping):
            loaded = loaded[wrapper]
    if not isinstance(loaded, Mapping):
        raise InputError(f"{path}: expected a state dict, names with their tensors; found a {type(loaded).__name__}")
    for name, tensor in loaded.items():
        if not isinstance(name, str):
            raise InputError(f"{path}: expected a state dict, names with their tensors; found {name!r} for a name")
        if not isinstance(tensor, torch.Tensor):
            raise InputError(
                f"{path}: {name}: expected a tensor, found a {type(tensor).__name__}; a state dict holds tensors only, "
                f"or is kept under one of the names {', '.join(_WRAPPERS)}"
            )
    return {name: tensor.detach() for name, tensor in loaded.items()}


def _without_prefixes(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same tensors without a prefix that all of their names share; reference responses may lack it."""
    for prefix in _PREFIXES:
        if all(name.startswith((prefix, "reference.")) for name in tensors):
            tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    return tensors


def _damaged(path: str | Path, kind: str, error: Exception) -> InputError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"{path}: not a whole {kind} file ({reason}). Delete it and fetch it again")
