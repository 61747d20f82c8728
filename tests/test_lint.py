"""The tree is in order: formatted, linted, and free of what Snakemake does not track."""

import ast
import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mien.figures.catalogue import catalogue
from mien.provenance import code_behind
from tests.helpers import rules

ENVIRONMENTS = ("analysis", "figures", "landmarks", "torch")
#: The conda name of what PyPI calls otherwise.
PYPI_NAMES = {"pytorch": "torch"}
#: The conda package that has a module of another name; urllib3 is what requests is built on.
PACKAGES = {"PIL": "pillow", "sklearn": "scikit-learn", "torch": "pytorch", "urllib3": "requests"}


@pytest.fixture(scope="module")
def texts(project: Path) -> dict[str, str]:
    """The text of every file that is, or is to be, committed, by path; files that are no text are left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True).stdout.splitlines()
    found = {}
    for name in listed:
        with contextlib.suppress(UnicodeDecodeError, FileNotFoundError):
            found[name] = (project / name).read_text(encoding="utf-8")
    return found


def passes(*command: object, cwd: Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_python_is_linted_and_formatted(project):
    passes(sys.executable, "-m", "ruff", "check", ".", cwd=project)
    passes(sys.executable, "-m", "ruff", "format", "--check", ".", cwd=project)


def test_snakemake_lints_the_workflow(project):
    passes(sys.executable, "-m", "snakemake", "--lint", cwd=project)


def test_rules_are_formatted(project, texts):
    snakefmt = project / ".venv-snakefmt" / "bin" / "snakefmt"
    if not snakefmt.exists():
        pytest.skip("no .venv-snakefmt, which .ci/run makes")
    rules = [name for name in texts if name.endswith(("Snakefile", ".smk"))]
    assert rules
    passes(snakefmt, "--check", "--compact-diff", *rules, cwd=project)


def test_scripts_see_the_configuration_only_through_params(texts):
    scripts = [name for name in texts if name.startswith("workflow/scripts/")]
    assert scripts
    kept = 'snakemake.config["downloads"]'  # where fetched files lie makes no difference to a result
    assert [name for name in scripts if "snakemake.config" in texts[name].replace(kept, "")] == []


def test_each_rule_is_run_again_for_the_code_of_its_own_script(project):
    scripts, texts = rules.scripts(project), rules.rules(project)
    assert len(scripts) > 25
    digested = {name: re.findall(r'\bcode_of\("(\w+)"[,)]', texts[name]) for name in scripts}
    assert digested == {name: [script] for name, script in scripts.items()}


def test_the_library_knows_no_snakemake(texts):
    library = [name for name in texts if name.startswith("mien/")]
    assert library
    importing = re.compile(r"^\s*(import|from) snakemake", re.MULTILINE)
    assert [name for name in library if importing.search(texts[name])] == []


def test_text_files_are_opened_with_their_encoding(texts):
    """And not with the locale's, in which a letter or dash may be unreadable."""
    opened = re.compile(r"\.(read|write)_text\(|(?<!\w)(?<!Image\.)(?<!os\.)open\((?!.*\"[rwax]b\")")
    lines = [
        line for name, text in texts.items() if name.startswith(("mien/", "workflow/")) for line in text.splitlines()
    ]
    lines = [line for line in lines if opened.search(line)]
    assert lines and [line for line in lines if "encoding=" not in line] == []


def test_no_file_names_a_folder_of_one_machine(texts):
    machine = re.compile(r"(?<![\w.~$}])/(work|root|home/\w+|Users/\w+)/\w")
    assert [name for name, text in texts.items() if machine.search(text)] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-snakefmt"])
def test_lock_holds_what_is_asked_for_with_hashes_and_names_no_index(project, name):
    asked = re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", (project / f"{name}.in").read_text(), re.MULTILINE)
    lock = (project / f"{name}.txt").read_text()
    locked = re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", lock, re.MULTILINE)
    assert asked and set(asked) <= set(locked)
    hashed = re.findall(r"^[\w-]+(?:\[\w+\])?==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(hashed) == len(locked)
    assert "index-url" not in lock and "://" not in lock


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_conda_environment_agrees_with_the_lock(project, name):
    environment = yaml.safe_load((project / "envs" / f"{name}.yaml").read_text())
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    specs = dict(
        re.fullmatch(r"([a-z0-9-]+)==?(\d+\.\d+)(?:\.\*)?", spec).groups() for spec in packages_of(environment)
    )
    assert specs.pop("python") == "3.11"
    locked = dict(re.findall(r"^([\w-]+)==(\d+\.\d+)", (project / "requirements.txt").read_text(), re.MULTILINE))
    assert specs == {package: locked[PYPI_NAMES.get(package, package)] for package in specs}


def packages_of(environment: dict) -> list[str]:
    """What an environment is made of: conda's packages, and those that only PyPI has."""
    dependencies = environment["dependencies"]
    from_pypi = next((entry["pip"] for entry in dependencies if isinstance(entry, dict)), [])
    assert "pip" in dependencies or not from_pypi
    return [entry for entry in dependencies if isinstance(entry, str) and entry != "pip"] + from_pypi


def test_conda_environments_are_all_there(project):
    assert sorted(path.stem for path in (project / "envs").glob("*.yaml")) == sorted(ENVIRONMENTS)


def test_conda_environments_have_what_their_scripts_import(project):
    rules = "".join(path.read_text() for path in sorted((project / "workflow/rules").glob("*.smk")))
    jobs = re.findall(r'conda:\s+"../../envs/(\w+).yaml"\s+script:\s+"../scripts/(\w+).py"', rules)
    assert {environment for environment, _ in jobs} == set(ENVIRONMENTS)
    for environment, name in jobs:
        listed = packages_of(yaml.safe_load((project / f"envs/{environment}.yaml").read_text()))
        script = project / f"workflow/scripts/{name}.py"
        figures = [f"mien.figures.{figure}" for figure in catalogue()] if name == "figure" else []
        modules = {module for path in (script, *code_behind(script, *figures)) for module in imported(path)}
        own = sys.stdlib_module_names | {"mien", "pip", "open_clip"}  # the last is for a lab to add
        needed = {PACKAGES.get(module, module) for module in modules - own}
        assert needed <= {package.partition("=")[0] for package in listed}, (environment, name)


def test_conda_environment_that_a_lab_may_add_to_has_pip(project):
    assert "pip" in yaml.safe_load((project / "envs/torch.yaml").read_text())["dependencies"]


def imported(path: Path) -> set[str]:
    """The packages and modules that a file imports, by the first part of their names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names
