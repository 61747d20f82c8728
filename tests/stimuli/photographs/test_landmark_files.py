"""Landmark files that people have: read to 0-based pixel centres, and a message for each that is wrong."""

import numpy as np
import pytest

from mien.errors import InputError
from mien.stimuli.photographs.landmark_files import (
    find_landmarks,
    read_openface,
    read_pts,
    read_table,
    read_tem,
    write_table,
)
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.photographs.schemes import SCHEMES, Landmarks, eyes

POINTS = {
    scheme.count: np.random.default_rng(1).uniform(0, 400, (scheme.count, 2)).round(3) for scheme in SCHEMES.values()
}


def pairs(points: np.ndarray, separator: str) -> str:
    return "\n".join(f"{x}{separator}{y}" for x, y in points)


def tem(points=POINTS[189], count=None) -> str:
    return f"{count or len(points)}\n{pairs(points, chr(9))}\n2\n0\n2\n1 1\n0\n3\n18 19 20\n"


def pts(points=POINTS[68] + 1, count=68) -> str:
    return f"version: 1\nn_points:  {count}\n{{\n{pairs(points, ' ')}\n}}\n"


def openface(*faces: tuple[int, np.ndarray]) -> str:
    names = [f"{axis}_{k}" for axis in "xy" for k in range(68)]
    lines = ["frame, face_id, confidence, success, " + ", ".join(names)]
    for k, (success, points) in enumerate(faces):
        lines.append(f"1, {k}, 0.98, {success}, " + ", ".join(str(value) for value in points.T.ravel()))
    return "\n".join(lines) + "\n"


def plain(points=POINTS[68], file="a.jpg", start=0) -> str:
    rows = [f"{file},{k},{x},{y}" for k, (x, y) in enumerate(points, start)]
    return "file,point,x,y\n" + "\n".join(rows) + "\n"


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes, name: str):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_format_gives_0_based_pixel_centres(written, newline):
    for read, text, name, scheme, points in (
        (read_tem, tem(), "a.tem", "webmorph189", POINTS[189]),
        (read_pts, pts(), "a.pts", "ibug68", POINTS[68]),  # 1-based in the file
        (read_openface, openface((0, POINTS[68][::-1]), (1, POINTS[68])), "a.csv", "ibug68", POINTS[68]),
    ):
        found = read(written(("\ufeff" + text).replace("\n", newline), name))
        assert found.scheme == scheme and found.points.dtype == np.float64
        np.testing.assert_allclose(found.points, points, atol=1e-9)


def test_the_plain_csv_is_read_back_to_the_last_digit(tmp_path):
    draw = np.random.default_rng(2)
    table = {
        f'KDEF, straight/A\u00c5 "{k}".JPG': Landmarks(name, draw.uniform(-1, 999, (scheme.count, 2)))
        for k, (name, scheme) in enumerate(SCHEMES.items())
    }
    write_table(tmp_path / "new" / "landmarks.csv", table)
    again = read_table(tmp_path / "new" / "landmarks.csv")
    assert list(again) == list(table)
    for file, (scheme, points) in table.items():
        assert again[file].scheme == scheme and np.array_equal(again[file].points, points)
    lines = (tmp_path / "new" / "landmarks.csv").read_text().splitlines()
    assert lines[0] == "file,point,x,y" and len(lines) == 1 + sum(scheme.count for scheme in SCHEMES.values())


def test_rows_of_the_plain_csv_may_be_shuffled_and_have_more_columns(written):
    header, *rows = plain().splitlines()
    rows = [f"{row},checked" for row in rows[::-1]]
    found = read_table(written("\n".join([f"{header},note", *rows]), "a.csv"))["a.jpg"]
    np.testing.assert_array_equal(found.points, POINTS[68])


