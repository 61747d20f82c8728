"""Landmarks by MediaPipe: near those that people set, or a reason; and what decides, without the detector."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.errors import InputError
from mien.stimuli.photographs import detection
from mien.stimuli.photographs.alignment import move, on_eyes
from mien.stimuli.photographs.detection import detect
from mien.stimuli.photographs.landmark_files import read_table, read_tem, write_table
from mien.stimuli.photographs.reading import grey, read_photograph
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.photographs.schemes import Landmarks, eyes
from tests.helpers.made_up import face

PUPILS = [468, 473]  # the middles of MediaPipe's irises
SIDE = 450  # of the London photographs


@pytest.fixture(scope="module")
def model(face_landmarker: Path) -> Path:
    """The face landmarker's model, where the detector can start."""
    try:
        list(detect([], face_landmarker))
    except InputError as reason:
        pytest.skip(str(reason))
    return face_landmarker


@pytest.fixture(scope="module")
def photographs(london) -> dict[str, Image.Image]:
    return {path.stem: read_photograph(path).convert("L") for path in sorted(london.glob("*.jpg"))[::5]}


def values(picture: Image.Image) -> np.ndarray:
    return grey(picture, "bt601")


def reasons(pictures, model) -> set[str]:
    return {found.reason if isinstance(found, Rejected) else "found" for found in detect(map(values, pictures), model)}


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=picture.getpixel((2, 2)))


def on_wall(picture: Image.Image, side: int, size: tuple[int, int], at: tuple[int, int]) -> Image.Image:
    """A photograph reduced to a side, in a larger picture of its background."""
    wall = Image.new("L", size, picture.getpixel((2, 2)))
    wall.paste(picture.resize((side, side), Image.Resampling.LANCZOS), at)
    return wall


def beside(first: Image.Image, second: Image.Image) -> Image.Image:
    both = on_wall(first, SIDE, (2 * SIDE, SIDE), (0, 0))
    both.paste(second, (SIDE, 0))
    return both


# With the detector


def test_pupils_are_where_people_set_them(model, london, photographs):
    neutral = [name for name in photographs if name.endswith("_03")]
    found = detect((values(photographs[name]) for name in neutral), model)
    set_by_hand = [eyes(read_tem(london / f"{name}.tem")) for name in neutral]
    off = [one.points[PUPILS] - true for one, true in zip(found, set_by_hand, strict=True)]
    distance = np.linalg.norm(off, axis=2)
    assert len(neutral) == 8 and distance.mean() < 1 and distance.max() < 2.5


def test_every_expression_is_found_and_tilted_heads_as_precisely(model, photographs):
    pictures = list(photographs.values())
    upright = list(detect(map(values, pictures), model))
    tilted = detect((values(turned(picture, 45)) for picture in pictures), model)
    for found, same, picture in zip(upright, tilted, pictures, strict=True):
        middle, larger = (SIDE - 1) / 2, (turned(picture, 45).width - 1) / 2
        z = (same.points - larger) @ [1, 1j] * np.exp(1j * np.pi / 4)  # turned back
        assert np.abs(z - (found.points - middle) @ [1, 1j]).mean() < 1


@pytest.mark.parametrize("degrees", [105, 120, 150, 165, 180, 195, 270])
def test_a_face_that_does_not_stand_upright_is_never_taken_for_one_that_does(model, photographs, degrees):
    turn = [turned(picture, degrees) for picture in photographs.values()]
    lying = {"found"} if degrees == 270 else set()  # a head on its side can be found as it lies
    assert reasons(turn, model) - lying == {"upside down"}


def test_a_small_face_in_a_large_picture_is_found(model, photographs):
    alone, picture = values(photographs["001_03"]), on_wall(photographs["001_03"], 300, (2000, 1500), (470, 860))
    large, small = detect([alone, values(picture)], model)
    expected = (large.points + 0.5) * 300 / SIDE - 0.5 + [470, 860]
    assert np.linalg.norm(small.points - expected, axis=1).mean() < 1


