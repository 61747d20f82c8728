"""Conda environments take requirements-extra.txt, too. `conda` is a stand-in: it makes a virtual environment."""

import csv
import re
import sys
from pathlib import Path

import pytest

from tests.helpers import runs
from tests.helpers.wheels import base_python, wheel

#: The calls that Snakemake makes of conda 24.7.1: the environment gets Python, pip and `tiny` 1.0. To scripts Snakemake
#: shows the packages beside itself, too.
CONDA = """#!{python}
import json, subprocess, sys

match sys.argv[1:]:
    case ["info", "--json"]:
        print(json.dumps({{"conda_prefix": "{prefix}", "platform": "linux-64"}}))
    case ["--version"]:
        print("conda 24.7.1")
    case ["config", *_]:
        print(json.dumps({{"get": {{"channel_priority": "strict"}}}}))
    case ["clean", *_]:
        pass
    case ["env", "create", *options]:
        made = options[options.index("--prefix") + 1]
        subprocess.run(["{base}", "-m", "venv", made], check=True)
        subprocess.run([made + "/bin/python", "-m", "pip", "install", "--quiet", "tiny==1.0"], check=True)
        with open("{prefix}/made", "a") as made_file:
            print(made, file=made_file)
    case other:
        sys.exit(f"conda: {{other}}")
"""
NETWORK = "results/tiny/networks/untrained/0.safetensors"
TARGETS = ("--use-conda", "results/tiny/environment.csv", NETWORK)


@pytest.fixture
def made(tmp_path, monkeypatch) -> Path:
    """A file with a line for each environment that conda has made; conda is on PATH, and so are wheels for pip."""
    for name in ("bin", "wheels"):
        (tmp_path / name).mkdir()
    for version in ("1.0", "2.0"):
        wheel(tmp_path / "wheels", "tiny", version, "tiny.py", "")
    wheel(tmp_path / "wheels", "asking", "1.0", "asking.py", "", "tiny>=2", "lacking")
    wheel(tmp_path / "wheels", "lacking", "1.0", "lacking.py", "")
    (tmp_path / "bin/conda").write_text(CONDA.format(python=sys.executable, base=base_python(), prefix=tmp_path))
    (tmp_path / "bin/conda").chmod(0o755)
    (tmp_path / "bin/activate").write_text('export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/local/bin:/usr/bin:/bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "made").touch()
    return tmp_path / "made"


def added(study: Path) -> dict[str, str]:
    """Packages that the study says were added to its environment, with their versions; and `tiny`'s."""
    with open(study / "results/tiny/environment.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["added_by"] for row in rows} <= {"", "requirements-extra.txt"}
    return {row["package"]: row["version"] for row in rows if row["added_by"] or row["package"] == "tiny"}


def test_a_new_environment_is_made_with_what_a_lab_adds_and_networks_that_are_there_stay(project, tmp_path, made):
    where = (runs.copy_project(project, tmp_path / "mien"), project / "tests/workflow/tiny.yaml", tmp_path / "study")
    extra, script = tmp_path / "mien/requirements-extra.txt", tmp_path / "mien/envs/torch.post-deploy.sh"
    runs.finish(*where, *TARGETS)
    study = tmp_path / "study"
    network = (study / NETWORK).stat().st_mtime_ns
    assert added(study) == {"tiny": "1.0"} and not script.exists()

    extra.write_text("asking\n")
    assert re.search(r"^total +1$", runs.finish(*where, *TARGETS), re.MULTILINE)  # the list of packages
    assert added(study) == {"asking": "1.0", "lacking": "1.0", "tiny": "1.0"}
    assert "asking 1.0 asks for tiny>=2; tiny 1.0 stays" in (study / "results/tiny/environment.csv").read_text()

    extra.write_text("tiny==2.0\n")
    refused = runs.run(*where, *TARGETS)
    assert refused.returncode == 1 and "mien needs tiny 1.0, whose version must not move" in refused.stdout

    extra.unlink()
    runs.finish(*where, *TARGETS)
    assert added(study) == {"tiny": "1.0"} and not script.exists()
    assert len(made.read_text().splitlines()) == 3  # with the one that was refused
    assert (study / NETWORK).stat().st_mtime_ns == network
