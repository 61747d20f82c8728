"""A network from a file of published weights, checked in every way that the file allows."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from mien.downloads.places import local_path
from mien.errors import InputError
from mien.networks import files, reference
from mien.networks.architectures import zoo_of
from mien.networks.build import build
from mien.networks.weights.formats import format_of
from mien.networks.weights.reading import read
from mien.networks.weights.selfcheck import self_check
from mien.networks.zoo.interface import from_of
from mien.provenance import digest_of_file


def sources_of(architecture: Mapping, weights: Mapping | str) -> Mapping:
    """Where a network's weights are from: `from` and `sha256`, as `mien.downloads.sources.obtain` takes them.

    Args:
        weights: of the configuration: that very mapping, or `pretrained`, for which the architecture's zoo knows it.

    Raises:
        InputError: `pretrained`, and the zoo publishes no weights of this architecture.
    """
    return weights if isinstance(weights, Mapping) else zoo_of(architecture).weights(architecture)


def network_of(
    path: Path, architecture: Mapping, input: Mapping
) -> tuple[nn.Module, dict[str, torch.Tensor], dict[str, bool]]:
    """The network of an architecture with a file's weights, and the reference responses that the file may carry.

    Args:
        path: of weights, or of an exported program itself.
        input: how the network wants its images, all of it, see `mien.networks.preprocess.prepare`.

    Returns:
        The network, on the CPU; the reference, see `mien.networks.files.save`; and whether it was `self_checked`
        against torchvision's and `reference_checked`.

    Raises:
        InputError: as `mien.networks.weights.reading.read`, or a check fails.
    """
    network = build(architecture)
    if path == local_path(from_of(architecture)):
        return network, {}, {"self_checked": False, "reference_checked": False}
    tensors, expected = read(path, architecture)
    files.fill(network, tensors)
    checks = {"self_checked": self_check(network, architecture), "reference_checked": bool(expected)}
    if expected:
        reference.check(network, expected, input, path)
    return network, expected, checks


def describe(path: Path, source: Mapping) -> dict[str, str]:
    """Which file of weights this is: its name, format and SHA-256.

    Raises:
        InputError: the digest does not begin as `sha256_starts` of its source says.
    """
    digest, starts = digest_of_file(path), source.get("sha256_starts", "")
    if not digest.startswith(starts):
        raise InputError(
            f"{path}: has the sha256 {digest}, and its name promises {starts}...: delete it and fetch it again"
        )
    kind = "torch.export" if path.suffix == ".pt2" else format_of(path)
    return {"file": path.name, "format": kind, "sha256": digest}
