"""Networks exported with their weights by `torch.export`: a .pt2 file, which is trusted like code."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo.constructor import constructed
from mien.networks.zoo.interface import Zoo, from_of
from mien.networks.zoo.own_files import file_of
from mien.networks.zoo.packages import check_keys
from mien.provenance import digest_of_files

if TYPE_CHECKING:
    from torch import nn


def check(architecture: Mapping) -> None:
    """Raise `InputError` where the file is missing, a key is not for it, or it is of a format that is not read."""
    if architecture["from"].endswith(".onnx"):
        raise InputError(
            f"architecture.from: {architecture['from']}: ONNX is not read here: no maintained library turns it into "
            "torch. Convert it once, as docs/networks.md shows, and give the .py file"
        )
    check_keys(
        architecture, (), "An exported program has no names, arguments or classes but those that it was exported with"
    )
    file_of(architecture)


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """See `Zoo.build`; it has the weights of the file, whatever the seed."""
    path = file_of(architecture)

    def make() -> "nn.Module":
        import torch

        try:
            program = torch.export.load(path).module()
        except Exception as error:  # whatever torch raises of bytes that are none, and of versions
            raise InputError(
                f"architecture.from: {path}: torch {torch.__version__} reads no exported program in it ({error}). "
                "Write it anew, on the processor and with this version, by torch.export.save"
            ) from error
        del program.train, program.eval  # which would raise: it computes as it was exported, whatever its mode
        return program

    return constructed(make, architecture, seed)


ZOO = Zoo(
    known=lambda architecture: from_of(architecture).endswith((".pt2", ".onnx")),
    check=check,
    build=build,
    source=lambda architecture: digest_of_files([file_of(architecture)]),
    constructor=False,
    weights=lambda architecture: {"from": [architecture["from"]]},
)
