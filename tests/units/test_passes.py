"""One job reads for its siblings; whatever is killed, changed or in the way, each gets its own files."""

import fcntl
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

from mien.tables import parquet
from mien.tables.schema import INT, Schema
from mien.units import passes

TABLE = Schema("numbers", {"number": INT})
MADE = {"inputs": {"weights": "abc"}, "params": {"batch_size": 2, "device": "auto", "names": ["a", "b"], "none": None}}
LAYERS = ("a", "b", "c")


class Job:
    """A job of one layer, which reads for those that share its passes."""

    def __init__(self, folder, made=None):
        self.folder = folder / "passes"
        self.outputs = {layer: [str(folder / layer / name) for name in ("x", "deep/y")] for layer in LAYERS}
        self.made = made or dict.fromkeys(LAYERS, MADE)

    def run(self, layer, die_after=None):
        """What the job reads; it is killed after so many layers."""
        for output in map(Path, self.outputs[layer]):
            output.unlink(missing_ok=True)  # as Snakemake does
        with passes.shared(self.folder, layer, self.outputs, self.made) as wanted:
            for number, (name, places) in enumerate(wanted.items()):
                if number == die_after:
                    (self.folder / "half.123.partial").touch()
                    raise KeyboardInterrupt
                for place in places:
                    table = pd.DataFrame({"number": [ord(name)]})
                    parquet.write(TABLE, table, place, self.made[name] | {"device": "cpu"})
        assert [parquet.read(output)["number"].tolist() for output in self.outputs[layer]] == [[ord(layer)]] * 2
        return list(wanted)

    def left(self):
        """The layers whose files lie in the folder, and what else does."""
        return sorted({file.name.split("-")[0] for file in self.folder.iterdir()} - {"lock"})


@pytest.fixture
def job(tmp_path):
    return Job(tmp_path)


def test_the_first_job_reads_for_all_its_own_layer_first_and_the_others_find_their_files(job):
    assert job.run("b") == ["b", "a", "c"]
    assert job.left() == ["a", "c"]
    assert job.run("a") == job.run("c") == []
    assert job.left() == []


def test_a_job_that_runs_again_reads_its_own_layer_only(job):
    for layer in LAYERS:
        job.run(layer)
    assert job.run("b") == ["b"]
    assert job.left() == []


def test_files_are_as_new_as_if_the_job_had_written_them(job, tmp_path):
    job.run("a")
    begun = max(file.stat().st_mtime_ns for file in job.folder.iterdir())
    job.run("b")
    assert all(Path(file).stat().st_mtime_ns > begun for file in job.outputs["b"])


@pytest.mark.parametrize("change", [{"inputs": {"weights": "other"}}, {"params": MADE["params"] | {"code": "new"}}])
def test_what_was_made_of_something_else_is_swept_and_read_again(job, tmp_path, change):
    job.run("a")
    changed = Job(tmp_path, dict.fromkeys(LAYERS, MADE | change))
    assert changed.run("b") == ["b", "a", "c"]  # also of the layer whose files lie there as they were made before
    assert changed.left() == ["a", "c"]
    assert changed.run("c") == []


def test_a_layer_that_cannot_be_read_yet_is_left_out_and_reads_later(job, tmp_path):
    assert Job(tmp_path, {layer: MADE for layer in "ab"}).run("a") == ["a", "b"]
    assert job.run("b") == []
    assert job.run("c") == ["c"]


def test_a_killed_pass_goes_on_after_the_layers_that_it_has_finished(job):
    with pytest.raises(KeyboardInterrupt):
        job.run("b", die_after=2)
    assert job.left() == ["a", "b", "half.123.partial"]
    assert job.run("a") == []
    assert job.left() == ["b"]
    assert job.run("c") == ["c"]
    assert job.run("b") == []


def test_a_job_killed_while_it_takes_its_files_takes_them_again(job, monkeypatch):
    job.run("a")
    copied, copy = [], passes.shutil.copyfile

    def killed(source, target):
        if copied:
            raise KeyboardInterrupt
        copied.append(copy(source, target))

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(passes.shutil, "copyfile", killed)
        job.run("b")
    assert [Path(file).exists() for file in job.outputs["b"]] == [True, False]
    assert job.run("b") == []


def test_a_layer_that_a_pass_leaves_out_reads_later(job):
    with passes.shared(job.folder, "a", job.outputs, job.made) as wanted:
        for place in wanted["a"]:
            parquet.write(TABLE, pd.DataFrame({"number": [1]}), place, MADE)
    assert job.run("b") == ["b", "c"]


def test_a_pass_that_leaves_nothing_of_its_own_layer_fails(job):
    with (
        pytest.raises(RuntimeError, match="no files of layer 'a'"),
        passes.shared(job.folder, "a", job.outputs, job.made),
    ):
        pass


def test_damaged_files_are_read_again(job):
    job.run("a")
    job.run("b")
    Path(job.outputs["b"][0]).write_bytes(b"PAR1")
    assert job.run("a") == ["a", "b"]


def test_a_job_waits_for_the_pass_of_another_and_does_not_read_what_that_has_read(job):
    read = {}
    with passes.shared(job.folder, "a", job.outputs, job.made) as wanted:
        waiting = threading.Thread(target=lambda: read.update(b=job.run("b")))
        waiting.start()
        for name, places in wanted.items():
            for place in places:
                waiting.join(0.02)
                assert waiting.is_alive()
                parquet.write(TABLE, pd.DataFrame({"number": [ord(name)]}), place, MADE)
    waiting.join(20)
    assert read == {"b": []}


def test_an_orphan_that_has_made_the_files_meanwhile_leaves_nothing_to_do(job):
    with passes.shared(job.folder, "a", job.outputs, job.made):
        for file in job.outputs["a"]:
            parquet.write(TABLE, pd.DataFrame({"number": [1]}), file, MADE)
    with passes.shared(job.folder, "a", job.outputs, job.made) as wanted:
        assert wanted == {}


def test_where_files_cannot_be_locked_jobs_go_on_and_nothing_that_others_may_write_is_removed(job, monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    job.folder.mkdir()
    (job.folder / "other.1.partial").touch()
    assert job.run("a") == ["a", "b", "c"]
    assert job.run("b") == []
    assert job.left() == ["c", "other.1.partial"]


def test_a_link_in_place_of_the_lock_is_not_followed(job, tmp_path):
    job.folder.mkdir()
    (job.folder / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="lock"):
        job.run("a")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("script", ["localize", "probe"])
def test_a_job_that_finds_its_files_imports_neither_torch_nor_pandas(project, script):
    code = f"""
import ast, sys
tree = ast.parse(open("workflow/scripts/{script}.py").read())
tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
exec(compile(tree, "script", "exec"))
print("torch" in sys.modules, "pandas" in sys.modules, "mien.units.passes" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True)
    assert done.stdout == "False False True\n", done.stderr
