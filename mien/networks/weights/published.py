"""A network from a file of published weights, checked in every way that the file allows."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from mien.networks import files, reference
from mien.networks.build import build
from mien.networks.weights.formats import format_of
from mien.networks.weights.reading import read
from mien.networks.weights.selfcheck import self_check
from mien.provenance import digest_of_file


def network_of(
    path: Path, architecture: Mapping, input: Mapping
) -> tuple[nn.Module, dict[str, torch.Tensor], dict[str, bool]]:
    """The network of an architecture with a file's weights, and the reference responses that the file may carry.

    Args:
        input: how the network wants its images, see `mien.networks.preprocess.prepare`.

    Returns:
        The network, on the CPU; the reference, see `mien.networks.files.save`; and whether it was `self_checked`
        against torchvision's and `reference_checked`.

    Raises:
        InputError: as `mien.networks.weights.reading.read`, or a check fails.
    """
    tensors, expected = read(path, architecture)
    network = build(architecture)
    files.fill(network, tensors)
    checks = {"self_checked": self_check(network, architecture), "reference_checked": bool(expected)}
    if expected:
        reference.check(network, expected, input, path)
    return network, expected, checks


def describe(path: Path) -> dict[str, str]:
    """Which file of weights this is: its name, format and SHA-256."""
    return {"file": path.name, "format": format_of(path), "sha256": digest_of_file(path)}
