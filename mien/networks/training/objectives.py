"""What a network is trained to do: tell classes or expressions apart, reproduce pictures, or know one it has seen.

Each objective is a loss of a batch, what else has to learn beside the network, and a score of held-out pictures.
"""

import itertools
import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from mien.draws import generator, seed_of
from mien.errors import InputError

#: Cosines are divided by it before they are compared: Chen et al. (2020), arXiv:2002.05709, table 5, has 0.1 best.
TEMPERATURE = 0.1
#: A view shows at least this share of a picture. 0.08 for the photographs of Chen et al., which would be an eye or a
#: chin of a face that fills its picture.
SMALLEST_VIEW = 0.4
#: Contrast changes by up to this factor more or less, brightness by this share of the picture's standard deviation.
JITTER = 0.4
#: Held-out pictures among which each is looked for, after contrastive learning.
INSTANCES = 100

Batch = tuple[torch.Tensor, torch.Tensor]  # prepared pictures (n, 3, size, size), labels (n,)


class Objective(NamedTuple):
    """An objective, for a `learner`: the network followed by its head, both of which learn."""

    score: str  # what the held-out score is, which is 1 at best, and at worst 0
    labels: str | None  # the column of a diet that it teaches
    head: Callable[[int, int, int], nn.Module]  # from units of the output, size of the input, seed; left out in the end
    loss: Callable[[nn.Module, torch.Tensor, torch.Tensor, torch.Generator], torch.Tensor]  # of a batch, with draws
    heldout: Callable[[nn.Module, Iterable[Batch], int], float]  # the score; the seed draws what it needs


def labels_of(diet: pd.DataFrame, objective: str) -> np.ndarray:
    """The labels (n,), int64 from 0, that an objective teaches on a `diet` table; one that teaches none gets classes.

    Raises:
        InputError: the objective is `expression`, and the diet shows other things.
    """
    labels = diet[OBJECTIVES[objective].labels or "label"]
    if labels.isna().any():
        raise InputError(
            f"objective expression: the diet '{diet['diet'].iloc[0]}' has pictures without an expression. "
            "Give it source parametric and shows expressions"
        )
    return pd.factorize(labels, sort=True)[0]


def _no_head(units: int, size: int, seed: int) -> nn.Module:
    return nn.Identity()


# ------------------------------------------------------------------------------------------------------ telling apart


def cross_entropy(
    learner: nn.Module, pictures: torch.Tensor, labels: torch.Tensor, draw: torch.Generator
) -> torch.Tensor:
    """Of the labels, given the network's output as logits."""
    return functional.cross_entropy(learner(pictures), labels)


def accuracy(learner: nn.Module, batches: Iterable[Batch], seed: int) -> float:
    """Share of pictures that are given their label."""
    hits = [(learner(pictures).argmax(1) == labels).cpu() for pictures, labels in batches]
    return torch.cat(hits).double().mean().item()


# -------------------------------------------------------------------------------------------------------- autoencoding


def decoder(units: int, size: int, seed: int) -> nn.Module:
    """From a code (n, units) to pictures (n, 3, size, size): four times twice as large, with half the channels.

    Raises:
        InputError: `size` is no multiple of 16.
    """
    if size % 16:
        raise InputError(
            f"objective autoencoding: input.size {size}; expected a multiple of 16, such as {size // 16 * 16 + 16}"
        )
    side, channels = size // 16, (128, 64, 32, 16, 3)
    with torch.device("meta"):  # or torch fills the weights from its global generator
        layers = [nn.Linear(units, channels[0] * side * side), nn.Unflatten(1, (channels[0], side, side))]
        for before, after in itertools.pairwise(channels):
            layers += [nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(before, after, 3, padding=1)]
    made, draw = nn.Sequential(*layers).to_empty(device="cpu"), torch.Generator().manual_seed(seed_of(seed, "decoder"))
    for parameter in made.parameters():
        if parameter.ndim > 1:
            nn.init.kaiming_normal_(parameter, nonlinearity="relu", generator=draw)
        else:
            nn.init.zeros_(parameter)
    return made


def squared_error(
    learner: nn.Module, pictures: torch.Tensor, labels: torch.Tensor, draw: torch.Generator
) -> torch.Tensor:
    """Mean squared difference of prepared pictures and what the decoder makes of their codes."""
    return functional.mse_loss(learner(pictures), pictures)


def explained_variance(learner: nn.Module, batches: Iterable[Batch], seed: int) -> float:
    """1 - squared error / squared deviation from the mean of these pictures in each pixel; 0 where that is negative."""
    n, error, total, squares = 0, 0.0, 0.0, 0.0
    for pictures, _ in batches:
        exact = pictures.double()
        error += (learner(pictures) - exact).square().sum().item()
        total, squares = total + exact.sum(0), squares + exact.square().sum(0)
        n += len(pictures)
    variance = (squares - total.square() / n).sum().item()
    return max(0.0, 1 - error / variance) if variance > 0 else 0.0


