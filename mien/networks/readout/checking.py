"""Whether layers are read as the network itself computes them: asked of a few pictures, before responses count."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import torch

from mien.errors import InputError
from mien.networks.readout import plain
from mien.networks.readout.plain import alike
from mien.networks.readout.responses import as_maps, read_at
from mien.networks.readout.traced import Call, Traced, not_computed


@torch.inference_mode()
def check(
    traced: Traced, layers: Sequence[str], rectified: bool, batch: torch.Tensor
) -> tuple[dict[str, int], dict[str, InputError]]:
    """Read layers twice, and for one picture alone, and hold them against what plain forward hooks see.

    A hook is on the module that gives what is read: the layer, or the ReLU that follows it. What no module gives is
    held against all operations computed in a row, and the last of these against the network's own output. It takes
    four passes, or five, however many the layers are.

    Args:
        traced, layers, rectified: as for `mien.networks.readout.responses.responses_to`.
        batch: two or more prepared pictures, on the network's device.

    Returns:
        How many units the layers have that can be read, from input to output, and why the others cannot: there is no
        such layer, or none with responses to single pictures; responses are not finite, differ when they are read again
        or beside other pictures, or are not those that the hook sees. The message names the layer.
    """
    traced.evaluate()
    units, faults, names = {}, {}, {}
    for layer in layers:
        try:
            names[layer] = read_at(traced, layer, rectified)
        except InputError as error:
            faults[layer] = error
    seen = _seen(traced, list(dict.fromkeys(names.values())), batch)
    place = {name: number for number, name in enumerate(traced.names)}
    for layer, name in sorted(names.items(), key=lambda named: place[named[1]]):
        try:
            units[layer] = _units(traced, layer, seen.get(name), batch)
        except InputError as error:
            faults[layer] = error
    return units, faults


@dataclass
class _Seen:
    """A node's value for a batch, and whether it is the same at other times: read again, for one picture alone, ..."""

    value: object
    again: bool = False
    alone: bool = False
    plain: bool = False  # as the network itself computes it
    how: str = "the network's plain forward"  # by which that was seen


def _units(traced: Traced, layer: str, seen: _Seen | None, batch: torch.Tensor) -> int:
    """How many units a layer has. Raises `InputError` where it is not read as the network computes it."""
    if seen is None:
        raise not_computed(layer)
    maps = as_maps(layer, seen.value, len(batch))
    if not torch.isfinite(seen.value).all():
        raise InputError(
            f"layer '{layer}': some responses are not finite numbers. The network's weights or its input are too large"
        )
    if not seen.again:
        culprit = _first_difference(traced, batch, batch, torch.equal)
        raise InputError(
            f"layer '{layer}': the same pictures give other responses when they are read again, from '{culprit}' on. "
            "That draws at random, or remembers, in evaluation too, as functional dropout does unless it is told "
            "training=self.training. Fix the network"
        )
    if not seen.alone:
        culprit = _first_difference(traced, batch, batch[:1], lambda all, one: alike(one, all[: len(one)]))
        raise InputError(
            f"layer '{layer}': a picture's responses depend on the pictures beside it, from '{culprit}' on, as after a "
            "batch norm that keeps no running statistics. Fix the network: it must see each picture by itself"
        )
    _check_module(traced, layer)
    if not seen.plain:
        raise InputError(
            f"layer '{layer}': its responses are not those that {seen.how} gives: mien would read this network "
            "wrongly. Read another layer, and please report it"
        )
    return maps[0].numel()


def _check_module(traced: Traced, layer: str) -> None:
    """A module's name reads the last operation in it, which is what it gives, or else not what people mean."""
    last = traced.find(layer)
    if layer in traced.called and layer not in dict(traced.given_by.get(last, ())):
        raise InputError(
            f"layer '{layer}': this module gives something else than its last operation, '{last}'. Name the operation "
            "that you want to read"
        )


def _seen(traced: Traced, names: list[str], batch: torch.Tensor) -> dict[str, _Seen]:
    """What is given, by name."""
    if not names:
        return {}
    read = traced.reading(names)
    seen: dict[int, _Seen] = {}

    def again(place: int, value: object) -> None:
        seen[place].again = _same(value, seen[place].value, torch.equal)

    def alone(place: int, value: object) -> None:
        if place in seen:
            seen[place].alone = _same(value, seen[place].value, lambda one, all: alike(one, all[:1]))

    first = lambda place, value: seen.update({place: _Seen(_copy(value))})  # noqa: E731
    for pictures, see in ((batch, first), (batch, again), (batch[:1], alone)):
        with suppress(InputError):  # of what is not computed for each picture, which is told of its layer
            read(pictures, see)
    by_name = {names[place]: each for place, each in seen.items()}
    _see_plainly(traced, by_name, batch)
    return by_name


def _see_plainly(traced: Traced, seen: Mapping[str, _Seen], batch: torch.Tensor) -> None:
    """Hold values against the network's own plain forward, by hooks on the modules that give them."""
    given = {name: next(iter(traced.given_by.get(name, ())), None) for name in seen}
    for name, call in given.items():
        if call:
            seen[name].how = f"a plain forward hook on '{call.module}'"

    def hook(call: Call, value: object) -> bool:
        for name in [name for name, other in given.items() if other == call]:
            seen[name].plain = _same(value, seen[name].value, alike)
        return False

    output = plain.forward(traced.network, batch, hook, {call.module for call in given.values() if call})
    if all(given.values()):
        return
    found: dict[str, bool] = {}

    def see(name: str, value: object) -> None:
        if given.get(name, ()) is None:
            found[name] = _same(value, seen[name].value, alike)

    last = traced.values(batch, see)
    if len(last) == len(output) and all(map(alike, last, output)):
        for name, same in found.items():
            seen[name].plain = same


def _first_difference(
    traced: Traced, batch: torch.Tensor, other: torch.Tensor, same: Callable[[torch.Tensor, torch.Tensor], bool]
) -> str:
    """The first name whose values for two batches are not the same, of those with a value for each picture."""
    first: dict[str, object] = {}
    second: dict[str, object] = {}
    traced.values(batch, lambda name, value: first.update({name: _copy(value)}))
    traced.values(other, lambda name, value: second.update({name: _copy(value)}))
    for name, value in first.items():
        pictures = isinstance(value, torch.Tensor) and value.shape[:1] == batch.shape[:1]
        if pictures and name in second and second[name].shape[:1] == other.shape[:1] and not same(value, second[name]):
            return name
    return "an operation that no single run shows"


def _same(found: object, expected: object, alike: Callable[[torch.Tensor, torch.Tensor], bool]) -> bool:
    return isinstance(found, torch.Tensor) and isinstance(expected, torch.Tensor) and alike(found, expected)


def _copy(value: object) -> object:
    return value.clone() if isinstance(value, torch.Tensor) else value
