"""Each database's pictures are found among all else that its folder holds, and every other file has its reason."""

import os
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from mien.errors import DesignError, InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.photographs.databases import DATABASES
from mien.stimuli.photographs.designs import design_set, what_cannot_be_done
from mien.stimuli.photographs.finding import REASONS, Found
from mien.stimuli.photographs.finding import find_pictures as find_pictures_of
from mien.stimuli.photographs.rejection import summary
from tests.helpers import trees
from tests.helpers.trees import TREES, touch


def find_pictures(source, expressions=EXPRESSIONS):
    return find_pictures_of(source, expressions)


def shown(found: Found, identity: str | None = None) -> dict[str, str]:
    """Names of the files of a person's pictures, by expression."""
    rows = found.pictures if identity is None else found.pictures[found.pictures["identity"] == identity]
    return {expression: Path(file).name for expression, file in zip(rows["expression"], rows["file"], strict=True)}


def reasons(found: Found) -> Counter:
    return Counter(found.left_out["reason"])


def reason_of(found: Found, file: str) -> list[str]:
    return found.left_out.loc[found.left_out["file"].str.endswith(file), "reason"].tolist()


def test_every_reason_is_one_of_the_list_and_occurs(tmp_path):
    found = [find_pictures({"name": name, "folder": make(tmp_path)}) for name, make in TREES.items()]
    found.append(find_pictures({"name": "RaFD", "folder": tmp_path / "RaFD", "who": ["Kid"]}))
    found.append(find_pictures({"name": "AffectNet", "folder": tmp_path / "AffectNet", "part": "validation"}))
    found.append(find_pictures({"name": "FACES", "folder": tmp_path / "FACES", "age": "old"}))
    found.append(find_pictures({"name": "RaFD", "folder": tmp_path / "RaFD"}, ("neutral", "contempt")))
    assert {reason for each in found for reason in each.left_out["reason"]} == set(REASONS)


def test_a_study_takes_its_own_expressions_and_leaves_the_others_out(tmp_path):
    chosen = ("contempt", "neutral", "anger")
    for name in ("RaFD", "AffectNet"):
        found = find_pictures({"name": name, "folder": TREES[name](tmp_path)}, chosen)
        assert set(found.pictures["expression"]) == set(found.expressions) == set(chosen), name
        assert {"happiness", "fear"} <= set(found.left_out["reason"]) and "neutral" not in set(found.left_out["reason"])
    sequences = find_pictures({"name": "CK+", "folder": trees.ck_plus(tmp_path)}, chosen)
    assert sequences.pictures["expression"].tolist() == ["contempt"] and sequences.expressions == chosen
    its = ("anger", "fear", "happiness")  # all that CFD shows beside neutral
    people = find_pictures({"name": "CFD", "folder": trees.cfd(tmp_path)}, its)
    assert what_cannot_be_done(people, its) == ()
    design = design_set("controlled", [people], its, 1, incomplete="drop")
    assert design.pictures["identity"].unique().tolist() == ["CFD/WF-001"]


