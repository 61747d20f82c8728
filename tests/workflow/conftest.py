"""The tiny study, made once for all tests of the workflow."""

import shutil
from pathlib import Path

import pytest

from tests.helpers import runs


@pytest.fixture(scope="session")
def workplace(project, tmp_path_factory) -> Path:
    """A folder with a copy of the project, beside which the studies lie; nobody edits this copy during the tests."""
    folder = tmp_path_factory.mktemp("workflow")
    runs.copy_project(project, folder / "mien")
    shutil.copy2(project / "tests/workflow/tiny.yaml", folder)
    return folder


@pytest.fixture(scope="session")
def tiny(workplace) -> tuple[Path, Path]:
    """Project and configuration of the tiny study, for `runs.command`."""
    return workplace / "mien", workplace / "tiny.yaml"


@pytest.fixture(scope="session")
def tiny_study(workplace, tiny) -> Path:
    """A folder with the finished tiny study. Leave it as it is: `study` is a copy to change."""
    folder = workplace / "finished"
    runs.finish(*tiny, folder)
    return folder


@pytest.fixture
def study(tiny_study, request) -> Path:
    """A copy of the finished tiny study, with Snakemake's memory of it, to change at will."""
    folder = tiny_study.parent / request.node.name.replace("[", "-").rstrip("]")
    shutil.copytree(tiny_study, folder)
    return folder
