"""Optimisers: those of torch, by name and arguments."""

import inspect
from collections.abc import Mapping

import torch
from torch import nn

from mien.errors import InputError

#: The optimisers of torch.optim, by the name of their class, that learn any dense weights from one batch at a time.
OPTIMISERS: dict[str, type[torch.optim.Optimizer]] = {
    name: kind
    for name, kind in sorted(vars(torch.optim).items())
    if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)
    if name not in ("Optimizer", "LBFGS", "Muon", "SparseAdam")  # base class; whole diet; matrices; sparse gradients
}

#: Their arguments that are no learning rule: of torch's inner workings, some for GPUs alone.
_NOT_OURS = ("params", "foreach", "fused", "capturable", "differentiable")


def make(network: nn.Module, settings: Mapping) -> torch.optim.Optimizer:
    """An optimiser of a network's weights from `name` and keyword arguments.

    Raises:
        InputError: torch has no such optimiser, or it does not take one of the arguments or its value.
    """
    arguments = dict(settings)
    name = arguments.pop("name")
    if name not in OPTIMISERS:
        raise InputError(f"optimiser '{name}': expected one of {', '.join(OPTIMISERS)}")
    known = [argument for argument in inspect.signature(OPTIMISERS[name]).parameters if argument not in _NOT_OURS]
    if unknown := arguments.keys() - set(known):
        raise InputError(f"optimiser {name}: has no argument {', '.join(sorted(unknown))}; it takes {', '.join(known)}")
    try:
        return OPTIMISERS[name](network.parameters(), **arguments)
    except (TypeError, ValueError) as error:
        raise InputError(f"optimiser {name}: {error} (YAML reads 1e-3 as text: write 0.001)") from None


def check(settings: Mapping, name: str) -> None:
    """Raise `InputError` before a diet is drawn for a network, called `name`, that no optimiser can train."""
    try:
        make(nn.Linear(1, 1), settings)
    except InputError as error:
        raise InputError(f"networks.{name}.training.optimiser: {error}") from None