@pytest.mark.parametrize("name", TREES)
def test_no_file_is_lost_and_litter_is_not_reported(name, tmp_path):
    folder = TREES[name](tmp_path)
    touch(folder, ["._x.jpg", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/._x.jpg"])
    found = find_pictures({"name": name.lower(), "folder": folder})
    named = [*found.pictures["file"], *found.left_out["file"]]
    assert not [
        file for file in named if "x.jpg" in file or Path(file).name in ("Thumbs.db", "desktop.ini", ".DS_Store")
    ]
    assert found.database == name and set(found.left_out["database"]) == {name}
    assert found.pictures["file"].is_unique
    assert all(Path(path).is_file() for path in found.pictures["path"])
    assert found.names_identities == (DATABASES[name].identity is not None)
    if name != "AffectNet":  # whose other pictures lie in a folder that its lists don't name
        labels = ("_emotion.txt", "_label.txt")
        files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(labels)]
        real = {path.relative_to(folder).as_posix() for path in files if not set("._@").intersection(path.name[0])}
        real -= {file for file in real if "Thumbs.db" in file or "desktop.ini" in file or "hidden" in file}
        assert {file for file in real if "MACOSX" not in file and "@" not in file} == set(named) & real
        assert set(reason for file in set(named) - real for reason in reason_of(found, file)) <= {"no file"}


@pytest.mark.parametrize("name", [name for name in TREES if DATABASES[name].identity])
def test_a_person_has_one_picture_of_an_expression(name, tmp_path):
    pictures = find_pictures({"name": name, "folder": TREES[name](tmp_path)}).pictures
    assert not pictures.duplicated(["identity", "expression"]).any()
    assert pictures["expression"].isin(EXPRESSIONS).all()


def test_kdef_takes_session_b_where_a_lacks_a_picture(tmp_path):
    found = find_pictures({"name": "KDEF", "folder": trees.kdef(tmp_path)})
    assert list(found.pictures["identity"].unique()) == ["F01", "M03"]
    assert shown(found, "F01") == {
        "anger": "AF01ANS.JPG",
        "disgust": "AF01DIS.JPG",
        "fear": "BF01AFS.JPG",
        "happiness": "AF01HAS.JPG",
        "sadness": "AF01SAS.JPG",
        "surprise": "AF01SUS.JPG",
    }
    assert shown(found, "M03")["happiness"] == "am03has.jpg"
    assert reasons(found) == {
        "other view": 24,
        "average face": 14,
        "other session": 11,
        "neutral": 8,
        "no match": 1,
        "not a picture": 1,
    }
    b_first = find_pictures({"name": "kdef", "folder": tmp_path / "KDEF", "session": ["B", "A"], "view": "HL"})
    assert set(shown(b_first, "M03").values()) == {f"BM03{code}HL.JPG" for code in ("AF", "AN", "DI", "HA", "SA", "SU")}
    only_a = find_pictures({"name": "kdef", "folder": tmp_path / "KDEF", "session": "A"})
    assert "fear" not in shown(only_a, "F01")


def test_nimstim_opens_the_mouth_where_it_must(tmp_path):
    found = find_pictures({"name": "NimStim", "folder": trees.nimstim(tmp_path)})
    assert shown(found, "01F")["surprise"] == "01F_SP_O.BMP"
    assert shown(found, "01F")["anger"] == "01F_AN_C.BMP"
    assert shown(found, "20M")["fear"] == "20m_fe_o.bmp"
    assert reason_of(found, "01F_HA_X.BMP") == ["other mouth"]
    assert reason_of(found, "01F_AN_C.jpg") == ["another format of the same picture"]
    exuberant = find_pictures({"name": "NimStim", "folder": tmp_path / "NimStim", "mouth": ["exuberant", "C", "O"]})
    assert shown(exuberant, "01F")["happiness"] == "01F_HA_X.BMP"


def test_rafd_takes_the_front_and_counts_copies(tmp_path):
    found = find_pictures({"name": "RaFD", "folder": trees.rafd(tmp_path)})
    assert list(found.pictures["identity"].unique()) == ["01", "30", "73"]
    assert set(shown(found, "73").values()) == {
        f"Rafd090_73_Kid_female_{word}_frontal.jpg"
        for word in ("angry", "disgusted", "fearful", "happy", "sad", "surprised")
    }
    assert reasons(found) == {
        "other camera": 54,
        "other gaze": 36,
        "neutral": 18,
        "contempt": 18,
        "another format of the same picture": 1,
        "duplicate name": 1,
    }
    adults = find_pictures(
        {"name": "RaFD", "folder": tmp_path / "RaFD", "who": ["Caucasian", "Moroccan"], "gaze": "left"}
    )
    assert list(adults.pictures["identity"].unique()) == ["01", "30"]
    assert shown(adults, "01")["fear"] == "Rafd090_01_Caucasian_female_fearful_left.jpg"
    assert reasons(adults)["other identities"] == 6  # the girl, in six expressions


def test_rafd_takes_a_copy_where_there_is_nothing_else(tmp_path):
    name = "Rafd090_01_Caucasian_female_angry_frontal"
    found = find_pictures({"name": "RaFD", "folder": touch(tmp_path, [f"png/{name}.png", f"Copy of {name}.png"])})
    assert shown(found) == {"anger": f"Copy of {name}.png"}  # fewer folders
    assert reasons(found) == {"duplicate name": 1}


def test_affectnet_in_lists(tmp_path):
    found = find_pictures({"name": "AffectNet", "folder": trees.affectnet_lists(tmp_path)})
    files = found.pictures["file"].str.removeprefix("Manually_Annotated_Images/")
    assert dict(zip(files, found.pictures["expression"], strict=True)) == {
        "1/001.jpg": "happiness",
        "2/002.jpg": "sadness",
        "0/003.jpg": "surprise",
        "1/004.jpg": "fear",
        "2/005.jpg": "disgust",
        "0/006.jpg": "anger",
        "2/011.JPG": "anger",
        "1/013.jpg": "disgust",
        "1/twice.jpg": "happiness",
        "7/val1.JPG": "happiness",
        "7/val2.bmp": "sadness",
        "7/val3.tif": "surprise",
        "7/val4.jpg": "fear",
        "7/val5.bmp": "disgust",
        "7/val6.tif": "anger",
    }
    assert found.pictures["identity"].isna().all()
    left_out = found.left_out["file"].str.removeprefix("Manually_Annotated_Images/")
    assert sorted(zip(left_out, found.left_out["reason"], strict=True)) == [
        ("0/000.jpg", "neutral"),
        ("0/009.jpg", "uncertain"),
        ("0/012.jpg", "no file"),
        ("0/015.jpg", "unreadable label"),
        ("1/007.jpg", "contempt"),
        ("1/010.jpg", "no face"),
        ("1/016.jpg", "no expression of the study"),
        ("1/twice.jpg", "duplicate name"),
        ("1/two.jpg", "two labels"),
        ("1/two.jpg", "two labels"),
        ("2/008.jpg", "no expression of the study"),
        ("2/014.jpg", "not labelled"),
        ("2/notes.txt", "not a picture"),
        ("2/unlisted.jpg", "not labelled"),
    ]


def test_affectnet_in_lists_beside_pictures_of_folders_of_the_same_names(tmp_path):
    folder = trees.affectnet_lists(tmp_path)
    # a name that comes after the right one in the alphabet, too
    touch(folder / "Test_Images", [f"{number}/{letter}.jpg" for number in range(10) for letter in "abc"])
    found = find_pictures({"name": "AffectNet", "folder": folder})
    assert len(found.pictures) == 15


def test_affectnet_in_arrays(tmp_path, capfd):
    found = find_pictures({"name": "AffectNet", "folder": trees.affectnet_arrays(tmp_path)})
    assert dict(zip(found.pictures["file"], found.pictures["expression"], strict=True)) == {
        "train_set/images/1.jpg": "happiness",
        "train_set/images/2.jpg": "sadness",
        "train_set/images/5.jpg": "surprise",
        "train_set/images/6.jpg": "fear",
        "train_set/images/9.jpg": "disgust",
        "train_set/images/11.jpg": "anger",
        "val_set/images/0.jpg": "happiness",
    }
    assert dict(zip(found.left_out["file"], found.left_out["reason"], strict=True)) == {
        "train_set/images/0.jpg": "neutral",
        "train_set/images/12.jpg": "unreadable label",  # pickled
        "train_set/images/13.jpg": "unreadable label",
        "train_set/images/14.jpg": "unreadable label",  # empty
        "train_set/images/15.jpg": "unreadable label",
        "train_set/images/20.jpg": "not labelled",
        "train_set/images/21.jpg": "no file",
        "val_set/images/3.jpg": "contempt",
    }
    validation = find_pictures({"name": "AffectNet", "folder": tmp_path / "AffectNet", "part": "validation"})
    assert validation.pictures["file"].tolist() == ["val_set/images/0.jpg"]


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_arrays_are_never_unpickled(tmp_path):
    folder = trees.affectnet_arrays(tmp_path)
    np.save(folder / "train_set/annotations/11_exp.npy", np.array(Trap(tmp_path / "sprung"), dtype=object))
    found = find_pictures({"name": "AffectNet", "folder": folder})
    assert reason_of(found, "train_set/images/11.jpg") == ["unreadable label"]
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "name, text, message",
    [
        (
            "AffectNet",
            "<html>moved</html>\n",
            "training.csv: has the columns <html>moved</html>. Expected subDirectory",
        ),
        ("AffectNet", "", "training.csv: no list of AffectNet [(]No columns to parse"),
        ("AffectNet", b"\xff\xfe\x00", "training.csv: no list of AffectNet"),
        ("AffectNet", "subDirectory_filePath,expression\n1/a.jpg,1\n,2\n", "training.csv: row 2 names no picture"),
        (
            "AffectNet",
            "subDirectory_filePath,expression\nq/a.jpg,1\n",
            "holds none of the pictures of its lists, such as q/a",
        ),
        ("RAF-DB", "train_00001.jpg 4\ntrain_00002.jpg\n", "list_patition_label.txt, line 2: no label"),
        (
            "RAF-DB",
            "train_00001.jpg 4\nTRAIN_00001.jpg 5\n",
            "list_patition_label.txt, line 2: this picture a second time",
        ),
    ],
)
def test_a_damaged_list_is_named(name, text, message, tmp_path):
    folder = TREES[name](tmp_path)
    damaged = next(folder.rglob("training.csv" if name == "AffectNet" else "*label.txt"))
    damaged.write_bytes(text if isinstance(text, bytes) else text.encode())
    if name == "AffectNet":
        (damaged.parent / "validation.csv").unlink()
    with pytest.raises(InputError, match=message):
        find_pictures({"name": name, "folder": folder})


