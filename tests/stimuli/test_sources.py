"""Sources of pictures: what a configuration may name is registered, and its module gives what it is asked for."""

import subprocess
import sys
from typing import get_args

import pytest

from mien.configuration.diets import Diet
from mien.configuration.sets import Morphs, Set
from mien.provenance import load
from mien.stimuli.own_files import labelled_files, listed_files
from mien.stimuli.sources import SOURCES


def named(kind: object) -> set[str]:
    """The sources of one kind of part that a configuration may name, by its models."""
    models = get_args(get_args(kind)[0])
    return {name for model in models for name in get_args(model.model_fields["source"].annotation)}


SETS, DIETS = named(Set) | named(Morphs), named(Diet)


def test_sources_that_a_configuration_may_name_are_registered_and_no_others():
    assert set(SOURCES) == SETS | DIETS


#: Sources whose sets have rules of their own.
OWN_RULES = {"ict", "photographs"}


def test_modules_make_what_a_configuration_may_ask_of_their_source():
    assert {name for name, source in SOURCES.items() if source.sets} == SETS - OWN_RULES
    assert {name for name, source in SOURCES.items() if source.diets} == DIETS
    assert all(hasattr(load(source.sets), "stimulus_set") for source in SOURCES.values() if source.sets)
    assert all(hasattr(load(source.diets), "diet") for source in SOURCES.values() if source.diets)


def test_the_registry_is_light():
    code = "import sys, mien.stimuli.sources; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"numpy", "pandas", "torch", "PIL"}


def test_the_users_files_are_those_that_are_read_and_no_litter(tmp_path):
    (tmp_path / "cats").mkdir()
    for name in ("a.png", "._a.png", "Thumbs.db", "notes.txt"):
        (tmp_path / "cats" / name).write_bytes(b"x")
    assert labelled_files({"folder": str(tmp_path)}) == [tmp_path / "cats/a.png"]
    table = tmp_path / "list.csv"
    table.write_text("identity,file\nann,cats/a.png\nbob,gone.png\n")
    assert listed_files({"table": str(table)}) == [table, tmp_path / "cats/a.png", tmp_path / "gone.png"]


@pytest.mark.parametrize("content", [None, "", "identity\nann\n", '"file\n'])
def test_files_that_cannot_be_listed_are_left_to_the_job_that_reads_them(tmp_path, content):
    table = tmp_path / "list.csv"
    if content is not None:
        table.write_text(content)
    assert listed_files({"table": str(table)}) == [table]
    assert labelled_files({"folder": str(table)}) == []
