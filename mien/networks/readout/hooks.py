"""A network read by plain forward hooks on its modules, where its operations cannot be traced."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from mien.networks.readout import plain, relus
from mien.networks.readout.traced import Call, Traced, not_computed, numbered


@dataclass
class Hooked(Traced):
    """Named are the modules that give a tensor with a row for each picture; the second call of `relu` is `relu_1`.

    Outer modules come after those within them. Nothing is known of what follows what.
    """

    by = "hooks"
    knows_order = False

    def reading(self, read: Sequence[str]) -> Callable[[torch.Tensor, Callable[[int, object], None]], None]:
        """As `Traced.reading`."""
        calls = [self.given_by[name][0] for name in read]

        def respond(batch: torch.Tensor, seen: Callable[[int, object], None]) -> None:
            missing = set(calls)

            def see(call: Call, value: object) -> bool:
                for place in [place for place, other in enumerate(calls) if other == call]:
                    seen(place, value)
                missing.discard(call)
                return not missing

            plain.forward(self.network, batch, see, {call.module for call in calls})
            if missing:
                raise not_computed(next(name for name in read if self.given_by[name][0] in missing))

        return respond

    def values(self, batch: torch.Tensor, seen: Callable[[str, object], None]) -> list[torch.Tensor]:
        """As `Traced.values`."""
        names = {calls[0]: name for name, calls in self.given_by.items()}

        def see(call: Call, value: object) -> bool:
            if call in names:
                seen(names[call], value)
            return False

        return plain.forward(self.network, batch, see)

    def is_relu(self, name: str) -> bool:
        """As `Traced.is_relu`."""
        return isinstance(self.network.get_submodule(self.given_by[name][0].module), relus.MODULES)

    def relu_of(self, name: str) -> str | None:
        """As `Traced.relu_of`."""
        return None

    def trunk(self, carrying: Collection[str]) -> set[str]:
        """As `Traced.trunk`."""
        return set()


def trace(network: nn.Module, batch: torch.Tensor) -> Hooked:
    """The modules that give a tensor of real numbers with a row for each picture of a batch."""
    given, called = [], set()

    def see(call: Call, value: object) -> bool:
        called.add(call.module)
        if isinstance(value, torch.Tensor) and value.is_floating_point() and value.shape[:1] == batch.shape[:1]:
            given.append(call)
        return False

    plain.forward(network, batch, see)
    paths = {call.module for call in given}
    names = numbered([call.module for call in given], paths)
    return Hooked(network, tuple(names), {name: [call] for name, call in zip(names, given, strict=True)}, called)
