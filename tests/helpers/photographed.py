"""What a lab may hold: rendered faces in folders that are named as four databases name them, and their landmarks."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from mien.expressions import EXPRESSIONS
from mien.stimuli import sets
from mien.stimuli.faces import parametric
from mien.stimuli.ict.faces import Faces
from mien.stimuli.photographs.landmark_files import write_table
from mien.stimuli.photographs.schemes import Landmarks
from mien.stimuli.pictures import decode_png
from tests.helpers.made_up import face

SIDE, SIZE = 96, 64  # of the photographs, and of the stimuli: in smaller ones no copies are looked for
#: In KDEF's and NimStim's letters, in RaFD's words and AffectNet's numbers, in the order of `EXPRESSIONS`.
KDEF, NIMSTIM = ("AN", "DI", "AF", "HA", "SA", "SU"), ("AN", "DI", "FE", "HA", "SA", "SP")
RAFD = ("angry", "disgusted", "fearful", "happy", "sad", "surprised")
AFFECTNET = (6, 5, 4, 1, 2, 3)
ROTATED = 6  # EXIF: turn it right to see it upright
VARIATION = {"intensity_low": 0.9, "intensity_high": 1, "jitter": 0.2, "light": 10}
SETS = {
    "localizer": {
        "source": "photographs",
        "databases": [{"name": name, "folder": f"photographs/{name}"} for name in ("KDEF", "NimStim")],
        "identities": 6,
    },
    "controlled": {"source": "photographs", "databases": [{"name": "rafd", "folder": "photographs/RaFD"}]},
    "wild": {
        "source": "photographs",
        "databases": [{"name": "AffectNet", "folder": "photographs/AffectNet"}],
        "per_expression": 3,
        "incomplete": "drop",
    },
    "morphs": {
        "source": "photographs",
        "of": "localizer",
        "continua": ["happiness-anger", "disgust-sadness"],
        "levels": 9,
        "mouth": "weighted",
    },
}  # fmt: skip


def configure(content: dict) -> None:
    """Make the tiny study one of these photographs."""
    content["study"] = "photographed"
    content["stimuli"] |= {"size": SIZE, "sets": SETS, "landmarks": {"files": "landmarks"}}


def points() -> Landmarks:
    """Where eyes and mouth of the rendered faces are, more or less."""
    middle = np.array([47.5, 29.5])
    made_up = face(middle, 24)
    return made_up._replace(points=middle + (made_up.points - middle) * [1, 1.22])


def people(name: str, count: int) -> Callable[[int, str], np.ndarray]:
    """Pictures of rendered people, (SIDE, SIDE) uint8, by person and expression."""
    shown = decode_png(
        sets.expression_set(parametric, "parametric", name, count, EXPRESSIONS, VARIATION, SIDE, 1)["image"]
    )
    return lambda person, expression: shown[person * len(EXPRESSIONS) + EXPRESSIONS.index(expression)]


def save(path: Path, picture: np.ndarray, turned: bool = False) -> None:
    """A picture in colour; `turned` as a camera held upright stores it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(np.rot90(picture) if turned else picture).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = ROTATED if turned else 1
    image.save(path, **({"exif": exif} if path.suffix.lower() != ".bmp" else {}), **_best(path))


def _best(path: Path) -> dict:
    return {"quality": 95, "subsampling": 0} if path.suffix.lower() in (".jpg", ".jpeg") else {}


def write_pts(path: Path, landmarks: Landmarks) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(f"{x + 1} {y + 1}" for x, y in landmarks.points)
    path.write_text(f"version: 1\nn_points: {len(landmarks.points)}\n{{\n{lines}\n}}\n")


def write(folder: Path) -> Path:
    """All of it in a folder, with what is irregular in the real ones."""
    root, given = folder / "photographs", folder / "landmarks"
    _kdef(root, given)
    _nimstim(root, given)
    _rafd(root, given)
    _affectnet(root, given)
    for litter in ("KDEF/._AF01AFS.JPG", "NimStim/Thumbs.db", "RaFD/.DS_Store", "AffectNet/desktop.ini"):
        (root / litter).write_bytes(b"litter")
    return folder