# --------------------------------------------------------------------------------------------------------- contrastive


def standardiser(units: int, size: int, seed: int) -> nn.Module:
    """Projections standardised over a batch, as by the last layer of Chen et al.'s published code.

    An untrained network gives all pictures nearly one direction, from which it would learn next to nothing.
    """
    return nn.BatchNorm1d(units, affine=False)


def views_of(pictures: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """Another view of each picture, of the same shape: a part of it, resized, maybe mirrored, lighter or darker.

    The part has `SMALLEST_VIEW` to all of the picture's area, and sides of 3 : 4 to 4 : 3 (Chen et al. 2020, arXiv:
    2002.05709, appendix A), as far as they fit in.
    """

    def uniform(low: float, high: float) -> torch.Tensor:  # drawn on the CPU: the same numbers whatever the device
        return torch.empty(len(pictures)).uniform_(low, high, generator=draw)

    area, ratio = uniform(SMALLEST_VIEW, 1), uniform(-math.log(4 / 3), math.log(4 / 3)).exp()
    width, height = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    right, down = uniform(-1, 1) * (1 - width), uniform(-1, 1) * (1 - height)
    mirror = uniform(-1, 1).sign()
    brightness, contrast = uniform(-JITTER, JITTER), uniform(1 - JITTER, 1 + JITTER)
    part = torch.zeros(len(pictures), 2, 3)
    part[:, 0, 0], part[:, 0, 2], part[:, 1, 1], part[:, 1, 2] = width * mirror, right, height, down
    grid = functional.affine_grid(part.to(pictures.device), list(pictures.shape), align_corners=False)
    seen = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    brightness, contrast = (values.to(pictures.device).view(-1, 1, 1, 1) for values in (brightness, contrast))
    sd, mean = torch.std_mean(seen, dim=(1, 2, 3), keepdim=True)
    return (mean + contrast * (seen - mean) + brightness * sd).contiguous(memory_format=torch.channels_last)


def nt_xent(projections: torch.Tensor, temperature: float = TEMPERATURE) -> torch.Tensor:
    """Normalised, temperature-scaled cross-entropy of finding each view's other among all: Chen et al. (2020), eq. 1.

    Args:
        projections: (2 n, units): first views, then second views of the same n pictures.
    """
    unit = functional.normalize(projections)
    likeness = unit @ unit.T / temperature
    itself = torch.eye(len(unit), dtype=torch.bool, device=unit.device)
    other = torch.arange(len(unit), device=unit.device).roll(len(unit) // 2)
    return functional.cross_entropy(likeness.masked_fill(itself, -math.inf), other)


def contrast(learner: nn.Module, pictures: torch.Tensor, labels: torch.Tensor, draw: torch.Generator) -> torch.Tensor:
    """`nt_xent` of two new views of each picture; the network's output, standardised, is the projection."""
    return nt_xent(learner(torch.cat([views_of(pictures, draw), views_of(pictures, draw)])))


def instance_accuracy(learner: nn.Module, batches: Iterable[Batch], seed: int) -> float:
    """Share of pictures whose second view is nearest to their first, among the second views of `INSTANCES` pictures.

    Pictures are dealt out to groups of so many, the remainder is not asked; with fewer, they are one group.
    """
    draw, pairs = torch.Generator().manual_seed(seed_of(seed, "held-out views")), []
    for pictures, _ in batches:
        views = (learner(views_of(pictures, draw)) for _ in range(2))
        pairs.append(torch.stack([functional.normalize(view) for view in views], dim=1))
    pairs = torch.cat(pairs)
    size = min(INSTANCES, len(pairs))
    order = generator(seed, "instances").permutation(len(pairs))[: len(pairs) // size * size]
    hits = []
    for group in torch.from_numpy(order).to(pairs.device).split(size):
        first, second = pairs[group].unbind(1)
        hits.append((first @ second.T).argmax(1).cpu() == torch.arange(size))
    return torch.cat(hits).double().mean().item()


#: Every objective, by its name in the configuration.
OBJECTIVES: dict[str, Objective] = {
    "classification": Objective("accuracy", "label", _no_head, cross_entropy, accuracy),
    "expression": Objective("accuracy", "expression", _no_head, cross_entropy, accuracy),
    "autoencoding": Objective("explained variance", None, decoder, squared_error, explained_variance),
    "contrastive": Objective("instance accuracy", None, standardiser, contrast, instance_accuracy),
}
