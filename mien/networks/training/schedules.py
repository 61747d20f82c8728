"""How a learning rate changes in the course of a training."""

import math
from collections.abc import Mapping

#: The learning rate's course after the warm-up, as a share of its full value, against the share of the way done.
SCHEDULES = {"cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)), "constant": lambda done: 1.0}


def rate_factor(step: int, n_steps: int, settings: Mapping) -> float:
    """Learning rate of a step (from 0) as a share of the full one: a linear warm-up, then the schedule."""
    warm_up = math.ceil(settings["warm_up"] * n_steps)
    if step < warm_up:
        return (step + 1) / warm_up
    return SCHEDULES[settings["schedule"]]((step - warm_up) / (n_steps - warm_up))
