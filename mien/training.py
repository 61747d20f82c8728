"""Rearing a network: supervised training that, once killed, goes on to the same bytes as if it had never been."""

import contextlib
import hashlib
import inspect
import io
import math
import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from mien.draws import generator, seed_of
from mien.errors import InputError
from mien.networks import prepare
from mien.reporting import progress

#: The optimisers of torch.optim, by the name of their class, that learn any dense weights from one batch at a time.
OPTIMISERS: dict[str, type[torch.optim.Optimizer]] = {
    name: kind
    for name, kind in sorted(vars(torch.optim).items())
    if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)
    if name not in ("Optimizer", "LBFGS", "Muon", "SparseAdam")  # base class; whole diet; matrices; sparse gradients
}

#: The learning rate's course after the warm-up, as a share of its full value, against the share of the way done.
SCHEDULES = {"cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)), "constant": lambda done: 1.0}


class Diet(NamedTuple):
    """What a network is reared on."""

    images: np.ndarray  # (n, rows, columns) or (n, rows, columns, 3), uint8
    labels: np.ndarray  # (n,) int64, from 0 to the number of classes - 1
    heldout: np.ndarray  # (n,) bool: tested on after every epoch, never trained on


class Reared(NamedTuple):
    """How a training went."""

    curve: list[dict[str, float]]  # one row an epoch: epoch, step, loss, train_accuracy, heldout_accuracy
    stopped: str  # "finished" or "early_stop"
    heldout_accuracy: float  # share of the held-out images given their class, at the end


def train(
    network: nn.Module,
    diet: Diet,
    input: Mapping,
    settings: Mapping,
    seed: int,
    checkpoint: str | Path,
    title: str,
    checkpoint_seconds: float = 15,
) -> Reared:
    """Train a network, in place and on the device of its weights, to tell the classes of a diet apart.

    Each epoch's order and each step's dropout are drawn from `seed` and their position alone, so that a training that
    goes on from its checkpoint gives the same bytes as one that was never interrupted.

    Args:
        input: how the network wants its images, see `mien.networks.prepare`.
        settings: `optimiser` (`name`, of `OPTIMISERS`, and its keyword arguments), `schedule` (of `SCHEDULES`),
            `warm_up` (share of the steps over which the learning rate rises to its full value), `batch_size`, `images`
            (presented in all), `patience` (epochs without a better held-out accuracy before training stops; null:
            never).
        checkpoint: file for the state of an unfinished training, named after the digest of all that makes the result;
            call `remove_checkpoint` once the result is safe.
        title: of the progress bar.
        checkpoint_seconds: time between two writings of the checkpoint.

    Raises:
        InputError: unknown optimiser, argument or schedule; labels that are not the network's classes; an empty split.
    """
    _check(network, diet, settings)
    optimiser = make_optimiser(network, settings["optimiser"])
    trained, batch_size = np.flatnonzero(~diet.heldout), settings["batch_size"]
    n_steps, steps_an_epoch = math.ceil(settings["images"] / batch_size), math.ceil(len(trained) / batch_size)
    state = {"step": 0, "loss": 0.0, "correct": 0, "seen": 0, "curve": []}  # sums are since the start of the epoch
    state |= _resume(checkpoint, network, optimiser)
    saved = time.monotonic()
    device = _device_of(network)
    with (
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        progress(None, title, unit="step", total=n_steps) as bar,
    ):
        bar.initial = bar.n = state["step"]
        while state["step"] < n_steps and not _out_of_patience(state["curve"], settings["patience"]):
            epoch, place = divmod(state["step"], steps_an_epoch)
            order = generator(seed, "order", epoch).permutation(trained)
            batch = order[place * batch_size : (place + 1) * batch_size]
            _set_rate(optimiser, rate_factor(state["step"], n_steps, settings))
            torch.manual_seed(seed_of(seed, "dropout", state["step"]))
            _learn(network, optimiser, diet, batch, input, state)
            if place + 1 == steps_an_epoch or state["step"] == n_steps:
                _end_epoch(state, epoch, accuracy(network, diet, input, batch_size))
            _show(bar, state)
            if time.monotonic() - saved >= checkpoint_seconds:
                _write_checkpoint(checkpoint, network, optimiser, state)
                saved = time.monotonic()
    network.eval()
    stopped = "finished" if state["step"] == n_steps else "early_stop"
    return Reared(state["curve"], stopped, state["curve"][-1]["heldout_accuracy"])


def _check(network: nn.Module, diet: Diet, settings: Mapping) -> None:
    if not (weights := list(network.parameters())):
        raise InputError(f"{network.architecture}: has no weights to train; leave out its training")
    classes = len(weights[-1])
    if sorted(set(diet.labels)) != list(range(classes)):
        raise InputError(
            f"diet: its labels are {len(set(diet.labels))} classes, the network tells {classes} apart; "
            "set classes to the diet's number of classes"
        )
    if diet.heldout.all() or not diet.heldout.any():
        raise InputError("diet: needs images of both splits, train and heldout")
    if settings["schedule"] not in SCHEDULES:
        raise InputError(f"schedule '{settings['schedule']}': expected one of {', '.join(SCHEDULES)}")


def make_optimiser(network: nn.Module, settings: Mapping) -> torch.optim.Optimizer:
    """An optimiser of a network's weights from `name` and keyword arguments.

    Raises:
        InputError: torch has no such optimiser, or it does not take one of the arguments or its value.
    """
    arguments = dict(settings)
    name = arguments.pop("name")
    if name not in OPTIMISERS:
        raise InputError(f"optimiser '{name}': expected one of {', '.join(OPTIMISERS)}")
    known = [argument for argument in inspect.signature(OPTIMISERS[name]).parameters if argument != "params"]
    if unknown := arguments.keys() - set(known):
        raise InputError(f"optimiser {name}: has no argument {', '.join(sorted(unknown))}; it takes {', '.join(known)}")
    try:
        return OPTIMISERS[name](network.parameters(), **arguments)
    except (TypeError, ValueError) as error:
        raise InputError(f"optimiser {name}: {error} (YAML reads 1e-3 as text: write 0.001)") from None


def rate_factor(step: int, n_steps: int, settings: Mapping) -> float:
    """Learning rate of a step (from 0) as a share of the full one: a linear warm-up, then the schedule."""
    warm_up = math.ceil(settings["warm_up"] * n_steps)
    if step < warm_up:
        return (step + 1) / warm_up
    return SCHEDULES[settings["schedule"]]((step - warm_up) / (n_steps - warm_up))


def _set_rate(optimiser: torch.optim.Optimizer, factor: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = optimiser.defaults["lr"] * factor


def _learn(
    network: nn.Module, optimiser: torch.optim.Optimizer, diet: Diet, batch: np.ndarray, input: Mapping, state: dict
) -> None:
    """One step of gradient descent on the cross-entropy of a batch; adds its loss and hits to the state."""
    images = prepare(diet.images[batch], input, network.input_size, _device_of(network))
    labels = torch.from_numpy(diet.labels[batch]).to(images.device)
    network.train()
    optimiser.zero_grad()
    logits = network(images)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    optimiser.step()
    state["step"] += 1
    state["seen"] += len(batch)
    state["loss"] += loss.item() * len(batch)
    state["correct"] += (logits.argmax(1) == labels).sum().item()


@torch.inference_mode()
def accuracy(network: nn.Module, diet: Diet, input: Mapping, batch_size: int) -> float:
    """Share of a diet's held-out images that a network gives their class."""
    network.eval()
    heldout, correct = np.flatnonzero(diet.heldout), 0
    for start in range(0, len(heldout), batch_size):
        batch = heldout[start : start + batch_size]
        logits = network(prepare(diet.images[batch], input, network.input_size, _device_of(network)))
        correct += int((logits.argmax(1).cpu().numpy() == diet.labels[batch]).sum())
    return correct / len(heldout)


def _end_epoch(state: dict, epoch: int, heldout_accuracy: float) -> None:
    state["curve"].append(
        {
            "epoch": epoch,
            "step": state["step"],
            "loss": state["loss"] / state["seen"],
            "train_accuracy": state["correct"] / state["seen"],
            "heldout_accuracy": heldout_accuracy,
        }
    )
    state |= {"loss": 0.0, "correct": 0, "seen": 0}


def _out_of_patience(curve: list[dict[str, float]], patience: int | None) -> bool:
    accuracies = [row["heldout_accuracy"] for row in curve]
    return patience is not None and len(curve) > patience and max(accuracies[-patience:]) <= max(accuracies[:-patience])


def _show(bar: tqdm, state: dict) -> None:
    bar.update()
    if state["curve"]:
        latest = state["curve"][-1]
        bar.set_postfix(loss=latest["loss"], heldout=latest["heldout_accuracy"], refresh=False)


def _device_of(network: nn.Module) -> torch.device:
    return next(network.parameters()).device


# ---------------------------------------------------------------------------------------------------------- checkpoints


def _write_checkpoint(path: str | Path, network: nn.Module, optimiser: torch.optim.Optimizer, state: dict) -> None:
    """Write all that a training needs to go on, after its SHA-256, atomically."""
    buffer = io.BytesIO()
    torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "state": state}, buffer)
    partial = Path(f"{path}.{os.getpid()}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as file:
            file.write(hashlib.sha256(buffer.getbuffer()).digest())
            file.write(buffer.getbuffer())
        with contextlib.suppress(FileNotFoundError):  # another run of this training finished, and swept up
            os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _resume(path: str | Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> dict:
    """Give network and optimiser the state of a checkpoint, and return the rest of it; nothing without a whole one."""
    if not Path(path).exists():
        return {}
    content = Path(path).read_bytes()
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        warnings.warn(f"{path}: a damaged checkpoint; training starts again from the beginning", stacklevel=2)
        return {}
    saved = torch.load(io.BytesIO(content[32:]), map_location=_device_of(network), weights_only=True)
    network.load_state_dict(saved["network"])
    optimiser.load_state_dict(saved["optimiser"])
    return saved["state"]


def remove_checkpoint(path: str | Path) -> None:
    """Remove a checkpoint, and what kills have left of its writing."""
    for leftover in [Path(path), *Path(path).parent.glob(f"{Path(path).name}.*.partial")]:
        leftover.unlink(missing_ok=True)
