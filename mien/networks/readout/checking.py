"""Whether a layer is read as the network itself computes it: asked once, of a few pictures, before responses count."""

from collections.abc import Callable, Mapping

import torch
from torch import fx, nn

from mien.errors import InputError
from mien.networks.readout import graphs
from mien.networks.readout.responses import node_read

#: Largest difference that rounding explains, as a share of a layer's largest response. A picture alone and among others
#: differs by up to 4e-6 in torchvision's untrained networks on a processor; what the others do to it is near 1.
TOLERANCE = 1e-3


@torch.inference_mode()
def check(network: nn.Module, layer: str, rectified: bool, batch: torch.Tensor) -> None:
    """Read a layer twice, and for one picture alone, and hold it against what a plain forward hook sees.

    The hook is on the module that gives what is read: the layer, or the ReLU that follows it. What no module gives is
    held against all operations computed in a row, and the last of these against the network's own output.

    Args:
        layer, rectified: as for `mien.networks.readout.responses.responses_of`.
        batch: two or more prepared pictures, on the network's device.

    Raises:
        InputError: responses are not finite, differ when they are read again or beside other pictures, or are not
            those that the hook sees; the message names the layer and says why.
    """
    nodes = graphs.trace(network.eval())
    name = node_read(network, nodes, layer, rectified)
    part = graphs.upto(network, nodes[name])
    found = part(batch)
    if not isinstance(found, torch.Tensor) or found.shape[:1] != batch.shape[:1]:
        return  # no responses to single pictures, which `responses_of` refuses
    if not torch.isfinite(found).all():
        raise InputError(
            f"layer '{layer}': some responses are not finite numbers. The network's weights or its input are too large"
        )
    if not torch.equal(found, part(batch)):
        culprit = _first_difference(network, nodes, batch, batch, torch.equal)
        raise InputError(
            f"layer '{layer}': the same pictures give other responses when they are read again, from '{culprit}' on. "
            "That draws at random, or remembers, in evaluation too, as functional dropout does unless it is told "
            "training=self.training. Fix the network"
        )
    if not _alike(part(batch[:1]), found[:1]):
        culprit = _first_difference(network, nodes, batch, batch[:1], lambda all, one: _alike(one, all[: len(one)]))
        raise InputError(
            f"layer '{layer}': a picture's responses depend on the pictures beside it, from '{culprit}' on, as after a "
            "batch norm that keeps no running statistics. Fix the network: it must see each picture by itself"
        )
    _check_module(network, nodes, layer)
    seen, where = _seen(network, nodes, name, batch)
    if seen is None or seen.shape != found.shape or not _alike(found, seen):
        raise InputError(
            f"layer '{layer}': its responses are not those that {where} gives: mien would read this network wrongly. "
            "Read another layer, and please report it"
        )


def _check_module(network: nn.Module, nodes: Mapping[str, fx.Node], layer: str) -> None:
    """A module's name reads the last operation in it, which is what it gives, or else not what people mean."""
    last = graphs.find(nodes, layer)
    if layer in dict(network.named_modules()) and layer not in dict(nodes[last].meta.get("given_by", ())):
        raise InputError(
            f"layer '{layer}': this module gives something else than its last operation, '{last}'. Name the operation "
            "that you want to read"
        )


def _seen(
    network: nn.Module, nodes: Mapping[str, fx.Node], name: str, batch: torch.Tensor
) -> tuple[torch.Tensor | None, str]:
    """A node's value by the network's own plain forward, None where that does not have it; and how it was seen."""
    for module, call in nodes[name].meta.get("given_by", ()):
        given: list[object] = []
        hook = network.get_submodule(module).register_forward_hook(
            lambda *seen, given=given: given.append(_copy(seen[2]))
        )
        try:
            network(batch.clone())
        finally:
            hook.remove()
        return given[call] if call < len(given) else None, f"a plain forward hook on '{module}'"
    values, output = graphs.values(network, nodes, batch)
    plain = network(batch.clone())
    same = not isinstance(plain, torch.Tensor) or (plain.shape == output.shape and _alike(output, plain))
    return values[name] if same else None, "the network's plain forward"


def _first_difference(
    network: nn.Module,
    nodes: Mapping[str, fx.Node],
    batch: torch.Tensor,
    other: torch.Tensor,
    same: Callable[[torch.Tensor, torch.Tensor], bool],
) -> str:
    """The first node whose values for two batches are not the same, of those with a value for each picture."""
    (first, _), (second, _) = graphs.values(network, nodes, batch), graphs.values(network, nodes, other)
    for name, value in first.items():
        pictures = isinstance(value, torch.Tensor) and value.shape[:1] == batch.shape[:1]
        if pictures and second[name].shape[:1] == other.shape[:1] and not same(value, second[name]):
            return name
    return "an operation that no single run shows"


def _alike(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return bool((found - expected).abs().max() <= TOLERANCE * expected.abs().max())


def _copy(value: object) -> object:
    return value.clone() if isinstance(value, torch.Tensor) else value
