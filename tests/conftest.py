"""What several tests need: the folder of the project, one thread for torch, and a browser."""

import shutil
from pathlib import Path

import pytest

from tests.helpers.places import ROOT


@pytest.fixture(scope="session")
def project() -> Path:
    return ROOT


@pytest.fixture
def one_thread() -> None:
    from mien.networks.devices import set_threads  # torch, which few tests need

    set_threads(1)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; tests that use it are marked `browser`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on PATH")
