"""Files of networks: weights that carry what they were made of, and what is known of a network."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from mien.atomic import atomically
from mien.errors import MAKE_AGAIN, InputError, reading

#: How a weight file names the reference picture and the responses to it.
_REFERENCE = "reference."


def save(
    network: nn.Module,
    weights: str | Path,
    made_of: Mapping[str, object],
    reference: Mapping[str, torch.Tensor] | None = None,
) -> None:
    """Write a network's weights as safetensors, atomically and with the same bytes each time.

    Args:
        made_of: what the weights were made of, by name; kept as JSON in the file, with a SHA-256 over it and all
            tensors.
        reference: what whoever published the weights computed with them, for `mien.networks.loading`: `picture`,
            (rows, columns, 3) uint8 RGB, and by the layers' names their responses to it after their ReLU, (channels,
            rows, columns) float32. The file has them as `reference.picture`, `reference.conv5_3` and so on.
    """
    tensors = network.state_dict() | {f"{_REFERENCE}{name}": tensor for name, tensor in (reference or {}).items()}
    tensors = _apart({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    known = {"made_of": made_of, "sha256": _digest(tensors, made_of)}
    with atomically(weights) as partial:
        # all in one entry: safetensors writes several in any order
        safetensors.torch.save_file(tensors, partial, metadata={"mien": json.dumps(known, sort_keys=True)})


def save_with_info(
    network: nn.Module,
    weights: str | Path,
    info: str | Path,
    made_of: Mapping[str, object],
    origin: str,
    reference: Mapping[str, torch.Tensor] | None = None,
    **known: object,
) -> None:
    """As `save`, and write what is known of the network as JSON, atomically.

    Args:
        info: the file of what is known.
        origin: how the network came about: `trained`, `fetched`, `initialised` or `shuffled`.
        known: what else there is to know; of a trained network its training, with `score` and `heldout_score`.
    """
    save(network, weights, made_of, reference)
    content = {"origin": origin, "score": None, "heldout_score": None, **known, **made_of}
    with atomically(info) as partial:
        partial.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def fill(network: nn.Module, tensors: Mapping[str, torch.Tensor]) -> None:
    """Give a network all its weights, by its own names."""
    state = network.state_dict()  # its metadata has the versions of modules, without which some refuse to load
    state.update(tensors)
    network.load_state_dict(state)


def read(path: str | Path) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The weights in a file that `save` wrote, and the reference in it, if there is one. It runs no code.

    Raises:
        InputError: the file is missing or damaged.
    """
    with reading(path, "safetensors", MAKE_AGAIN, (SafetensorError, ValueError)):
        with safe_open(path, "pt") as file:
            known = json.loads((file.metadata() or {}).get("mien", "{}"))
        tensors = safetensors.torch.load_file(path)
    if known.get("sha256") != _digest(tensors, known.get("made_of")):
        raise InputError(f"{path}: damaged: its tensors are not those that its SHA-256 was made of. {MAKE_AGAIN}")
    return split(tensors)


def split(tensors: Mapping[str, torch.Tensor]) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The weights among the tensors of a file, and its reference picture and responses under their plain names."""
    own = {name.removeprefix(_REFERENCE): tensor for name, tensor in tensors.items() if name.startswith(_REFERENCE)}
    return {name: tensor for name, tensor in tensors.items() if not name.startswith(_REFERENCE)}, own


def _apart(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same tensors, each with memory of its own: safetensors writes none that share theirs, as tied weights do."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in tensors.items():
        memory = tensor.untyped_storage().data_ptr()
        apart[name] = tensor.clone() if memory in seen else tensor
        seen.add(memory)
    return apart


def _digest(tensors: Mapping[str, torch.Tensor], made_of: Mapping | None) -> str:
    """SHA-256 over what the weights were made of, and each tensor's name, type, shape and bytes."""
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode())
    for name in sorted(tensors):
        digest.update(f"\n{name} {tensors[name].dtype} {tuple(tensors[name].shape)}\n".encode())
        digest.update(tensors[name].numpy().reshape(-1).data)
    return digest.hexdigest()
