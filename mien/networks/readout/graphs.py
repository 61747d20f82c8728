"""A network's operations by name, found in the first of three ways that gives what the network itself gives."""

from collections.abc import Callable

import torch
from torch import nn

from mien import draws
from mien.errors import InputError
from mien.networks.readout import exported, fx_graphs, hooks, plain
from mien.networks.readout.traced import Call, Traced

#: From the one that tells most of a network and reads it fastest to the one that any network can be read by.
_WAYS: tuple[Callable[[nn.Module, torch.Tensor], Traced], ...] = (
    lambda network, batch: fx_graphs.trace(network),
    exported.trace,
    hooks.trace,
)

#: What says nothing of a network, so that another way would be no better.
_MEMORY = (MemoryError, torch.OutOfMemoryError)


def trace(network: nn.Module, batch: torch.Tensor) -> Traced:
    """A network's operations in evaluation mode, by name, and how they are read.

    By torch.fx; where that fails, by torch.export; where that fails too, by plain forward hooks. A way fails if it
    raises an error, or if what it computes for a batch is not what the network's own forward gives, or is something
    else for one picture alone: so branches that are followed where they should not be are found. If all fail, which is
    the network's fault, the first that could trace it is taken, and `checking.check` says what is wrong at which layer.
    The choice depends on the network and hardly on its weights. A program of torch.export is read as it is.

    Args:
        batch: prepared pictures, on the network's device, of the size that the network is read at. On the meta device
            nothing can be held against the network.

    Raises:
        InputError: the network takes no pictures of this size, or is a program exported for a fixed number of them.
    """
    if exported.is_program(network):
        traced = exported.read(network)
        _forward(network, batch, lambda call, value: True)  # its own checks of sizes are no part of what is read
        return traced
    was_training = network.training
    network.eval()
    try:
        if _needs_no_trial(network):
            return fx_graphs.trace(network)
        return _tried(network, batch[:2] if len(batch) > 1 else torch.cat([batch, batch]))
    finally:
        network.train(was_training)


def noise(size: int, device: torch.device) -> torch.Tensor:
    """Two prepared pictures to trace a network with, (2, 3, size, size), always the same; on meta without numbers."""
    pictures = torch.empty(2, 3, size, size, device=device).contiguous(memory_format=torch.channels_last)
    if pictures.is_meta:
        return pictures
    return pictures.copy_(torch.from_numpy(draws.generator("trace").standard_normal(pictures.shape, "float32")))


def _needs_no_trial(network: nn.Module) -> bool:
    """Whether a network is modules of torch's in a row, or has no numbers."""
    row = type(network) is nn.Sequential and all(
        type(module).__module__.startswith("torch.nn.") for module in network.modules()
    )
    return row or any(weight.is_meta for weight in network.parameters())


def _tried(network: nn.Module, batch: torch.Tensor) -> Traced:
    """The first way that gives what the network gives, else the first that gives anything."""
    given: dict[Call, plain.Sample | None] = {}
    output = _forward(network, batch, lambda call, value: given.update({call: plain.sample(value)}))
    others = []
    for way in _WAYS:
        try:
            traced = way(network, batch)
            others.append(traced)
            if _gives(traced, batch, given, output):
                return traced
        except _MEMORY:
            raise
        except Exception:  # whatever the network's code, torch.fx and torch.export come to raise
            continue
    return others[0]


def _forward(
    network: nn.Module, batch: torch.Tensor, seen: Callable[[Call, object], bool | None]
) -> list[torch.Tensor]:
    """As `plain.forward`. Raises `InputError` where the network takes no such pictures."""
    try:
        return plain.forward(network, batch, seen)
    except _MEMORY:
        raise
    except Exception as error:
        size = " x ".join(map(str, batch.shape[1:]))
        called = ". It is called as network(pictures)" if isinstance(error, TypeError) else ""
        raise InputError(
            f"the network takes no pictures of {size}: {str(error) or type(error).__name__}{called}"
        ) from error


def _gives(
    traced: Traced, batch: torch.Tensor, given: dict[Call, plain.Sample | None], output: list[torch.Tensor]
) -> bool:
    """Whether a way gives what modules `given` by plain hooks give, and the output, also of one picture alone.

    Of a way that only takes it that a module gives its last operation, those calls that give something else go.
    """
    names, among, alone = list(traced.given_by), {}, {}
    if names:
        traced.reading(names)(batch, lambda place, value: among.update({names[place]: plain.sample(value)}))
    found = traced.values(batch, lambda name, value: None)
    first = traced.values(batch[:1], lambda name, value: alone.update({name: plain.sample(value)}))
    rows = [value[:1] if value.shape[:1] == batch.shape[:1] else value for value in found]
    if not _all_alike(found, output) or not _all_alike(first, rows):
        return False
    calls = [(name, call) for name in names for call in traced.given_by[name]]
    wrong = [(name, call) for name, call in calls if not _same(among[name], given.get(call))]
    if wrong and traced.seen_given:
        return False
    for name, call in wrong:
        traced.given_by[name].remove(call)
    kept = [name for name in names if traced.given_by[name] and among[name] is not None]
    pictures = [name for name in kept if among[name].shape[0] == len(batch)]
    return all(alone.get(name) is not None and alone[name].alike(among[name], alone=True) for name in pictures)


def _all_alike(found: list[torch.Tensor], expected: list[torch.Tensor]) -> bool:
    if len(found) != len(expected):
        return False
    return all(
        map(plain.alike, *([torch.nan_to_num(value.float()) for value in values] for values in (found, expected)))
    )


def _same(found: plain.Sample | None, expected: plain.Sample | None) -> bool:
    """Of what is no tensor, nothing can be said."""
    return found is expected is None or (found is not None and expected is not None and found.alike(expected))
