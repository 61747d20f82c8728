"""Snakemake as people run it: a process of its own, on a copy of the project that nobody edits meanwhile."""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import yaml

from mien.figures.catalogue import figures_of

#: What a run needs of the project.
PARTS = ("Snakefile", "config", "envs", "mien", "profiles", "resources", "workflow")

#: All tables of a study, and not its figures: of each rule that makes some, one.
TABLES = tuple(
    f"results/tiny/tables/{name}" for name in ("fits.parquet", "confounds.parquet", "difficulty.parquet", "claims.html")
)

FIGURES = {f"figure_{name}" for name in figures_of(["localizer", "controlled", "wild", "morphs"])} - {
    "figure_confounds"
}


def copy_project(project: Path, folder: Path) -> Path:
    for part in PARTS:
        if (project / part).is_dir():
            shutil.copytree(project / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / part, folder)
    return folder


@contextlib.contextmanager
def edited(path: Path, change: Callable[[str], str] = lambda text: f"{text}\n_EDITED = True\n") -> Iterator[None]:
    """A module that is changed, or has another constant, until the end of the block."""
    before = path.read_text()
    after = change(before)
    assert after != before
    path.write_text(after)
    try:
        yield
    finally:
        path.write_text(before)


def command(project: Path, config: Path, study: Path, *arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "snakemake", "--snakefile", str(project / "Snakefile"), "--configfile", str(config),
        "--directory", str(study), "--cores", "2", "--nocolor", *arguments,
    ]  # fmt: skip


def run(*where: object, timeout: float = 900) -> subprocess.CompletedProcess:
    """Run `command(*where)` to its end; `stdout` has both streams."""
    return subprocess.run(
        command(*where), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout
    )  # fmt: skip


def finish(*where: object) -> str:
    """Run a command that must succeed, after `--unlock` where its message names that, and return what it said."""
    done = run(*where)
    if "--unlock" in done.stdout:
        unlocked = run(*where[:3], "--unlock")
        assert unlocked.returncode == 0, unlocked.stdout
        done = run(*where)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def planned(*where: object) -> set[tuple[str, str]]:
    """Rules and wildcards of the jobs that a dry run plans, without `all`."""
    done = run(*where, "--dry-run")
    assert done.returncode == 0, done.stdout[-6000:]
    jobs = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", done.stdout, re.MULTILINE)
    assert jobs or "Nothing to be done" in done.stdout, done.stdout[-6000:]
    wildcards = [re.search(r"^    wildcards: (.*)$", lines, re.MULTILINE) for _, lines in jobs]
    return {(rule, found[1] if found else "") for (rule, _), found in zip(jobs, wildcards, strict=True)} - {("all", "")}


def cell_jobs(
    network: str, layer: str, seed: int, rules: str = "localize select probe decode identify discriminate count_units"
) -> set:
    return {(rule, f"network={network}, layer={layer}, seed={seed}") for rule in rules.split()}


def summaries() -> set:
    """What stands above every cell."""
    return {(rule, "") for rule in {"compare", "claims", "claims_page", "study_report", *FIGURES}}


def reconfigured(config: Path, study: Path, change: Callable[[dict], object]) -> Path:
    """A changed copy of a configuration file, beside the study's folder."""
    content = yaml.safe_load(config.read_text())
    change(content)
    changed = study.parent / f"{study.name}.yaml"
    changed.write_text(yaml.safe_dump(content, sort_keys=False))
    return changed


def results(study: Path) -> dict[str, str]:
    """SHA-256 of every result by path; not of logs, benchmarks and the report, which tell when and how fast.

    Nor of what a kill in the middle of a write leaves beside the results, under a name of its own.
    """
    return {
        str(path.relative_to(study)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((study / "results").rglob("*"))
        if path.is_file() and not {"logs", "benchmarks", "report.zip"} & set(path.parts)
        if not any(part.endswith(".partial") for part in path.parts)
    }


def start(*where: object, output: Path) -> subprocess.Popen:
    """Start `command(*where)` in a process group of its own, which its jobs share."""
    with output.open("a") as file:
        return subprocess.Popen(command(*where), stdout=file, stderr=subprocess.STDOUT, start_new_session=True)


def running(process: subprocess.Popen, script: str) -> psutil.Process | None:
    """The job of a running Snakemake that executes `workflow/scripts/{script}.py`."""
    try:
        for job in psutil.Process(process.pid).children(recursive=True):
            if "python" in job.name() and any(word.endswith(f".{script}.py") for word in job.cmdline()):
                return job
    except psutil.NoSuchProcess:
        pass
    return None


class EndedEarly(Exception):
    """A run had finished before the moment that a test waited for."""


def wait_until(process: subprocess.Popen, happened: Callable[[], object], timeout: float = 300) -> object:
    """What `happened` returns once it is true, looked at a hundred times a second; fails if the process ends first."""
    for _ in range(int(timeout * 100)):
        if found := happened():
            return found
        if process.poll() is not None:
            assert process.returncode == 0, f"Snakemake failed (status {process.returncode}) before it was interrupted"
            raise EndedEarly
        time.sleep(0.01)
    raise AssertionError("it never happened")


def kill(process: subprocess.Popen, whole_tree: bool) -> None:
    """SIGKILL Snakemake; its jobs go on as orphans unless `whole_tree`."""
    (os.killpg if whole_tree else os.kill)(process.pid, signal.SIGKILL)
    process.wait()


def wait_for_orphans(process: subprocess.Popen, timeout: float = 120) -> None:
    """Until no process of the killed run's group is left."""
    for _ in range(int(timeout * 10)):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("orphans go on and on")