def _kdef(root: Path, given: Path) -> None:
    """Four people in two sessions; M02 without fear in session A; disgust is stored turned, as its EXIF data say."""
    shown = people("kdef", 4)
    for person, session in itertools.product(range(4), "AB"):
        who = f"{session}{'FM'[person % 2]}{person + 1:02d}"
        for code, expression in zip(KDEF, EXPRESSIONS, strict=True):
            if (who, code) != ("AM02", "AF"):
                file = f"{who}/{who}{code}S.JPG"
                save(root / "KDEF" / file, shown(person, expression), turned=code == "DI")
                write_pts((given / "KDEF" / file).with_suffix(".pts"), points())
        save(root / f"KDEF/{who}/{who}NES.JPG", shown(person, "fear"))
        (root / f"KDEF/{who}/{who}ANFR.JPG").write_bytes(b"")  # a profile


def _nimstim(root: Path, given: Path) -> None:
    """Three people, surprise with an open mouth only; one in small letters."""
    shown = people("nimstim", 3)
    for person in range(3):
        for code, expression in zip(NIMSTIM, EXPRESSIONS, strict=True):
            for mouth in "O" if code == "SP" else "CO":
                file = f"{person + 1:02d}F_{code}_{mouth}.BMP"
                file = file.lower() if person == 1 else file
                save(root / "NimStim" / file, shown(person, expression))
                write_pts((given / "NimStim" / file).with_suffix(".pts"), points())


def _rafd(root: Path, given: Path) -> None:
    """Three people with numbers that have gaps, looking ahead and to the side."""
    shown = people("rafd", 3)
    for file, person, expression in _rafd_files():
        save(root / "RaFD" / file, shown(person, expression))
        save(root / "RaFD" / file.replace("frontal", "left"), shown(person, expression)[:, ::-1])
        write_pts((given / "RaFD" / file).with_suffix(".pts"), points())


def _rafd_files() -> list[tuple[str, int, str]]:
    return [
        (f"Rafd090_{number}_{who}_{word}_frontal.jpg", person, expression)
        for person, (number, who) in enumerate(
            (("01", "Caucasian_female"), ("30", "Moroccan_male"), ("73", "Kid_female"))
        )
        for word, expression in zip(RAFD, EXPRESSIONS, strict=True)
    ]


def rendered_rafd(folder: Path, face_model: Path, upside_down: tuple[int, str]) -> None:
    """The same names for faces that a detector takes for such, rendered at 224 pixels; one of them upside down."""
    drawn = sets.expression_set(Faces(face_model), "ict", "rafd", 3, EXPRESSIONS, VARIATION, 224, 1)
    for (file, person, expression), picture in zip(_rafd_files(), decode_png(drawn["image"]), strict=True):
        save(folder / file, picture[::-1, ::-1] if (person, expression) == upside_down else picture)


def _affectnet(root: Path, given: Path) -> None:
    """Nobody's 36 pictures, one of them truncated, one empty; landmarks of each in a CSV beside."""
    shown = people("affectnet", 6)
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
    rows = [header]
    for person, (label, expression) in itertools.product(range(6), zip(AFFECTNET, EXPRESSIONS, strict=True)):
        file = f"{person}/{label}{person}.{'png' if person == 3 else 'jpg'}"
        path = root / "AffectNet/Manually_Annotated_Images" / file
        save(path, shown(person, expression))
        rows.append(f"{file},-3,10,90,90,1.5;2.5,{label},0.1,-2\n")
        if (person, expression) in ((0, "anger"), (1, "fear")):
            path.write_bytes(path.read_bytes()[: 900 if person else 0])
        write_one(given / "AffectNet/Manually_Annotated_Images" / file, points())
    rows.append("0/gone.jpg,0,0,9,9,1;2,1,0,0\n0/contempt.jpg,0,0,9,9,1;2,7,0,0\n")
    lists = root / "AffectNet/Manually_Annotated_file_lists"
    lists.mkdir()
    (lists / "training.csv").write_text("".join(rows))


def write_one(file: Path, landmarks: Landmarks) -> None:
    """A picture's own plain CSV."""
    write_table(file.with_suffix(".csv"), {file.name: landmarks})
