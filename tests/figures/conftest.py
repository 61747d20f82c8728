"""Made-up tables for the tests of the figures."""

from functools import cache

import pandas as pd
import pytest

from tests.helpers.drawing import LONG, MANY, draw
from tests.helpers.planted_tables import NETWORKS, planted_study, planted_units, renamed


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return planted_study()


@pytest.fixture(scope="session")
def drawn(tables):
    """Draws a figure of the planted study, once."""
    return cache(lambda name: draw(name, tables))


@pytest.fixture(scope="session")
def empty_tables() -> dict[str, pd.DataFrame]:
    """The same study, without a selective unit in any cell."""
    every = frozenset((network, seed) for network, seeds in NETWORKS.items() for seed in range(seeds))
    return planted_study(every) | {"units": planted_units(0)}


@pytest.fixture(scope="session")
def many(tables):
    """A study of twelve networks, and their layers, which are not all the same."""
    study = tables
    for name in MANY[4:]:
        study = renamed(study, "object_trained", name)
    layers = {name: "conv4_3" if name == LONG else "conv5_3" for name in MANY}
    return study, layers | {"pixels": "image"}
