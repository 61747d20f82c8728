"""Checkpoints: all that an unfinished training needs to go on, whole or not there."""

import contextlib
import hashlib
import io
import time
import warnings
from pathlib import Path

import torch
from torch import nn

from mien.atomic import atomically


def write(path: str | Path, learner: nn.Module, optimiser: torch.optim.Optimizer, state: dict) -> float:
    """Write the state of a training after its SHA-256, atomically, and return how many seconds it took."""
    buffer, begun = io.BytesIO(), time.monotonic()
    torch.save({"learner": learner.state_dict(), "optimiser": optimiser.state_dict(), "state": state}, buffer)
    # not found: another run of this training finished, and swept up
    with contextlib.suppress(FileNotFoundError), atomically(path) as partial, partial.open("wb") as file:
        file.write(hashlib.sha256(buffer.getbuffer()).digest())
        file.write(buffer.getbuffer())
    return time.monotonic() - begun


def resume(path: str | Path, learner: nn.Module, optimiser: torch.optim.Optimizer) -> dict:
    """Give learner and optimiser the state of a checkpoint, and return the rest of it; nothing without a whole one."""
    if not Path(path).exists():
        return {}
    content = memoryview(Path(path).read_bytes())  # of which a slice is no copy
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        warnings.warn(f"{path}: a damaged checkpoint; training starts again from the beginning", stacklevel=2)
        return {}
    # to the CPU: learner and optimiser move to their device what belongs there, which counts of steps do not
    saved = torch.load(io.BytesIO(content[32:]), map_location="cpu", weights_only=True)
    learner.load_state_dict(saved["learner"])
    optimiser.load_state_dict(saved["optimiser"])
    return saved["state"]


def remove(path: str | Path) -> None:
    """Remove a checkpoint, and what kills have left of its writing."""
    for leftover in [Path(path), *Path(path).parent.glob(f"{Path(path).name}.*.partial")]:
        leftover.unlink(missing_ok=True)
