"""Rearing a network: training that, once killed, goes on to the same bytes as if it had never been.

What it learns from, to do and how are a diet, an objective (`mien.networks.training.objectives`) and an algorithm.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from mien.draws import generator, seed_of
from mien.errors import InputError
from mien.networks.build import prepare
from mien.networks.training import checkpoints, optimisers
from mien.networks.training.feedback import draw_feedback, sent_back
from mien.networks.training.objectives import OBJECTIVES, Batch, Objective
from mien.reporting import progress

#: The learning rate's course after the warm-up, as a share of its full value, against the share of the way done.
SCHEDULES = {"cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)), "constant": lambda done: 1.0}

#: How errors at a layer's output become errors at its input, by name: what to train a learner within, drawn by a seed.
ALGORITHMS: dict[str, Callable[[nn.Module, int], AbstractContextManager]] = {
    "backpropagation": lambda learner, seed: nullcontext(),
    "feedback_alignment": lambda learner, seed: sent_back(learner, draw_feedback(learner, seed)),
}


class Diet(NamedTuple):
    """What a network is reared on."""

    images: np.ndarray  # (n, rows, columns) or (n, rows, columns, 3), uint8
    labels: np.ndarray  # (n,) int64, from 0 to the number of classes - 1: `mien.networks.training.objectives.labels_of`
    heldout: np.ndarray  # (n,) bool: tested on after every epoch, never trained on


class Reared(NamedTuple):
    """How a training went."""

    curve: list[dict[str, float]]  # one row an epoch: epoch, step, loss, heldout_score
    stopped: str  # "finished" or "early_stop"
    score: str  # what the score is: "accuracy", or another of `mien.networks.training.objectives`
    heldout_score: float  # of the held-out images at the end, from 0 to 1


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
    """Train a network, in place and on the device of its weights.

    Each epoch's order and each step's dropout and views are drawn from `seed` and their position alone, so that a
    training that goes on from its checkpoint gives the same bytes as one that was never interrupted.

    Args:
        network: as it was initialised, also where there is a checkpoint.
        input: how the network wants its images, see `mien.networks.build.prepare`.
        settings: `objective` (of `OBJECTIVES`; classification where not given), `algorithm` (of `ALGORITHMS`;
            backpropagation where not given), `optimiser` (see `optimisers.make`), `schedule` (of `SCHEDULES`),
            `warm_up` (share of the steps over which the learning rate rises to its full value), `batch_size`, `images`
            (presented in all; the last batch is whole), `patience` (epochs without a better held-out score before
            training stops; null: never).
        checkpoint: file for the state of an unfinished training, named after the digest of all that makes the result;
            call `mien.networks.training.checkpoints.remove` once the result is safe.
        title: of the progress bar.
        checkpoint_seconds: time between two writings of the checkpoint; more if a writing takes long.

    Raises:
        InputError: unknown names or arguments in the settings; labels that are not the network's classes; a split
            without images; an input size or network that objective or algorithm cannot work with.
    """
    objective = _checked(network, diet, settings)
    batch_size, device = settings["batch_size"], _device_of(network)
    head = objective.head(network.classes, network.input_size, seed).to(device)
    learner = nn.Sequential(network, head)
    optimiser = optimisers.make(learner, settings["optimiser"])
    trained, heldout = np.flatnonzero(~diet.heldout), np.flatnonzero(diet.heldout)
    epochs, rest = divmod(settings["images"], len(trained))
    steps_an_epoch = math.ceil(len(trained) / batch_size)  # the last of them with what is left
    n_steps = epochs * steps_an_epoch + math.ceil(rest / batch_size)
    state = {"step": 0, "loss": 0.0, "seen": 0, "curve": []}  # sums are since the start of the epoch
    with (
        ALGORITHMS[settings.get("algorithm", "backpropagation")](learner, seed),
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        progress(None, title, unit="step", total=n_steps) as bar,
    ):
        state |= checkpoints.resume(checkpoint, learner, optimiser)
        bar.initial = bar.n = state["step"]
        saved, pause = time.monotonic(), checkpoint_seconds
        while state["step"] < n_steps and not _out_of_patience(state["curve"], settings["patience"]):
            epoch, place = divmod(state["step"], steps_an_epoch)
            order = generator(seed, "order", epoch).permutation(trained)
            batch = order[place * batch_size : (place + 1) * batch_size]
            _set_rate(optimiser, rate_factor(state["step"], n_steps, settings))
            _learn(learner, objective, optimiser, next(_batches(network, diet, input, batch, batch_size)), seed, state)
            if place + 1 == steps_an_epoch or state["step"] == n_steps:
                batches = _batches(network, diet, input, heldout, batch_size)
                _end_epoch(state, epoch, _score(learner, objective, batches, seed))
            _show(bar, state)
            if time.monotonic() - saved >= pause:
                begun = time.monotonic()
                checkpoints.write(checkpoint, learner, optimiser, state)
                saved = time.monotonic()
                pause = max(checkpoint_seconds, 20 * (saved - begun))  # of a large network, 1.7 GB: a twentieth more
    network.eval()
    stopped = "finished" if state["step"] == n_steps else "early_stop"
    return Reared(state["curve"], stopped, objective.score, state["curve"][-1]["heldout_score"])


def _checked(network: nn.Module, diet: Diet, settings: Mapping) -> Objective:
    """The objective, where all that can be checked before training is as it should be."""
    for key, known in (("objective", OBJECTIVES), ("algorithm", ALGORITHMS), ("schedule", SCHEDULES)):
        if key in settings and settings[key] not in known:
            raise InputError(f"{key} '{settings[key]}': expected one of {', '.join(known)}")
    objective = OBJECTIVES[settings.get("objective", "classification")]
    if not list(network.parameters()):
        raise InputError(f"{network.architecture}: has no weights to train; leave out its training")
    if diet.heldout.all() or not diet.heldout.any():
        raise InputError("diet: needs images of both splits, train and heldout")
    if network.classes < 2:
        raise InputError(
            f"{network.architecture}: classes {network.classes}: training needs an output of 2 or more units"
        )
    if objective.labels and sorted(set(diet.labels)) != list(range(network.classes)):
        raise InputError(
            f"diet: its labels are {len(set(diet.labels))} classes, the network tells {network.classes} apart; "
            "set classes to the number of its classes"
        )
    normalised = any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    size = settings["batch_size"]
    if normalised and (size == 1 or np.count_nonzero(~diet.heldout) % size == 1):
        raise InputError(
            f"batch_size {size}: would leave one picture for an epoch's last batch, too few for "
            f"{network.architecture}, which normalises batches; set batch_size one higher, or two"
        )
    return objective


def rate_factor(step: int, n_steps: int, settings: Mapping) -> float:
    """Learning rate of a step (from 0) as a share of the full one: a linear warm-up, then the schedule."""
    warm_up = math.ceil(settings["warm_up"] * n_steps)
    if step < warm_up:
        return (step + 1) / warm_up
    return SCHEDULES[settings["schedule"]]((step - warm_up) / (n_steps - warm_up))


def _set_rate(optimiser: torch.optim.Optimizer, factor: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = optimiser.defaults["lr"] * factor


def _batches(network: nn.Module, diet: Diet, input: Mapping, rows: np.ndarray, size: int) -> Iterator[Batch]:
    """Pictures of a diet, prepared, and their labels, so many at a time."""
    device = _device_of(network)
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        pictures = prepare(diet.images[batch], input, network.input_size, device)
        yield pictures, torch.from_numpy(diet.labels[batch]).to(device)


def _learn(
    learner: nn.Module, objective: Objective, optimiser: torch.optim.Optimizer, batch: Batch, seed: int, state: dict
) -> None:
    """One step of gradient descent on the loss of a batch, which is added to the state."""
    torch.manual_seed(seed_of(seed, "dropout", state["step"]))
    draw = torch.Generator().manual_seed(seed_of(seed, "views", state["step"]))
    learner.train()
    optimiser.zero_grad()
    loss = objective.loss(learner, *batch, draw)
    loss.backward()
    optimiser.step()
    state["step"] += 1
    state["seen"] += len(batch[0])
    state["loss"] += loss.item() * len(batch[0])


@torch.inference_mode()
def _score(learner: nn.Module, objective: Objective, batches: Iterator[Batch], seed: int) -> float:
    return objective.heldout(learner.eval(), batches, seed)


def _end_epoch(state: dict, epoch: int, heldout_score: float) -> None:
    loss = state["loss"] / state["seen"]
    state["curve"].append({"epoch": epoch, "step": state["step"], "loss": loss, "heldout_score": heldout_score})
    state |= {"loss": 0.0, "seen": 0}


def _out_of_patience(curve: list[dict[str, float]], patience: int | None) -> bool:
    scores = [row["heldout_score"] for row in curve]
    return patience is not None and len(curve) > patience and max(scores[-patience:]) <= max(scores[:-patience])


def _show(bar: tqdm, state: dict) -> None:
    bar.update()
    if state["curve"]:
        latest = state["curve"][-1]
        bar.set_postfix(loss=latest["loss"], heldout=latest["heldout_score"], refresh=False)


def _device_of(network: nn.Module) -> torch.device:
    return next(network.parameters()).device
