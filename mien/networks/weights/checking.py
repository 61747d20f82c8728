"""Whether the tensors of a file are those of an architecture, and what may be wrong where they are not."""

from collections.abc import Mapping
from pathlib import Path

import torch

from mien.errors import InputError
from mien.networks.zoo.vgg import CLASSIFIER

_SHOWN = 4  # names in a message


def check(
    path: str | Path,
    tensors: Mapping[str, torch.Tensor],
    expected: Mapping[str, torch.Tensor],
    architecture: Mapping,
) -> None:
    """Raise `InputError` where names, shapes, types or numbers are not what a network of the architecture needs.

    Args:
        path: named in messages.
        tensors: found in the file, by the network's names.
        expected: the network's own, of which only names, shapes and types matter.
        architecture: as for `mien.networks.build.build`; shown in messages.
    """
    missing = [name for name in expected if name not in tensors]
    extra = [name for name in tensors if name not in expected]
    problem = ""
    if missing or extra:
        lacks = f"lacks {_listed(missing)}, which the network needs" if missing else ""
        has = f"has {_listed(extra)}, which the network does not" if extra else ""
        problem = f"it {' and '.join(filter(None, (lacks, has)))}"
    for name in expected:
        if problem:
            break
        problem = _difference(name, tensors[name], expected[name])
    if problem:
        hint = _hint(missing, extra, tensors, expected, architecture)
        raise InputError(f"{path}: {problem}. The architecture in the configuration is {dict(architecture)}; {hint}")


def check_reference_form(path: str | Path, reference: Mapping[str, torch.Tensor]) -> None:
    """Raise `InputError` unless reference responses are none, or a picture in RGB with responses in float32."""
    if not reference:
        return
    if "picture" not in reference or len(reference) == 1:
        raise InputError(f"{path}: reference: expected a picture and responses to it, found {_listed(list(reference))}")
    for name, tensor in reference.items():
        expected = (torch.uint8, "(rows, columns, 3)") if name == "picture" else (torch.float32, "three dimensions")
        shaped = tensor.ndim == 3 and (name != "picture" or tensor.shape[2] == 3)
        if not shaped or tensor.dtype != expected[0]:
            raise InputError(
                f"{path}: reference.{name}: expected {expected[0]}, {expected[1]}; found {tensor.dtype}, "
                f"{tuple(tensor.shape)}"
            )


def _difference(name: str, found: torch.Tensor, expected: torch.Tensor) -> str:
    if found.shape != expected.shape:
        return f"{name}: expected shape {tuple(expected.shape)}, found {tuple(found.shape)}"
    if found.dtype != expected.dtype:
        return f"{name}: expected {expected.dtype}, found {found.dtype}"
    if not torch.isfinite(found).all():
        return f"{name}: expected finite numbers, found {int((~torch.isfinite(found)).sum())} that are not"
    return ""


def _hint(missing: list, extra: list, tensors: Mapping, expected: Mapping, architecture: Mapping) -> str:
    """What is most likely to be wrong."""
    ours, theirs = expected.get(f"{CLASSIFIER}.weight"), tensors.get(f"{CLASSIFIER}.weight")
    if missing and not extra and all(name.startswith("fc") for name in missing):
        return "if the file has no fully connected layers, set classes: 0"
    if extra and not missing and ours is None and theirs is not None:
        return f"the file has the fully connected layers too: set classes: {len(theirs)}"
    if parts := _parts_with(expected, tensors):
        return (
            f"the file has them beside others, under {' and '.join(parts)}: write one of these alone into another "
            f"file, such as {{name: tensor for name, tensor in weights.items() if name.startswith('{parts[0]}')}}"
        )
    if missing or extra:
        return "is the file of another architecture?"
    if any(tensors[name].shape != expected[name].shape for name in expected):
        if ours is not None and len(ours) != len(theirs):
            return f"the file's last layer has {len(theirs)} units: set classes: {len(theirs)}"
        return "is the file of another architecture, width or input_size?"
    if any(tensors[name].dtype != expected[name].dtype for name in expected):
        return "convert the weights to the type that is expected, and save them anew"
    return "the file is damaged: fetch it again, or ask who made it"


def _parts_with(expected: Mapping, tensors: Mapping) -> list[str]:
    """Beginnings of names in a file under each of which there is every tensor that a network needs."""
    first = min(expected, default="")
    starts = [name.removesuffix(first) for name in tensors if name.endswith(f".{first}")]
    return [start for start in starts if all(start + name in tensors for name in expected)]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
