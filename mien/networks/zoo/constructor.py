"""A network from a class or function of somebody else's: drawn from a seed, without a server, or one clear message."""

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
        InputError: the constructor failed, tried to reach a server, or gave no `nn.Module`.
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
    except Exception as error:  # whatever somebody else's code raises
        raise InputError(f"{said}: cannot be built: {type(error).__name__}: {error}") from error
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
    if not isinstance(network, torch.nn.Module):
        raise InputError(f"{said}: expected a torch.nn.Module, got {type(network).__name__}")
    return network


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
