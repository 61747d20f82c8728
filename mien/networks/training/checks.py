"""What can be wrong with a training, found before it begins."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from mien.errors import InputError
from mien.networks.training.diets import Diet
from mien.networks.training.feedback import ALGORITHMS
from mien.networks.training.objectives import OBJECTIVES
from mien.networks.training.schedules import SCHEDULES


def check(network: nn.Module, diet: Diet, input: Mapping, settings: Mapping) -> int:
    """How many units a network gives that is to be trained, see `training.train`.

    Raises:
        InputError: it cannot be trained on the diet with these settings.
    """
    for key, known in (("objective", OBJECTIVES), ("algorithm", ALGORITHMS), ("schedule", SCHEDULES)):
        if key in settings and settings[key] not in known:
            raise InputError(f"{key} '{settings[key]}': expected one of {', '.join(known)}")
    objective = OBJECTIVES[settings.get("objective", "classification")]
    if not list(network.parameters()):
        raise InputError("the network has no weights to train; leave out its training")
    if diet.heldout.all() or not diet.heldout.any():
        raise InputError("diet: needs images of both splits, train and heldout")
    outputs = _outputs(network, input["size"])
    if objective.labels and sorted(set(diet.labels)) != list(range(outputs)):
        raise InputError(
            f"diet: its labels are {len(set(diet.labels))} classes, the network tells {outputs} apart; "
            "set classes to the number of its classes"
        )
    normalised = any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in network.modules())
    size = settings["batch_size"]
    if normalised and (size == 1 or np.count_nonzero(~diet.heldout) % size == 1):
        raise InputError(
            f"batch_size {size}: would leave one picture for an epoch's last batch, too few for a network that "
            "normalises batches; set batch_size one higher, or two"
        )
    return outputs


@torch.enable_grad()
def _outputs(network: nn.Module, size: int) -> int:
    """How many units a network gives for each picture."""
    device = next(network.parameters()).device
    given = network.eval()(torch.zeros(2, 3, size, size, device=device))
    if not isinstance(given, torch.Tensor) or given.ndim != 2 or given.shape[1] < 2:
        found = tuple(given.shape) if isinstance(given, torch.Tensor) else type(given).__name__
        raise InputError(
            f"the network gives {found} for two pictures: training needs (pictures, units), with 2 or more units. "
            "Set classes, or the argument of its constructor that says as much"
        )
    if not given.requires_grad:
        raise InputError(
            "the network's output depends on no weights that learn: they are frozen (requires_grad), or its forward "
            "computes without gradients (torch.no_grad). Change that in its constructor, or leave out its training"
        )
    return given.shape[1]