@pytest.mark.parametrize(
    "name, files, message",
    [
        (
            "AffectNet",
            ["a/training.csv", "b/training.csv"],
            "holds a/training.csv, b/training.csv. Name a folder with one",
        ),
        ("AffectNet", ["training.csv", "val_set/images/1.jpg"], "holds training.csv, val_set. Name a folder with one"),
        ("AffectNet", ["val_set/images/1.jpg"], "val_set/annotations: cannot be read [(]No such file or directory[)]"),
        (
            "AffectNet",
            ["1/a.jpg"],
            "holds no labels. Expected AffectNet's files, such as Manually_Annotated_file_lists",
        ),
        ("CK+", ["cohn-kanade-images/S005/001/S005_001_00000001.png"], "holds no labels. Expected CK[+]'s files"),
        ("RAF-DB", ["train_00001_aligned.jpg"], "holds no labels. Expected RAF-DB's files"),
        (
            "RAF-DB",
            ["basic/EmoLabel/list_patition_label.txt", "compound/EmoLabel/list_patition_label.txt"],
            "compound/EmoLabel/list_patition_label.txt. Name the folder of the basic expressions alone",
        ),
    ],
)
def test_labels_that_are_not_there_or_twice(name, files, message, tmp_path):
    with pytest.raises(InputError, match=message):
        find_pictures({"name": name, "folder": touch(tmp_path, files)})


