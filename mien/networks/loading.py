"""Networks from the files of a study, held against what their weights are known to give."""

from collections.abc import Mapping
from pathlib import Path

from torch import nn

from mien.errors import InputError
from mien.networks import files
from mien.networks.build import build
from mien.networks.reference import check


def load(path: str | Path, architecture: Mapping, input: Mapping) -> nn.Module:
    """The network of an architecture with the weights of a file that `mien.networks.files.save` wrote.

    It is in evaluation mode, and has been checked with the file's reference responses if there are any.

    Args:
        input: how the network wants its images, see `mien.networks.preprocess.prepare`.

    Raises:
        InputError: the file is missing or damaged, its tensors are not those of the architecture, or the network does
            not give the reference responses.
    """
    tensors, reference = files.read(path)
    network = build(architecture)
    expected = {name: tuple(weight.shape) for name, weight in network.state_dict().items()}
    found = {name: tuple(weight.shape) for name, weight in tensors.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise InputError(
                f"{path}: {name}: expected {expected.get(name, 'no such tensor')}, found "
                f"{found.get(name, 'no such tensor')}; the architecture in the configuration is {dict(architecture)}"
            )
    files.fill(network, tensors)
    if reference:
        check(network, reference, input, path)
    return network
