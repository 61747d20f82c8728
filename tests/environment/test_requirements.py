"""requirements-extra.txt is read as pip reads it."""

import hashlib

import pytest

from mien.environment.requirements import asked_for, recipe_of
from mien.errors import InputError

TEXT = """
# what the lab needs \\
one==1.0  # a comment
two>=2 ; python_version > "3" \\
    --hash=sha256:12

--find-links wheels
-r more/others.txt
--constraint=limits.txt
-e ./own
./a.whl
four @ https://example.org/four.zip#sha256=12
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more/others.txt").write_text("three\n-r ../extra.txt\n-r nested.txt\n")  # a circle
    (tmp_path / "more/nested.txt").write_text("\ufeffnested", encoding="utf-8")
    (tmp_path / "limits.txt").write_text("three<4")
    (tmp_path / "own").mkdir()
    (tmp_path / "a.whl").write_bytes(b"first")
    (tmp_path / "extra.txt").write_text(TEXT)
    return tmp_path / "extra.txt"


def test_the_requirements_are_those_of_the_file_and_of_files_that_it_names(file):
    asked = ["one==1.0", 'two>=2 ; python_version > "3"', "three", "nested", "./a.whl"]
    assert asked_for(file) == [*asked, "four @ https://example.org/four.zip#sha256=12"]


def test_the_recipe_changes_with_every_line_and_local_file_and_with_nothing_else(file):
    before = recipe_of(file)
    assert f"./a.whl {hashlib.sha256(b'first').hexdigest()}" in before and "three<4" in before
    file.write_text(f"# more comments\n\n-e ./own\n{TEXT}")
    assert recipe_of(file) == before

    (file.parent / "a.whl").write_bytes(b"other")
    (file.parent / "limits.txt").write_text("three<5")
    digest = hashlib.sha256(b"other").hexdigest()
    changed = [line for line in before if not line.startswith(("./a.whl", "three<"))]
    assert recipe_of(file) == sorted([*changed, f"./a.whl {digest}", "three<5"])


def test_no_file_asks_for_nothing(tmp_path):
    assert recipe_of(tmp_path / "extra.txt") == []


def test_a_file_that_is_named_and_not_there_is_an_error(file):
    (file.parent / "limits.txt").unlink()
    with pytest.raises(InputError, match=r"limits\.txt: cannot be read .*Name a file of requirements"):
        recipe_of(file)
