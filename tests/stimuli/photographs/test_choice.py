"""What makes a study look at its photographs again: a chosen one that changed, and no other file."""

import pytest

from mien.expressions import EXPRESSIONS
from mien.stimuli.photographs.choice import digest_of_picture, fingerprint, told
from mien.stimuli.photographs.finding import find_pictures
from tests.helpers import trees

SET = {"source": "photographs", "incomplete": "stop"}


@pytest.fixture
def rafd(tmp_path):
    return trees.rafd(tmp_path)


def test_a_fingerprint_is_of_what_is_chosen(rafd):
    described = SET | {"databases": [{"name": "RaFD", "folder": str(rafd)}]}
    before = fingerprint("controlled", described, EXPRESSIONS, 1)
    assert len(before) == 64
    for other in ("notes.txt", ".DS_Store", "Rafd090_01_Caucasian_female_angry_left.jpg"):
        (rafd / other).write_text("changed")
        assert fingerprint("controlled", described, EXPRESSIONS, 1) == before
    picture = rafd / "Rafd090_01_Caucasian_female_angry_frontal.jpg"
    picture.write_bytes(b"changed")
    after = fingerprint("controlled", described, EXPRESSIONS, 1)
    assert after != before
    assert fingerprint("controlled", described | {"identities": 2}, EXPRESSIONS, 1) != after
    picture.unlink()
    assert fingerprint("controlled", described, EXPRESSIONS, 1) != after  # the copy in another format is chosen
    assert "holds no files" in fingerprint(
        "controlled", SET | {"databases": [{"name": "CFD", "folder": empty(rafd)}]}, EXPRESSIONS, 1
    )


def empty(folder) -> str:
    (folder / "empty").mkdir()
    return str(folder / "empty")


def test_what_a_database_gives_and_cannot_give_is_told(tmp_path):
    trees.cfd(tmp_path)
    found = find_pictures({"name": "CFD", "folder": str(tmp_path)}, EXPRESSIONS)
    first, *others = told("localizer", found, EXPRESSIONS).splitlines()
    assert first.startswith("localizer, CFD: ") and others[-1] == (
        "          it has no pictures of disgust and sadness and surprise, and a set needs all expressions"
    )


def test_a_picture_that_cannot_be_read_has_no_digest(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    assert digest_of_picture(str(tmp_path / "a.png")).startswith("e3b0c442")
    assert digest_of_picture(str(tmp_path / "gone.png")) is None