@pytest.mark.parametrize(
    "read, text, words",
    [
        (read_tem, tem(POINTS[189][:100]), "100|'2'"),
        (read_tem, tem(POINTS[189], 188), "188 points.*68.*189.*478"),
        (read_tem, f"189\n{pairs(POINTS[189][:50], chr(9))}\n", "50 points, where 189"),
        (read_tem, tem().replace(str(POINTS[189][3, 0]), "nan"), "line 5: 'nan' is not a finite number"),
        (read_tem, tem().replace(str(POINTS[189][3, 0]), "12,5"), "line 5.*with a point"),
        (read_tem, "", "line 1: expected a webmorph template"),
        (read_tem, pts(), "expected a webmorph template"),
        (read_tem, b"\xff\xd8\xff\xe0\x00", "is no text"),
        (read_pts, pts(POINTS[68][:67]), "67 points, where 68"),
        (read_pts, pts(POINTS[68][:66], 66), "66 points"),
        (read_pts, pts().replace("}", ""), "expected an iBUG file"),
        (read_pts, pts().replace(str((POINTS[68] + 1)[0, 0]), "inf"), "line 4: 'inf'"),
        (read_pts, pts().replace(f"\n{(POINTS[68] + 1)[2, 0]} ", "\n1 2 "), "line 6: .*expected two numbers"),
        (read_openface, plain(), "no column 'x_0'"),
        (read_openface, openface((1, POINTS[68])).replace("y_67", "y_99"), "no column 'y_67'"),
        (read_openface, openface((1, POINTS[68])).replace(f" {POINTS[68][0, 0]},", " -nan(ind),", 1), "line 2"),
        (read_table, openface((1, POINTS[68])), "no column 'file'"),
        (read_table, plain(POINTS[68][:67]), "'a.jpg': 67 points"),
        (read_table, plain(start=1), "counted from 1"),
        (read_table, plain().replace("a.jpg,3,", "a.jpg,4,"), "line 6: point 4 of 'a.jpg' is there twice"),
        (read_table, plain().replace("a.jpg,3,", "b.jpg,3,"), "'a.jpg' has no point 3"),
        (read_table, plain().replace("a.jpg,3,", "a.jpg,3.5,"), "line 5.*point '3.5'"),
        (read_table, plain().replace("a.jpg,3,", "a.jpg,99999999999,"), "line 5"),
        (read_table, plain().replace("a.jpg,3,", ",3,"), "line 5: file ''"),
        (read_table, plain().replace(f",{POINTS[68][3, 0]},", ",,"), "line 5: '' is not"),
        (read_table, plain().replace(",", ";"), "semicolons"),
        (read_table, "", "is empty"),
    ],
)
def test_a_file_that_is_wrong_names_itself_and_the_place(written, read, text, words):
    path = written(text, "landmarks.xyz")
    with pytest.raises(InputError, match=words) as error:
        read(path)
    assert str(path) in str(error.value)


def test_openface_found_none_or_two(written):
    for faces, reason in (([(0, POINTS[68])], "no face"), ([(1, POINTS[68])] * 2, "two faces")):
        with pytest.raises(Rejected) as error:
            read_openface(written(openface(*faces), "a.csv"))
        assert error.value.reason == reason and "a.csv" in str(error.value)


def test_a_folder_holds_a_file_for_each_picture(written, tmp_path):
    written(tem(), "AF01/AF01ANS.tem")
    written(pts(), "b.pts")
    written(openface((1, POINTS[68])), "c.csv")
    written(plain(file="photographs/d.jpg"), "d.csv")
    written(openface((0, POINTS[68])), "e.csv")
    files = ["AF01/AF01ANS.JPG", "b.png", "c.jpg", "d.jpg", "e.jpg", "f.jpg"]
    found = find_landmarks(tmp_path, files)
    assert list(found) == files
    assert [getattr(value, "scheme", None) or value.reason for value in found.values()] == [
        "webmorph189",
        "ibug68",
        "ibug68",
        "ibug68",
        "no face",
        "no landmarks",
    ]
    assert "f.tem" in str(found["f.jpg"])


def test_a_folder_with_files_that_contradict_each_other(written, tmp_path):
    written(pts(), "a.pts")
    written(tem(), "a.tem")
    with pytest.raises(InputError, match="two files of landmarks for 'a.jpg'"):
        find_landmarks(tmp_path, ["a.jpg"])
    written(plain(file="z.jpg"), "b.csv")
    with pytest.raises(InputError, match="'z.jpg'; expected those of 'b'"):
        find_landmarks(tmp_path, ["b.jpg"])


def test_a_table_for_other_pictures(written):
    path = written(plain(file="AF01ANS.jpg") + plain(file="AF02ANS.jpg").split("\n", 1)[1], "all.csv")
    found = find_landmarks(path, ["AF01ANS.jpg", "AF02ANS.JPG"])
    assert found["AF01ANS.jpg"].scheme == "ibug68"
    assert found["AF02ANS.JPG"].reason == "no landmarks" and "it has of 'AF02ANS.jpg'" in str(found["AF02ANS.JPG"])
    with pytest.raises(InputError, match=r"all.csv.*'AF01ANS.jpg'.*of none of the pictures, 'b.jpg'"):
        find_landmarks(path, ["b.jpg"])
    assert find_landmarks(path, []) == {}
    with pytest.raises(InputError, match="nowhere.csv"):
        find_landmarks(path.with_name("nowhere.csv"), ["b.jpg"])


def test_templates_of_the_london_photographs(london):
    files = sorted(path.name for path in london.glob("*_03.jpg"))
    found = find_landmarks(london, files)
    assert list(found) == files and files
    for file, landmarks in found.items():
        (left, height), (right, other) = eyes(landmarks)
        assert 50 < right - left < 90 and abs(height - other) < 15, file
