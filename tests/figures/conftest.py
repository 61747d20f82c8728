"""Made-up tables for the tests of the figures."""

import pandas as pd
import pytest

from tests.helpers.planted_tables import (
    NETWORKS,
    lacking,
    planted_claims,
    planted_stimuli,
    planted_study,
    planted_units,
    renamed,
    with_controls,
)


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return planted_study()


@pytest.fixture(scope="session")
def empty_tables() -> dict[str, pd.DataFrame]:
    """The same study, without a selective unit in any cell."""
    return planted_study(frozenset((network, seed) for network, seeds in NETWORKS.items() for seed in range(seeds)))


@pytest.fixture(scope="session")
def controlled():
    """A study whose cells named, (network, seed), have so many control units, and no selective ones."""
    return lambda empty, n: with_controls(frozenset(empty), n)


@pytest.fixture(scope="session")
def claims_of():
    return planted_claims


@pytest.fixture(scope="session")
def without():
    return lacking


@pytest.fixture(scope="session")
def with_another():
    return renamed


@pytest.fixture(scope="session")
def units_of():
    return planted_units


@pytest.fixture(scope="session")
def stimuli_of():
    return planted_stimuli
