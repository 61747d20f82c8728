"""Training that, once killed, goes on to the same bytes as if it had never been.

What a network learns from, to do and how are a diet, an objective and an algorithm.
"""

import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from mien.draws import generator, seed_of
from mien.networks.preprocess import prepare
from mien.networks.training import checkpoints, optimisers
from mien.networks.training.checks import check
from mien.networks.training.diets import Diet
from mien.networks.training.feedback import ALGORITHMS
from mien.networks.training.objectives import OBJECTIVES, Batch, Objective
from mien.networks.training.schedules import rate_factor
from mien.reporting import progress


class Trained(NamedTuple):
    """How a training went."""

    curve: list[dict[str, float]]  # one row an epoch: epoch, step, loss, heldout_score
    stopped: str  # "finished" or "early_stop"
    score: str  # what the score is: "accuracy", or another of `mien.networks.training.objectives`
    heldout_score: float  # of the held-out images at the end, from 0 to 1


class _Training(NamedTuple):
    """What stays the same from step to step."""

    network: nn.Module
    learner: nn.Module  # the network and the head of its objective
    objective: Objective
    diet: Diet
    input: Mapping
    settings: Mapping
    seed: int


def train(
    network: nn.Module,
    diet: Diet,
    input: Mapping,
    settings: Mapping,
    seed: int,
    checkpoint: str | Path,
    title: str,
    checkpoint_seconds: float = 15,
) -> Trained:
    """Train a network, in place and on the device of its weights.

    Each epoch's order and each step's dropout and views are drawn from `seed` and their position alone, so that a
    training that goes on from its checkpoint gives the same bytes as one that was never interrupted.

    Args:
        network: as it was initialised, also where there is a checkpoint.
        input: how the network wants its images, all of it, see `mien.networks.preprocess.prepare`.
        settings: `objective` (of `OBJECTIVES`; classification where not given), `algorithm` (of `ALGORITHMS`;
            backpropagation where not given), `optimiser` (see `optimisers.make`), `schedule` (of `SCHEDULES`),
            `warm_up` (share of the steps over which the learning rate rises to its full value), `batch_size`, `images`
            (presented in all; the last batch is whole), `patience` (epochs without a better held-out score before
            training stops; null: never).
        checkpoint: file for the state of an unfinished training, named after the digest of all that makes the result;
            call `checkpoints.remove` once the result is safe.
        title: of the progress bar.
        checkpoint_seconds: time between two writings of the checkpoint; more if a writing takes long.

    Raises:
        InputError: unknown names or arguments in the settings; labels that are not the network's classes; a split
            without images; an input size or network that objective or algorithm cannot work with.
    """
    outputs = check(network, diet, input, settings)
    objective, device = OBJECTIVES[settings.get("objective", "classification")], _device_of(network)
    learner = nn.Sequential(network, objective.head(outputs, input["size"], seed).to(device))
    training = _Training(network, learner, objective, diet, input, settings, seed)
    optimiser = optimisers.make(learner, settings["optimiser"])
    steps_an_epoch, n_steps = _steps(diet, settings)
    with (
        ALGORITHMS[settings.get("algorithm", "backpropagation")](learner, seed),
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        progress(None, title, unit="step", total=n_steps) as bar,
    ):
        # loss and seen are sums since the start of the epoch
        state = {"step": 0, "loss": 0.0, "seen": 0, "curve": []} | checkpoints.resume(checkpoint, learner, optimiser)
        bar.initial = bar.n = state["step"]
        due = time.monotonic() + checkpoint_seconds
        while state["step"] < n_steps and not _out_of_patience(state["curve"], settings["patience"]):
            _step(training, optimiser, state, steps_an_epoch, n_steps)
            _show(bar, state)
            if time.monotonic() >= due:
                took = checkpoints.write(checkpoint, learner, optimiser, state)
                due = time.monotonic() + max(
                    checkpoint_seconds, 20 * took
                )  # of a large network, 1.7 GB: a twentieth more
    network.eval()
    stopped = "finished" if state["step"] == n_steps else "early_stop"
    return Trained(state["curve"], stopped, objective.score, state["curve"][-1]["heldout_score"])


def _steps(diet: Diet, settings: Mapping) -> tuple[int, int]:
    """Steps in an epoch, the last of them with what is left, and in all."""
    n, size = np.count_nonzero(~diet.heldout), settings["batch_size"]
    epochs, rest = divmod(settings["images"], n)
    return math.ceil(n / size), epochs * math.ceil(n / size) + math.ceil(rest / size)


def _step(
    training: _Training, optimiser: torch.optim.Optimizer, state: dict, steps_an_epoch: int, n_steps: int
) -> None:
    """One step of gradient descent on the loss of a batch, and the end of the epoch if it is the last of one."""
    epoch, place = divmod(state["step"], steps_an_epoch)
    size = training.settings["batch_size"]
    order = generator(training.seed, "order", epoch).permutation(np.flatnonzero(~training.diet.heldout))
    batch = next(_batches(training, order[place * size : (place + 1) * size]))
    for group in optimiser.param_groups:
        group["lr"] = optimiser.defaults["lr"] * rate_factor(state["step"], n_steps, training.settings)
    torch.manual_seed(seed_of(training.seed, "dropout", state["step"]))
    draw = torch.Generator().manual_seed(seed_of(training.seed, "views", state["step"]))
    training.learner.train()
    optimiser.zero_grad()
    loss = training.objective.loss(training.learner, *batch, draw)
    loss.backward()
    optimiser.step()
    state["step"] += 1
    state["seen"] += len(batch[0])
    state["loss"] += loss.item() * len(batch[0])
    if place + 1 == steps_an_epoch or state["step"] == n_steps:
        ended = {"epoch": epoch, "step": state["step"], "loss": state["loss"] / state["seen"]}
        state["curve"].append({**ended, "heldout_score": _score(training)})
        state |= {"loss": 0.0, "seen": 0}


@torch.inference_mode()
def _score(training: _Training) -> float:
    """The score of the held-out pictures."""
    batches = _batches(training, np.flatnonzero(training.diet.heldout))
    return training.objective.heldout(training.learner.eval(), batches, training.seed)


def _batches(training: _Training, rows: np.ndarray) -> Iterator[Batch]:
    """Pictures in these rows of the diet, prepared, and their labels, a batch at a time."""
    device, size, diet = _device_of(training.network), training.settings["batch_size"], training.diet
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        pictures = prepare(diet.images[batch], training.input, device)
        yield pictures, torch.from_numpy(diet.labels[batch]).to(device)


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