def test_jaffe_takes_the_first_by_number(tmp_path):
    found = find_pictures({"name": "JAFFE", "folder": trees.jaffe(tmp_path)})
    assert shown(found, "KA")["anger"] == "KA.AN1.39.tiff"
    assert shown(found, "MK")["anger"] == "MK.AN1.130.tiff"
    assert shown(found, "KA")["happiness"] == "KA.HA1.51.tiff"  # not the copy as .png
    assert reasons(found) == {
        "another picture of the same expression": 13,
        "not a picture": 2,
        "neutral": 1,
        "another format of the same picture": 1,
    }


def test_faces_has_no_surprise_and_two_versions(tmp_path):
    found = find_pictures({"name": "FACES", "folder": trees.faces(tmp_path)})
    assert "surprise" not in found.expressions
    assert shown(found, "066")["anger"] == "066_y_m_a_b.jpg"
    assert shown(found, "004")["anger"] == "004_o_m_a_a.jpg"
    old = find_pictures({"name": "FACES", "folder": tmp_path / "FACES", "age": "old", "version": "b"})
    assert old.pictures["identity"].unique().tolist() == ["004"]


def test_cfd_prefers_a_closed_mouth(tmp_path):
    found = find_pictures({"name": "CFD", "folder": trees.cfd(tmp_path)})
    assert shown(found, "WF-001") == {
        "anger": "CFD-WF-001-004-A.jpg",
        "fear": "CFD-WF-001-005-F.jpg",
        "happiness": "CFD-WF-001-006-HC.jpg",
    }
    assert shown(found, "BM-011") == {"happiness": "CFD-BM-011-004-HO.jpg"}
    assert found.expressions == ("anger", "fear", "happiness")
    closed = find_pictures({"name": "CFD", "folder": tmp_path / "CFD", "mouth": "closed"})
    assert set(shown(closed)) == {"anger", "fear", "happiness"} and "BM-011" not in set(closed.pictures["identity"])


