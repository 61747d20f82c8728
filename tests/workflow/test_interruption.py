"""Killed at any moment, the same command finishes the study with the same bytes; orphans of a killed run do no harm."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers import runs

CELL = "results/tiny/cells/pixels/image/0"
DECIDED = ("trials", "unit_counts", "identification_trials", "discrimination")
SHARING = "results/tiny/cells/face_trained"
PASSES = "results/tiny/passes/face_trained/0"


def job(script: str) -> Callable:
    """The moment at which a job of this script runs."""
    return lambda process, study: runs.running(process, script)


def file(name: str) -> Callable:
    """The moment at which a file appears."""
    return lambda process, study: (study / name).exists()


def left_by_a_pass(kind: str, layer: str) -> Callable:
    """The moment at which a pass has read a layer, whose own job may still have to take its files."""
    return lambda process, study: list((study / PASSES / kind).glob(f"{layer}-*.parquet"))


def start_until(happened: Callable, tiny: tuple[Path, Path], study: Path, *targets: str) -> subprocess.Popen:
    """A run of the study, at the moment when `happened`."""
    process = runs.start(*tiny, study, *targets, output=study.parent / f"{study.name}.log")
    runs.wait_until(process, lambda: happened(process, study))
    return process


def interrupt(tiny: tuple[Path, Path], study: Path, moments: list[tuple[Callable, bool]], *targets: str) -> None:
    """Start the study again and again, kill it at each moment (with its jobs, or without them), and let it finish."""
    killed = []
    for happened, whole_tree in moments:
        try:
            process = start_until(happened, tiny, study, *targets)
        except runs.EndedEarly:  # orphans of earlier kills had done that stage: undo the late ones for later moments
            for part in ("cells/pixels", "tables", "figures"):
                shutil.rmtree(study / "results/tiny" / part, ignore_errors=True)
            continue
        runs.kill(process, whole_tree)
        killed.append(process)
        runs.run(*tiny, study, "--unlock")
    assert len(killed) >= len(moments) / 2
    runs.finish(*tiny, study, *targets)
    for process in killed:
        runs.wait_for_orphans(process)


def test_killed_run_is_finished_by_the_next(tiny, tiny_study, study):
    shutil.rmtree(study / CELL)
    shutil.rmtree(study / "results/tiny/tables")
    interrupt(tiny, study, [(job("localize"), False), (file(f"{CELL}/moments.parquet"), True)], *runs.TABLES)
    assert runs.results(study) == runs.results(tiny_study)


def test_killed_passes_of_layers_that_share_them_are_finished_by_the_next(tiny, tiny_study, study):
    before = runs.results(study)
    shutil.rmtree(study / SHARING)
    targets = [path for path in before if path.startswith(SHARING) and "/responses/" in path]
    moments = [
        (job("localize"), True),
        (left_by_a_pass("localize", "conv4_3"), True),
        (left_by_a_pass("localize", "conv5_3"), False),
        (file(f"{SHARING}/conv5_3/0/moments.parquet"), True),
        (job("probe"), False),
        (left_by_a_pass("probe", "conv5_3"), True),
        (left_by_a_pass("probe", "conv4_3"), False),
        (file(f"{SHARING}/conv4_3/0/responses/wild.parquet"), True),
    ]
    interrupt(tiny, study, moments, *targets)
    after = runs.results(study)
    assert after == {path: before[path] for path in after}
    decided = {f"{SHARING}/{layer}/0/{name}.parquet" for layer in ("conv4_3", "conv5_3") for name in DECIDED}
    assert set(targets) <= set(after)
    assert {path for path in before if path.startswith(SHARING)} - set(after) <= decided  # which were not asked for


def test_message_of_a_killed_run_names_the_command_that_helps(tiny, study):
    shutil.rmtree(study / "results/tiny/tables")
    process = runs.start(*tiny, study, *runs.TABLES, output=study.parent / "locked.log")
    runs.wait_until(process, lambda: runs.running(process, "compare"))
    runs.kill(process, whole_tree=True)
    locked = runs.run(*tiny, study, *runs.TABLES)
    assert locked.returncode != 0
    assert "--unlock" in locked.stdout
    assert "Traceback" not in locked.stdout


def test_killed_job_fails_alone_and_runs_again(tiny, tiny_study, study):
    before = runs.results(tiny_study)
    shutil.rmtree(study / "results/tiny/tables")
    (study / CELL / "trials.parquet").unlink()
    process = runs.start(*tiny, study, *runs.TABLES, output=study.parent / "killed-job.log")
    os.kill(runs.wait_until(process, lambda: runs.running(process, "decode")).pid, signal.SIGKILL)
    assert process.wait() != 0
    untouched = {path: digest for path, digest in before.items() if "/tables/" not in path}
    del untouched[f"{CELL}/trials.parquet"]
    kept = {path: digest for path, digest in runs.results(study).items() if "/tables/" not in path}
    assert kept == untouched  # of the tables, those that depend on no cell may be there
    assert "rule decode" in (study.parent / "killed-job.log").read_text()
    runs.finish(*tiny, study, *runs.TABLES)
    assert runs.results(study) == before


@pytest.mark.slow
def test_study_killed_in_every_stage_has_the_same_bytes(tiny, tiny_study, workplace):
    study = workplace / "killed"
    study.mkdir()
    results = "results/tiny"
    moments = [
        (job("render"), False),
        (file(f"{results}/stimuli/localizer.parquet"), True),
        (job("render_diet"), False),
        (job("train"), True),
        (job("train"), False),
        (file(f"{results}/networks/face_trained/0.safetensors"), True),
        (job("localize"), False),
        (file(f"{results}/cells/face_trained/conv4_3/0/moments.parquet"), True),
        (job("select_units"), False),
        (file(f"{results}/cells/untrained/conv4_3/1/units.parquet"), False),
        (file(f"{results}/cells/untrained/conv4_3/0/responses/localizer.parquet"), True),
        (job("decode"), False),
        (job("identify"), True),
        (job("compare"), False),
        (file(f"{results}/tables/cells.csv"), True),
        (job("figure"), False),
        (file(f"{results}/figures/fig3_categorical.png"), True),
    ]
    interrupt(tiny, study, moments)
    assert runs.results(study) == runs.results(tiny_study)
