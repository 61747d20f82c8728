"""A network from a class or function of somebody else's: drawn from a seed, without a server, or one clear message."""

import operator
import random
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mien.errors import InputError

if TYPE_CHECKING:
    from torch import nn


def constructed(make: Callable[[], object], architecture: Mapping, seed: int) -> "nn.Module":
    """What a constructor gives, with the weights that it draws after every generator is seeded; these are put back.

    Args:
        make: imports, and calls the constructor with the architecture's arguments.
        architecture: named in messages.

    Raises:
        InputError: the constructor failed, tried to reach a server, or gave what is no network of float32 on the
            processor, or none that can be read and kept.
    """
    import numpy as np
    import torch

    said = f"architecture from {architecture['from']}" + (f", {architecture['name']}" if "name" in architecture else "")
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        with torch.random.fork_rng(devices=[]), _offline(said):
            torch.default_generator.manual_seed(seed)
            random.seed(seed)
            np.random.seed(seed % 2**32)  # noqa: NPY002
            network = make()
    except InputError:
        raise
    except (Exception, SystemExit) as error:  # whatever somebody else's code raises
        called = f". It was called with architecture.arguments: {architecture.get('arguments', {})}"
        called = called if isinstance(error, TypeError) else ""
        raise InputError(f"{said}: cannot be built: {type(error).__name__}: {error}{called}") from error
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
    if isinstance(network, torch.nn.DataParallel):  # as CORnet's constructors give; it is for several GPUs
        network = network.module
    if fault := _fault(network):
        raise InputError(f"{said}: {fault}")
    return network


def _fault(network: object) -> str:
    """Why what a constructor gave cannot be read, kept or moved, and what to do; "" of a network that can."""
    import torch

    if not isinstance(network, torch.nn.Module):
        return (
            f"expected a torch.nn.Module, got {type(network).__name__}. Give a function that returns the network "
            "alone, if need be one of your own in a .py file"
        )
    for module in network.modules():
        if isinstance(module, torch.jit.ScriptModule):
            return "TorchScript, which cannot be read at its layers. Give the network that it was made of"
        if hasattr(module, "_torchdynamo_orig_callable") or module._compiled_call_impl is not None:
            return "compiled by torch.compile, which cannot be read at its layers. Give the network uncompiled"
    for name, weight in (*network.named_parameters(), *network.named_buffers()):
        if torch.nn.parameter.is_lazy(weight):
            return f"'{name}' has no shape before the network has seen a picture. Show it one, or give the shape"
        if weight.device.type != torch.get_default_device().type:
            return f"'{name}' is on the device {weight.device}. Build the network on the processor (cpu); mien moves it"
    for name, weight in network.named_parameters():
        if weight.is_floating_point() and weight.dtype != torch.float32:
            return f"'{name}' is of {weight.dtype}, and float32 is read. Convert the network: network.float()"
    for name, kept in network.state_dict().items():
        if not isinstance(kept, torch.Tensor):
            return f"'{name}' is kept with the weights, and is a {type(kept).__name__}, no tensor. Register a buffer"
    return ""


def found_in(module: object, architecture: Mapping) -> Callable[..., object]:
    """The class or function that an architecture names, such as `Net` or `Net.small`. Raises `InputError` for none."""
    try:
        return operator.attrgetter(architecture["name"])(module)
    except AttributeError as error:
        raise InputError(
            f"architecture.name: '{architecture['name']}': {architecture['from']} has nothing of this name ({error})"
        ) from None


@contextmanager
def _offline(said: str) -> Iterator[None]:
    """Nothing reaches a server in here; who tried is told so, though the constructor may have gone on without."""
    tried: list[str] = []

    def refuse(*address: object, **_: object) -> None:
        tried.append(next((str(part) for part in address if isinstance(part, str | tuple)), "a server"))
        raise OSError("mien builds networks without a network connection")

    kept = [(socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo")]
    kept = [(owner, name, getattr(owner, name)) for owner, name in kept]
    for owner, name, _ in kept:
        setattr(owner, name, refuse)
    try:
        yield
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)
        if tried:
            raise InputError(
                f"{said}: its constructor tried to reach {tried[0]}. mien records where weights are from, so it "
                "fetches them itself: give arguments that load none, and name the weights in the network's `weights`"
            )
