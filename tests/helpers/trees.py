"""Folders of empty files that are named as each database's, with what is irregular in the real ones."""

import itertools
from collections.abc import Iterable
from pathlib import Path

import numpy as np

LITTER = ("._{}", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/._{}", ".hidden/{}", "@eaDir/{}")


def touch(folder: Path, files: Iterable[str]) -> Path:
    """Empty files, with the folders that they lie in."""
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    return folder


def kdef(root: Path) -> Path:
    """Two people in two sessions and two views, one without fear in session A; averages; a name in small letters."""
    expressions = ("AF", "AN", "DI", "HA", "NE", "SA", "SU")
    names = [
        f"KDEF_and_AKDEF/KDEF/{session}{person}/{session}{person}{expression}{view}.JPG"
        for session, person, expression, view in itertools.product("AB", ("F01", "M03"), expressions, ("S", "HL"))
    ]
    names.remove("KDEF_and_AKDEF/KDEF/AF01/AF01AFS.JPG")
    names.remove("KDEF_and_AKDEF/KDEF/AM03/AM03HAS.JPG")
    names += [f"KDEF_and_AKDEF/AKDEF/{sex}{code}{view}.JPG" for sex in "FM" for code in expressions for view in "S"]
    names += ["KDEF_and_AKDEF/KDEF/AM03/am03has.jpg", "KDEF_and_AKDEF/KDEF/Readme.pdf", "holiday.jpg"]
    return touch(
        root / "KDEF", [*names, *(f"KDEF_and_AKDEF/KDEF/AF01/{name.format('AF01ANS.JPG')}" for name in LITTER)]
    )


def nimstim(root: Path) -> Path:
    """Two people: surprise with open mouth only, happiness exuberant too; one without closed fear, in small letters."""
    kinds = [f"{code}_{mouth}" for code in ("AN", "DI", "FE", "HA", "NE", "SA", "CA") for mouth in "CO"]
    names = [f"{person}_{kind}.BMP" for person in ("01F", "20M") for kind in (*kinds, "SP_O", "HA_X")]
    names.remove("20M_FE_C.BMP")
    return touch(
        root / "NimStim", [name.lower() if name.startswith("20M") else name for name in names] + ["01F_AN_C.jpg"]
    )


def rafd(root: Path) -> Path:
    """A man, a woman and a child, numbers with a gap; other gazes and cameras; copies as `.png` and with a prefix."""
    words = ("angry", "contemptuous", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")
    names = [
        f"Rafd{camera}_{who}_{word}_{gaze}.jpg"
        for camera in ("090", "045")
        for who in ("01_Caucasian_female", "30_Moroccan_male", "73_Kid_female")
        for word in words
        for gaze in ("frontal", "left", "right")
    ]
    copies = [
        "png/Rafd090_01_Caucasian_female_angry_frontal.png",
        "cropped_Rafd090_01_Caucasian_female_sad_frontal.jpg",
    ]
    return touch(root / "RaFD", [*names, *copies])


_LABELS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "6", "6", "5", "", "twelve", "12")


def affectnet_lists(root: Path) -> Path:
    """17 rows of training and 6 of validation; files missing, in other letters, `.bmp`; a picture under two labels."""
    folder = root / "AffectNet"
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
    row = "{},-3,10,200,210,1.5;2.5,{},0.1,-2\n".format
    training = [row(f"{number % 3}/{number:03d}.jpg", label) for number, label in enumerate(_LABELS)]
    training += [row("1/two.jpg", 1), row("1/two.jpg", 2), row("1/twice.jpg", 1), row("1/twice.jpg", 1)]
    validation = [
        row(f"7/val{label}.{ending}", label) for label, ending in zip("123456", ["jpg", "bmp", "tif"] * 2, strict=True)
    ]
    lists = touch(folder, ["Manually_Annotated_file_lists/training.csv"]) / "Manually_Annotated_file_lists"
    (lists / "training.csv").write_text(header + "".join(training))
    (lists / "validation.csv").write_text("".join(validation))  # without a header, as it is given
    names = [f"{number % 3}/{number:03d}.jpg" for number in range(len(_LABELS)) if number != 12]
    names += ["1/two.jpg", "1/twice.jpg", "2/unlisted.jpg", "2/notes.txt"]
    names += ["7/val1.JPG", "7/val2.bmp", "7/val3.tif", "7/val4.jpg", "7/val5.bmp", "7/val6.tif"]
    names.remove("2/011.jpg")
    touch(folder / "Manually_Annotated_Images", [*names, "2/011.JPG"])
    touch(folder / "Automatically_Annotated_Images", ["0/a.jpg", "1/b.jpg", "2/c.jpg", "7/d.jpg"])
    return folder


def affectnet_arrays(root: Path) -> Path:
    """Numbers with gaps; labels as text, bytes, whole and decimal numbers; some damaged, pickled, without a picture."""
    folder = root / "AffectNet"
    labels = {
        ("train_set", 0): np.array("0"),
        ("train_set", 1): np.array("1"),
        ("train_set", 2): np.array(b"2"),
        ("train_set", 5): np.array(3),
        ("train_set", 6): np.array(4.0),
        ("train_set", 9): np.array(["5"]),
        ("train_set", 11): np.array("6"),
        ("train_set", 12): np.array({"label": 6}, dtype=object),
        ("train_set", 13): np.array(2.5),
        ("train_set", 15): np.array(["1", "2"]),
        ("val_set", 0): np.array("1"),
        ("val_set", 3): np.array("7"),
    }
    for (part, number), label in labels.items():
        touch(folder, [f"{part}/images/{number}.jpg", f"{part}/annotations/{number}_val.npy"])
        np.save(folder / part / f"annotations/{number}_exp.npy", label)
    touch(folder, ["train_set/images/14.jpg", "train_set/annotations/14_exp.npy", "train_set/images/20.jpg"])
    np.save(folder / "train_set/annotations/21_exp.npy", np.array("1"))
    return folder


def jaffe(root: Path) -> Path:
    """Two people with two to four pictures of an expression; names of which the tenth comes before the second."""
    names = [
        "KA.AN1.39.tiff",
        "KA.AN2.40.tiff",
        "KA.AN3.41.tiff",
        "KA.NE1.26.tiff",
        "MK.AN2.126.tiff",
        "MK.AN1.130.tiff",
    ]
    for person in ("KA", "MK"):
        names += [
            f"{person}.{code}{number}.{number + 50}.tiff"
            for code in ("DI", "FE", "HA", "SA", "SU")
            for number in (1, 2)
        ]
    return touch(root / "jaffe", [*names, "KA.HA1.51.png", "README_FIRST.txt", "jaffe_info.pdf"])


def faces(root: Path) -> Path:
    """Three people of three ages, two versions of each; one lacks version a of anger."""
    people = ("004_o_m", "066_y_m", "116_m_f")
    names = [f"{who}_{code}_{version}.jpg" for who in people for code in "adfhns" for version in "ab"]
    names.remove("066_y_m_a_a.jpg")
    return touch(root / "FACES", names)


def cfd(root: Path) -> Path:
    """One person with expressions, one with an open mouth only, one neutral."""
    names = [
        f"CFD/WF-001/CFD-WF-001-{number}-{code}.jpg" for number, code in (("003", "N"), ("004", "A"), ("005", "F"))
    ]
    names += ["CFD/WF-001/CFD-WF-001-006-HC.jpg", "CFD/WF-001/CFD-WF-001-007-HO.jpg", "CFD/BM-010/CFD-BM-010-003-N.jpg"]
    return touch(root / "CFD", [*names, "CFD/BM-011/CFD-BM-011-004-HO.jpg", "CFD/norming.xlsx"])


def ck_plus(root: Path) -> Path:
    """A labelled sequence of fear, two of happiness, contempt, an empty Emotion folder, a label without its frame."""
    folder = root / "CK+"
    for sequence, frames, label in (
        ("S005/001", 3, "   4.0000000e+00\n"),
        ("S005/003", 2, "   5.0000000e+00\n"),
        ("S005/010", 2, "   5.0000000e+00\n"),
        ("S010/002", 2, "   2.0000000e+00\n"),
        ("S010/004", 2, None),
        ("S010/005", 2, "happy\n"),
        ("S011/001", 0, "   1.0000000e+00\n"),
    ):
        stem = sequence.replace("/", "_")
        touch(folder, [f"cohn-kanade-images/{sequence}/{stem}_{frame:08d}.png" for frame in range(1, frames + 1)])
        (folder / "Emotion" / sequence).mkdir(parents=True)
        if label:
            (folder / "Emotion" / sequence / f"{stem}_{max(frames, 1):08d}_emotion.txt").write_text(label)
    return touch(
        folder, ["Landmarks/S005/001/S005_001_00000001_landmarks.txt", "cohn-kanade-images/S005/001/.DS_Store"]
    )


def raf_db(root: Path) -> Path:
    """Seven aligned pictures, one original, one missing, one not labelled, one with a label that means nothing."""
    folder = root / "RAF-DB"
    lines = [f"train_{number:05d}.jpg {number}" for number in range(1, 9)] + ["test_0001.jpg 4", "test_0002.jpg x", ""]
    touch(folder, ["basic/EmoLabel/list_patition_label.txt"])
    (folder / "basic/EmoLabel/list_patition_label.txt").write_text("\n".join(lines))
    names = [f"basic/Image/aligned/train_{number:05d}_aligned.jpg" for number in (1, 2, 3, 4, 6, 7, 8, 99)]
    names += ["basic/Image/original/train_00001.jpg"]
    return touch(
        folder, [*names, "basic/Image/aligned/test_0001_aligned.jpg", "basic/Image/aligned/test_0002_aligned.jpg"]
    )


def bu_3dfe(root: Path) -> Path:
    """One person in four strengths, with the shapes beside; fear only up to strength 03."""
    names = [
        f"F0001/F0001_{code}0{step}WH_F2D.bmp" for code in ("AN", "DI", "FE", "HA", "SA", "SU") for step in range(1, 5)
    ]
    names += [name.replace("_F2D.bmp", "_F3D.wrl") for name in names] + ["F0001/F0001_NE00WH_F2D.bmp"]
    names.remove("F0001/F0001_FE04WH_F2D.bmp")
    return touch(root / "BU_3DFE", names)


#: Database, and what makes its tree; AffectNet in its first form.
TREES = {
    "KDEF": kdef,
    "NimStim": nimstim,
    "RaFD": rafd,
    "AffectNet": affectnet_lists,
    "JAFFE": jaffe,
    "FACES": faces,
    "CFD": cfd,
    "CK+": ck_plus,
    "RAF-DB": raf_db,
    "BU-3DFE": bu_3dfe,
}
