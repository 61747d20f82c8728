"""A clone for with-env, and wheels made here, so that nothing is downloaded."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.wheels import FAKE_UV, VERSIONS, base_python, lock, script, wheel


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("wheels")
    lines = {version: wheel(folder, "tiny", version, "tiny.py", f"version = '{version}'\n") for version in VERSIONS}
    return {"folder": str(folder), "uv": wheel(folder, "uv", "1.0", "uv/__main__.py", FAKE_UV), **lines}


@pytest.fixture
def clone(project, wheels, tmp_path) -> Path:
    """A fresh clone, as far as with-env is concerned, in a folder with a space in its name."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copy(project / "with-env", folder)
    shutil.copytree(project / "mien/environment", folder / "mien/environment")
    for name in ("__init__", "atomic", "errors", "provenance"):
        shutil.copy(project / f"mien/{name}.py", folder / "mien")
    (folder / "requirements.txt").write_text(lock(wheels, "1.0"))
    return folder


@pytest.fixture(scope="module")
def quick_python(tmp_path_factory) -> str:
    """A Python whose `-m venv` copies an environment made once, in a tenth of the time."""
    folder = tmp_path_factory.mktemp("quick")
    subprocess.run([base_python(), "-m", "venv", folder / "made"], check=True)
    copy = f'rm -rf "$4" && exec cp -R "{folder}/made" "$4"'
    return str(script(folder / "python", f'[ "$2" = venv ] && {copy}\nexec "{base_python()}" "$@"'))


@pytest.fixture
def environment(wheels, quick_python, tmp_path) -> dict[str, str]:
    """The variables with-env is run with: no index, a quick Python, and a PYTHONPATH that must not matter."""
    decoy = tmp_path / "decoy"
    decoy.mkdir()
    (decoy / "tiny.py").write_text("version = 'of another place'\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
    offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels["folder"]}
    return kept | offline | {"MIEN_PYTHON": quick_python, "PYTHONPATH": str(decoy)}


@pytest.fixture
def run(clone, environment):
    def run(*command: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [clone / "with-env", *command],
            cwd=clone.parent,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run