def test_ck_plus_takes_the_labelled_frame(tmp_path):
    found = find_pictures({"name": "CK+", "folder": trees.ck_plus(tmp_path)})
    assert shown(found) == {"fear": "S005_001_00000003.png", "happiness": "S005_003_00000002.png"}
    assert reason_of(found, "S005_010_00000002.png") == ["another picture of the same expression"]
    assert reason_of(found, "S010_002_00000002.png") == ["contempt"]
    assert reason_of(found, "S010_004_00000002.png") == ["not labelled"]
    assert reason_of(found, "S010_005_00000002.png") == ["unreadable label"]
    assert reason_of(found, "S011_001_00000001.png") == ["no file"]
    assert reasons(found)["not the last frame"] == 6


def test_raf_db(tmp_path):
    found = find_pictures({"name": "RAF-DB", "folder": trees.raf_db(tmp_path)})
    files = found.pictures["file"].str.rpartition("/")[2]
    assert dict(zip(files, found.pictures["expression"], strict=True)) == {
        "train_00001_aligned.jpg": "surprise",
        "train_00002_aligned.jpg": "fear",
        "train_00003_aligned.jpg": "disgust",
        "train_00004_aligned.jpg": "happiness",
        "train_00006_aligned.jpg": "anger",
        "test_0001_aligned.jpg": "happiness",
    }
    assert reason_of(found, "/train_00001.jpg") == ["other version"]
    assert reason_of(found, "train_00005.jpg") == ["no file"]
    assert reason_of(found, "train_00007_aligned.jpg") == ["neutral"]
    assert reason_of(found, "train_00008_aligned.jpg") == ["no expression of the study"]
    assert reason_of(found, "train_00099_aligned.jpg") == ["not labelled"]
    assert reason_of(found, "test_0002_aligned.jpg") == ["unreadable label"]
    both = find_pictures({"name": "RAF-DB", "folder": tmp_path / "RAF-DB", "version": ["original", "aligned"]})
    assert reason_of(both, "train_00001_aligned.jpg") == ["other version"]
    assert len(both.pictures) == 6


def test_bu_3dfe_takes_the_strongest(tmp_path):
    found = find_pictures({"name": "BU-3DFE", "folder": trees.bu_3dfe(tmp_path)})
    assert shown(found, "F0001") == {
        expression: f"F0001_{code}04WH_F2D.bmp"
        for expression, code in zip(EXPRESSIONS, ("AN", "DI", "FE", "HA", "SA", "SU"), strict=True)
        if expression != "fear"
    }
    weaker = find_pictures({"name": "BU-3DFE", "folder": tmp_path / "BU_3DFE", "strength": [4, 3]})
    assert shown(weaker, "F0001")["fear"] == "F0001_FE03WH_F2D.bmp"


@pytest.fixture
def list_folders(monkeypatch):
    """Makes folders list what they hold in one order or the other, as file systems do."""
    scandir = os.scandir

    def in_order(reverse: bool) -> None:
        @contextmanager
        def listed(folder):
            with scandir(folder) as entries:
                yield sorted(entries, key=lambda entry: entry.name, reverse=reverse)

        monkeypatch.setattr("os.scandir", listed)

    return in_order


@pytest.mark.parametrize("name", TREES)
def test_the_order_of_files_makes_no_difference(name, tmp_path, list_folders):
    source = {"name": name, "folder": TREES[name](tmp_path)}
    list_folders(reverse=False)
    before = find_pictures(source)
    list_folders(reverse=True)
    after = find_pictures(source)
    assert after.pictures.equals(before.pictures) and after.left_out.equals(before.left_out)


def test_summary_has_a_line_for_each_reason(tmp_path):
    found = find_pictures({"name": "NimStim", "folder": trees.nimstim(tmp_path)})
    assert summary(found.database, found.pictures, found.left_out).splitlines() == [
        "NimStim: 12 of 32 files are taken, of 2 identities",
        "        11 left out: other mouth",
        "         4 left out: calm",
        "         4 left out: neutral",
        "         1 left out: another format of the same picture",
    ]


# folders


def test_the_same_picture_in_two_folders_is_taken_once_from_the_upper(tmp_path):
    touch(tmp_path, ["a/copy/AF01AFS.JPG", "z/AF01AFS.JPG"])
    found = find_pictures({"name": "KDEF", "folder": tmp_path})
    assert found.pictures["file"].tolist() == ["z/AF01AFS.JPG"]
    assert reasons(found) == {"duplicate name": 1}


