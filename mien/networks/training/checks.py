"""What can be wrong with a training, found before it begins."""

from collections.abc import Mapping

import numpy as np
from torch import nn

from mien.errors import InputError
from mien.networks.training.diets import Diet
from mien.networks.training.feedback import ALGORITHMS
from mien.networks.training.objectives import OBJECTIVES
from mien.networks.training.schedules import SCHEDULES


def check(network: nn.Module, diet: Diet, settings: Mapping) -> None:
    """Raise `InputError` where a network cannot be trained on a diet with these settings, see `training.train`."""
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
