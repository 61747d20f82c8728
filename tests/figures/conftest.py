"""The planted study for the tests of the figures, which draw it without a warning."""

import warnings
from collections.abc import Iterator
from functools import cache

import pandas as pd
import pytest

from tests.helpers.drawing import LONG, MANY, draw
from tests.helpers.planted.cells import units_table
from tests.helpers.planted.tables import SEEDS, renamed, study


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return study()


@pytest.fixture(scope="session")
def drawn(tables):
    """Draws a figure of the planted study, once."""
    return cache(lambda name: draw(name, tables))


@pytest.fixture(scope="session")
def empty_tables() -> dict[str, pd.DataFrame]:
    """The same study, without a selective unit in any cell."""
    return study(empty=SEEDS) | {"units": units_table(0)}


@pytest.fixture(scope="session")
def lacking() -> dict[str, pd.DataFrame]:
    """The same study, of which one network is missing."""
    return study(missing=frozenset({("object_trained", 0), ("object_trained", 1)}))


@pytest.fixture(scope="session")
def many(tables):
    """A study of twelve networks, and their layers, which are not all the same."""
    for name in MANY[4:]:
        tables = renamed(tables, "object_trained", name)
    layers = {name: "conv4_3" if name == LONG else "conv5_3" for name in MANY}
    return tables, layers | {"pixels": "image"}