@pytest.mark.parametrize("reverse", [False, True])
def test_links_are_followed_and_circles_are_not(tmp_path, list_folders, reverse):
    touch(tmp_path / "disk", ["AF01AFS.JPG"])
    (tmp_path / "study").mkdir()
    for name in ("KDEF", "KDEF_2"):
        (tmp_path / "study" / name).symlink_to(tmp_path / "disk")
    (tmp_path / "disk/again").symlink_to(tmp_path / "study")
    list_folders(reverse)
    found = find_pictures({"name": "KDEF", "folder": tmp_path / "study"})
    assert found.pictures["file"].tolist() == ["KDEF/AF01AFS.JPG"] and found.left_out.empty


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(InputError, match="KDEF: cannot be read [(]No such file or directory[)]. Expected KDEF's files"):
        find_pictures({"name": "KDEF", "folder": tmp_path / "KDEF"})
    touch(tmp_path, ["file"])
    with pytest.raises(InputError, match="file: cannot be read [(]Not a directory[)].*asked for at kdef.se"):
        find_pictures({"name": "KDEF", "folder": tmp_path / "file"})


@pytest.mark.parametrize("name", ["KDEF", "AffectNet", "CK+", "RAF-DB"])
def test_a_folder_that_may_not_be_read(name, tmp_path, monkeypatch):
    folder = TREES[name](tmp_path)
    scandir = os.scandir

    def denied(path):
        if Path(path) != folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", denied)
    with pytest.raises(
        InputError, match=f"{name.replace('+', '.')}/.*: cannot be read [(]Permission denied[)]. Expected"
    ):
        find_pictures({"name": name, "folder": folder})


def test_an_empty_folder_and_one_of_litter(tmp_path):
    for files in ([], [".DS_Store", "__MACOSX/AF01AFS.JPG"]):
        with pytest.raises(InputError, match="holds no files. Expected KDEF's files, such as AF01AFS.JPG"):
            find_pictures({"name": "KDEF", "folder": touch(tmp_path, files)})


def test_another_databases_folder(tmp_path):
    message = (
        "none of its 146 files is one, such as Rafd045_01_Caucasian_female_angry_frontal.jpg, Rafd045_01.*, Rafd045_01"
    )
    with pytest.raises(InputError, match=f"{message}.* Expected KDEF's files, such as AF01AFS.JPG"):
        find_pictures({"name": "KDEF", "folder": trees.rafd(tmp_path)})