@pytest.mark.parametrize("side, expected", [(200, "found"), (100, "too small"), (60, "too small")])
def test_faces_of_few_pixels_are_rejected(model, photographs, side, expected):
    assert reasons([picture.resize((side, side)) for picture in photographs.values()], model) == {expected}


def test_two_faces_are_noticed(model, photographs):
    one, *others = photographs.values()
    assert reasons([beside(one, other) for other in others[:4]], model) == {"two faces"}


def test_faces_beyond_the_edge_are_cut_off(model, photographs):
    for picture in list(photographs.values())[:4]:
        (found,) = detect([values(picture)], model)
        nose, chin = int(found.points[2, 1]), int(found.points[152, 1])
        assert reasons([picture.crop((0, 0, SIDE, nose)), picture.crop((0, 0, SIDE, chin - 15))], model) == {"cut off"}


def test_pictures_without_a_face(model):
    noise = np.random.default_rng(1).integers(0, 256, (500, 400)).astype(np.float32)
    found = list(detect([np.zeros((40, 300), np.float32), np.full((600, 800), 255, np.uint8), noise], model))
    assert [str(reason) for reason in found] == ["no face: the detector finds none"] * 3


def test_one_bad_picture_stops_no_other(model, photographs):
    unread = Rejected("unreadable", "a.jpg")
    first, second, third = detect([unread, np.zeros((64, 64)), values(photographs["001_03"])], model)
    assert first is unread and second.reason == "no face" and third.scheme == "mediapipe478"


