"""Digests of code, files and settings change when, and only when, what they stand for does."""

import hashlib
import os
from pathlib import Path

import pytest

from mien import provenance


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project whose script imports a package's module, which imports another; one more module nobody needs."""
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    files = {
        "mien/__init__.py": "",
        "mien/faces/__init__.py": "",
        "mien/faces/mouth.py": "import json\nfrom mien.draws import generator\n",
        "mien/draws.py": "import numpy\n",
        "mien/lazy.py": "def late():\n    import mien.late\n",
        "mien/late.py": "from mien import lazy\n",  # a circle
        "mien/alone.py": "from mien import draws\n",
        "script.py": "from mien.faces import mouth\nfrom mien import lazy\n",
        "other.py": "import os\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def names(project: Path, script: str) -> list[str]:
    return [str(path.relative_to(project)) for path in provenance.code_behind(project / script)]


def test_code_behind_a_script_is_followed_through_modules_packages_and_functions(project):
    assert names(project, "script.py") == [
        "mien/__init__.py",
        "mien/draws.py",
        "mien/faces/__init__.py",
        "mien/faces/mouth.py",
        "mien/late.py",
        "mien/lazy.py",
    ]
    assert names(project, "other.py") == []


def test_digest_of_code_changes_with_that_code_and_with_nothing_else(project):
    before = provenance.digest_of_code(project / "script.py")
    (project / "mien/alone.py").write_text("from mien import draws\n_ = 1\n")
    assert provenance.digest_of_code(project / "script.py") == before
    (project / "mien/draws.py").write_text("import numpy\n_ = 1\n")
    assert provenance.digest_of_code(project / "script.py") != before
    (project / "mien/draws.py").write_text("import numpy\n")
    assert provenance.digest_of_code(project / "script.py") == before


def test_digest_of_code_knows_which_module_holds_which_code(project):
    before = provenance.digest_of_code(project / "script.py")
    draws, late = project / "mien/draws.py", project / "mien/late.py"
    texts = draws.read_text(), late.read_text()
    draws.write_text(texts[1])
    late.write_text(texts[0])
    assert provenance.digest_of_code(project / "script.py") != before


def test_digest_of_a_value_ignores_the_order_of_keys_alone():
    value = provenance.digest_of({"a": 1, "b": [1, 2]})
    assert provenance.digest_of({"b": [1, 2], "a": 1}) == value
    assert provenance.digest_of({"a": 1, "b": [2, 1]}) != value


def test_made_of_holds_a_digest_of_every_file_and_the_settings(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(name)
    one, two = (hashlib.sha256(name.encode()).hexdigest() for name in "ab")
    assert provenance.digest_of_file(tmp_path / "a") == one
    params = {"size": 64, "files": "a digest that may hold times"}
    made = provenance.made_of({"table": tmp_path / "a", "pictures": [str(tmp_path / "b")]}, params)
    assert made == {"inputs": {"table": one, "pictures": [two]}, "params": {"size": 64}}


def test_digest_of_files_changes_with_names_and_contents_and_with_nothing_else(tmp_path):
    small, large = tmp_path / "small.png", tmp_path / "large.bin"
    small.write_bytes(b"first")
    large.write_bytes(bytes(10**6 + 1))
    files = [small, large]
    before = provenance.digest_of_files(files)
    os.utime(small, ns=(1, 1))
    assert provenance.digest_of_files(reversed(files)) == before

    small.write_bytes(b"other")  # of the same size, and older
    os.utime(small, ns=(1, 1))
    seen = {before, provenance.digest_of_files(files)}
    small.write_bytes(b"first")
    os.utime(large, ns=(1, 1))
    seen.add(provenance.digest_of_files(files))
    large.write_bytes(bytes(10**6 + 2))
    os.utime(large, ns=(1, 1))
    seen.add(provenance.digest_of_files(files))
    small.rename(tmp_path / "renamed.png")
    seen.add(provenance.digest_of_files([tmp_path / "renamed.png", large]))
    small.symlink_to("nowhere")
    seen.add(provenance.digest_of_files(files))
    seen.add(provenance.digest_of_files([large]))
    assert len(seen) == 7


def test_digest_of_files_takes_whatever_a_name_is(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    names = [tmp_path / "pipe", tmp_path, tmp_path / "none", "a" * 5000, "a\0b", "caf\udce9.png", "\u00e9{b}", ""]
    assert len({provenance.digest_of_files([name]) for name in names}) == len(names)