def test_choices_that_take_nothing(tmp_path):
    with pytest.raises(InputError, match="none of the files of NimStim is taken: 1 calm, 1 other mouth"):
        find_pictures({"name": "NimStim", "folder": touch(tmp_path, ["01F_CA_C.bmp", "01F_AN_C.bmp"]), "mouth": "open"})


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_not_in_utf_8(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.jpg")).touch()
    with pytest.raises(InputError, match="caf\ufffd.jpg: its name is not in UTF-8. Rename it"):
        find_pictures({"name": "KDEF", "folder": tmp_path})


@pytest.mark.parametrize(
    "source, message",
    [
        ({"name": "KDEF"}, "photographs, KDEF: 'folder' is missing"),
        ({"name": "pattern", "folder": "x"}, "photographs, pattern: 'pattern' is missing. Needed are folder, pattern"),
        ({"name": "List", "folder": "x"}, "photographs, List: 'file' is missing"),
        ({"folder": "x"}, "no database of photographs is called ''"),
        ({"name": "list", "file": "x.csv", "view": "S"}, "photographs, list: no choice is called 'view'"),
    ],
)
def test_a_source_that_is_not_described(source, message):
    with pytest.raises(InputError, match=message):
        find_pictures(source)


# names of a study's own


def own(folder: Path, pattern: str, **more) -> Found:
    return find_pictures({"name": "pattern", "folder": folder, "pattern": pattern, **more})


def test_own_names(tmp_path):
    folder = touch(tmp_path / "lab", ["S1_ha.jpg", "deep/s2_HA.jpg", "S1_xx.jpg", "S1_NE.jpg", "S1.jpg", "S1_ha.txt"])
    found = own(folder, r"(?P<identity>S\d)_(?P<expression>\w\w)\.jpg", codes={"HA": "happiness", "ne": "neutral"})
    assert found.pictures[["identity", "expression", "file"]].values.tolist() == [
        ["S1", "happiness", "S1_ha.jpg"],
        ["s2", "happiness", "deep/s2_HA.jpg"],
    ]
    assert dict(zip(found.left_out["file"], found.left_out["reason"], strict=True)) == {
        "S1.jpg": "no match",
        "S1_NE.jpg": "neutral",
        "S1_ha.txt": "not a picture",
        "S1_xx.jpg": "no expression of the study",
    }
    assert (found.database, found.expressions, found.names_identities) == ("lab", ("happiness",), True)


def test_own_names_in_folders_and_by_words(tmp_path):
    touch(tmp_path, ["a/S1/Happiness.png", "S2/anger.png", "S2/more/anger.png", "calm.png"])
    found = own(tmp_path, r"(?i)(?P<identity>[^/]+)/(?P<expression>\w+)\.png")
    assert found.pictures["identity"].tolist() == ["S1", "S2", "more"]
    assert reason_of(found, "calm.png") == ["no match"]


def test_own_names_without_folders_are_of_files_alone(tmp_path):
    touch(tmp_path, ["lab_x/anger.png", "lab_x/S1_anger.png"])
    found = own(tmp_path, r"(?P<identity>.+)_(.+\W)?(?P<expression>\w+)\.png")
    assert found.pictures["identity"].tolist() == ["S1"]
    assert reason_of(found, "lab_x/anger.png") == ["no match"]


def test_own_choices_are_orders_of_preference(tmp_path):
    touch(tmp_path, ["S1_ha_c_2.jpg", "S1_ha_c_10.jpg", "S1_ha_o_1.jpg", "S1_an_o_1.jpg", "S1_ha_x_1.jpg"])
    pattern = r"(?P<identity>S\d)_(?P<expression>\w\w)_(?P<mouth>\w)_(?P<number>\d+)\.jpg"
    found = own(tmp_path, pattern, codes={"ha": "happiness", "an": "anger"}, mouth=["C", "o"])
    assert shown(found) == {"anger": "S1_an_o_1.jpg", "happiness": "S1_ha_c_2.jpg"}
    assert dict(zip(found.left_out["file"], found.left_out["reason"], strict=True)) == {
        "S1_ha_c_10.jpg": "another picture of the same expression",
        "S1_ha_o_1.jpg": "other mouth",
        "S1_ha_x_1.jpg": "other mouth",
    }


def test_a_picture_without_a_value_comes_after_those_that_are_wanted(tmp_path):
    touch(tmp_path, ["1_anger.jpg", "1_anger_L.jpg", "1_anger_R.jpg", "2_anger.jpg"])
    pattern = r"(?P<identity>\d)_(?P<expression>[a-z]+)(_(?P<view>[LR]))?[.]jpg"
    found = own(tmp_path, pattern, view="L")
    assert found.pictures["file"].tolist() == ["1_anger_L.jpg", "2_anger.jpg"]
    with pytest.raises(DesignError, match=r"differ in view \(none, l, r\).*view: \[l, r\]"):
        own(tmp_path, pattern)


def test_own_pictures_that_differ_in_what_nothing_is_said_of(tmp_path):
    touch(tmp_path, ["S1_ha_l.jpg", "S1_ha_r.jpg", "S2_ha_l.jpg", "S2_ha_r.jpg", "S3_ha_l.jpg"])
    pattern = r"(?P<identity>S\d)_(?P<expression>\w\w)_(?P<View>\w)\.jpg"
    with pytest.raises(DesignError, match=r"S1's happiness differ in View \(l, r\), and so do 1 more.*View: \[l, r\]"):
        own(tmp_path, pattern, codes={"ha": "happiness"})
    assert len(own(tmp_path, pattern, codes={"ha": "happiness"}, view=["r", "l"]).pictures) == 3
    with pytest.raises(InputError, match="View: no value is called 'front'. There are: l, r"):
        own(tmp_path, pattern, codes={"ha": "happiness"}, view="front")


def test_own_names_that_name_nobody(tmp_path):
    touch(tmp_path, ["anger_1.jpg", "anger_2.jpg", "anger_2.png", "sub/anger_1.jpg"])
    found = own(tmp_path, r"(?P<expression>[a-z]+)_\d+\.\w+")
    assert not found.names_identities
    assert found.pictures["file"].tolist() == ["anger_1.jpg", "anger_2.jpg", "sub/anger_1.jpg"]
    assert reasons(found) == {"another format of the same picture": 1}


@pytest.mark.parametrize(
    "pattern, message",
    [
        (r"(?P<identity>S\d", "no regular expression [(]missing [)], unterminated subpattern at position 0[)]"),
        (r"S\d_.*", "expected the named groups identity and expression, .* and found no group that has a name"),
        (r"(?P<identity>S\d)_(?P<expresion>..)", "and found identity, expresion"),
        (r"(?P<folder>.*)/(?P<expression>..)", "a group cannot be called folder"),
    ],
)
def test_a_wrong_pattern(pattern, message, tmp_path):
    with pytest.raises(InputError, match=message):
        own(touch(tmp_path, ["S1_HA.jpg"]), pattern)


def test_a_pattern_that_matches_nothing(tmp_path):
    with pytest.raises(
        InputError, match=r"none of its 2 files is one, such as a.jpg, b.jpg. Expected .*the pattern S\(\?P"
    ):
        own(touch(tmp_path, ["a.jpg", "b.jpg"]), r"S(?P<expression>..)")


# lists


def in_list(folder: Path, text: str) -> Found:
    folder.mkdir(exist_ok=True)
    (folder / "mine.csv").write_text(text, encoding="utf-8")
    return find_pictures({"name": "list", "file": str(folder / "mine.csv")})


def test_a_list(tmp_path):
    touch(tmp_path, ["a/1.jpg", "a/2.JPG", "a/3.jpg", "a/Zoe\u0308.jpg"])
    rows = [
        "a/1.jpg,Zoë,Anger",
        "a\\2.jpg,Zoë,fear",
        "a/4.jpg,Zoë,sadness",
        "a/3.jpg,Zoë,anger",
        "a/Zoë.jpg,Zoë,disgust",
    ]
    rows += ["a/5.jpg,Zoë,neutral", "a/._1.jpg,Zoë,anger"]
    found = in_list(tmp_path, "file,identity,expression,notes\n" + ",\n".join(rows) + ",\n")
    assert found.database == "mine" and found.names_identities
    assert shown(found, "Zoë") == {"anger": "1.jpg", "disgust": "Zoe\u0308.jpg", "fear": "2.JPG"}
    assert all(Path(path).is_file() for path in found.pictures["path"])
    assert dict(zip(found.left_out["file"], found.left_out["reason"], strict=True)) == {
        "a/3.jpg": "another picture of the same expression",
        "a/4.jpg": "no file",
        "a/5.jpg": "neutral",
    }


def test_a_list_of_absolute_paths_and_of_one_path_in_two_ways(tmp_path):
    touch(tmp_path, ["a/1.jpg", "a/2.jpg"])
    found = in_list(tmp_path / "lists", f"file,identity,expression\n{tmp_path}/a/1.jpg,x,anger\n../a//2.jpg,x,fear\n")
    assert [Path(path).resolve().name for path in found.pictures["path"]] == ["1.jpg", "2.jpg"]
    with pytest.raises(InputError, match="lines 2 and 3: the same file twice"):
        in_list(tmp_path, "file,identity,expression\na/1.jpg,x,anger\na//1.jpg,y,anger\n")


def test_a_list_that_names_nobody(tmp_path):
    found = in_list(touch(tmp_path, ["1.jpg", "2.jpg"]), "expression,file\nfear,1.jpg\nfear,2.jpg\n")
    assert not found.names_identities and len(found.pictures) == 2 and found.expressions == ("fear",)


@pytest.mark.parametrize(
    "text, message",
    [
        ("file,identity\n1.jpg,a\n", "mine.csv: no column 'expression'"),
        ("file,identity,expression\n1.jpg,,fear\n", "mine.csv, line 2: 'identity' is empty"),
        ("file,identity,expression\n1.jpg,a,joy\n", "mine.csv, line 2: no expression is called 'joy'"),
        ("file,expression\n1.jpg,fear\n\n1.jpg,anger\n", "mine.csv, lines 2 and 4: the same file twice"),
        ("file,expression\n", "mine.csv: lists no pictures"),
        ("file,expression\n9.jpg,fear\n", "none of the files of mine is taken: 1 no file"),
        ("", "mine.csv: is empty; expected the columns file, identity and expression"),
    ],
)
def test_a_wrong_list(text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        in_list(touch(tmp_path, ["1.jpg"]), text)