def test_the_same_picture_gives_the_same_bytes(model, photographs, tmp_path, project):
    pictures = [values(picture) for picture in list(photographs.values())[:3]]
    np.save(tmp_path / "pictures.npy", pictures)
    code = (
        "import hashlib, sys, numpy; from mien.stimuli.photographs.detection import detect\n"
        "found = detect(numpy.load(sys.argv[1]), sys.argv[2])\n"
        "print(hashlib.sha256(b''.join(face.points.tobytes() for face in found)).hexdigest())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "pictures.npy"), str(model)]
    elsewhere = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    again = [hashlib.sha256(b"".join(one.points.tobytes() for one in detect(pictures, model))) for _ in range(2)]
    assert {elsewhere.stdout.strip()} == {digest.hexdigest() for digest in again}
    assert elsewhere.stderr == ""  # none of the libraries' chatter


def test_what_is_found_can_be_corrected_and_read_back(model, photographs, tmp_path):
    (found,) = detect([values(photographs["001_03"])], model)
    write_table(tmp_path / "landmarks.csv", {"001_03.jpg": found})
    np.testing.assert_array_equal(read_table(tmp_path / "landmarks.csv")["001_03.jpg"].points, found.points)


def test_a_file_that_is_no_model(model, tmp_path):
    (tmp_path / "face_landmarker.task").write_text("<html>")
    with pytest.raises(InputError, match=r"face_landmarker\.task: is no model of MediaPipe's face landmarker"):
        list(detect([], tmp_path / "face_landmarker.task"))


# Without it


@pytest.mark.parametrize("library", ["libEGL.so.1", "libGLESv2.so.2"])
def test_a_missing_library_is_said_once_with_what_to_do(tmp_path, monkeypatch, library):
    """A stand-in for MediaPipe that fails as it does where the system lacks a library."""
    (tmp_path / "mediapipe.py").write_text(f"import ctypes\nctypes.CDLL('{library}.of.no.system')")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "mediapipe"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(InputError) as error:
        list(detect([], tmp_path / "mediapipe.py"))
    assert str(error.value) == (
        f"the face landmarker cannot start ({library}.of.no.system: cannot open shared object file: No such file or "
        "directory). Install what it needs of the system (Debian and Ubuntu: apt-get install libegl1 libgles2 libgl1 "
        "libglib2.0-0), or give the landmarks: landmarks: {files: folder or CSV}"
    )


PICTURE = np.zeros((420, 400), np.float32)
OTHER = face(middle=(330.0, 180.0), apart=30.0)


def confirming(*faces: Landmarks, by: float = 0):
    """A detector that finds faces where they are in a picture aligned by the first one, moved by pixels."""
    aligned = on_eyes([faces[0]], detection._SIDE, detection._DISTANCE, detection._HEIGHT)
    found = [move(face, aligned) for face in faces]
    answers = iter([[face._replace(points=face.points + [by, 0]) for face in found], []])
    return lambda picture: next(answers, [])


def judged(finds) -> str:
    try:
        detection._face(PICTURE, finds)
    except Rejected as reason:
        return reason.reason
    return "found"


def whole(*faces: Landmarks):
    return lambda picture: list(faces) if picture.shape == PICTURE.shape else []


@pytest.mark.parametrize("by, expected", [(0, "found"), (4, "found"), (8, "not confirmed")])
def test_a_claim_counts_where_it_is_found_again(by, expected):
    assert judged([confirming(face(), by=by), whole(face())]) == expected


def test_what_the_aligned_picture_adds_is_returned():
    found = detection._face(PICTURE, [confirming(face(), by=3), whole(face())])
    scale = on_eyes([face()], detection._SIDE, detection._DISTANCE, detection._HEIGHT).scale
    np.testing.assert_allclose(found.points, face().points + [3 / scale, 0])


@pytest.mark.parametrize(
    "answers, expected",
    [
        ([False, False, True, False], "found"),  # with less confidence, but never the other way up
        ([True, True], "not confirmed"),  # either way up
        ([False, True, True, True], "not confirmed"),  # the other way up with more confidence
        ([False] * 4, "not confirmed"),
    ],
)
def test_a_face_must_look_upright_rather_than_upside_down(answers, expected):
    """What two detectors of falling confidence find: in the aligned picture, and in that turned by half."""
    aligned = on_eyes([face()], detection._SIDE, detection._DISTANCE, detection._HEIGHT)
    left = iter(answers)

    def find(picture):
        if picture.shape == (detection._SIDE, detection._SIDE):
            return [move(face(), aligned)] if next(left, False) else []
        return whole(face())(picture)

    assert judged([find, find]) == expected


def test_a_second_face_is_not_passed_over():
    assert judged([confirming(face()), whole(face(), OTHER)]) == "two faces"
    assert judged([confirming(face(), OTHER), whole(face())]) == "two faces"  # seen only near by
    assert judged([confirming(face()), whole(face(), face(middle=(210.0, 185.0)))]) == "found"  # the same twice


def test_a_clear_face_is_not_chosen_over_a_doubtful_one():
    """The claimed face is not confirmed; a part of the picture shows another one, which is."""

    def claim(picture):
        if picture.shape == PICTURE.shape:
            return [face()]
        return [OTHER._replace(points=OTHER.points - [190, 0])] if picture.shape == (210, 210) else []

    def confirm(picture):
        return next(answers, [])

    aligned = on_eyes([OTHER], detection._SIDE, detection._DISTANCE, detection._HEIGHT)
    answers = iter([*([] for _ in range(8)), [move(OTHER, aligned)]])
    assert judged([confirm, claim]) == "two faces"


def test_what_has_no_face_s_shape_is_not_confirmed():
    swapped = face().points.copy()
    swapped[36:48] = swapped[48:60]
    assert judged([confirming(face()), whole(Landmarks("ibug68", swapped))]) == "not confirmed"


def test_parts_cover_a_picture():
    for length, side in ((1500, 1000), (1500, 250), (400, 1000), (1001, 250)):
        starts = detection._starts(length, side)
        assert starts[0] == 0 and starts[-1] + side >= length
        assert all(0 < after - before <= side // 2 for before, after in zip(starts, starts[1:], strict=False))
