"""From folders of photographs, named as their databases name them, to stimuli, morphs, figures and claims."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.photographs.alignment import move, on_eyes, resample
from mien.stimuli.photographs.cutouts import face_outline, mask
from mien.stimuli.photographs.detection import detect
from mien.stimuli.photographs.landmark_files import read_table
from mien.stimuli.photographs.schemes import eyes
from mien.stimuli.pictures import decode_png
from mien.tables import parquet
from tests.helpers import photographed, runs
from tests.helpers.places import SHARED

RESULTS = "results/photographed"
SAD = "Rafd090_01_Caucasian_female_sad_frontal"
MADE = [f"{RESULTS}/stimuli/{name}.parquet" for name in photographed.SETS]


@pytest.fixture(scope="module")
def config(tiny, tmp_path_factory) -> Path:
    return runs.reconfigured(tiny[1], tmp_path_factory.mktemp("configured") / "it", photographed.configure)


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Path:
    """A folder with the photographs and their landmarks. Leave it as it is."""
    return photographed.write(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def finished(tiny, config, held, tmp_path_factory) -> tuple[Path, str]:
    """A copy of it with the stimuli that are made of it, and what was said. Leave it as it is."""
    folder = tmp_path_factory.mktemp("finished") / "study"
    shutil.copytree(held, folder)
    return folder, runs.finish(tiny[0], config, folder, *MADE)


@pytest.fixture
def copy(finished, tmp_path) -> Path:
    return shutil.copytree(finished[0], tmp_path / "study")


@pytest.fixture
def fresh(held, tmp_path) -> Path:
    return shutil.copytree(held, tmp_path / "study")


def read(folder: Path, name: str) -> pd.DataFrame:
    return parquet.read(folder / RESULTS / f"{name}.parquet")


def test_two_databases_make_one_localizer(finished):
    localizer = read(finished[0], "stimuli/localizer")
    people = localizer["identity"].unique().tolist()
    assert len(people) == 6 and {who.partition("/")[0] for who in people} == {"KDEF", "NimStim"}
    assert set(people) < {f"KDEF/{who}" for who in ("F01", "M02", "F03", "M04")} | {f"NimStim/0{n}F" for n in "123"}
    assert localizer["expression"].tolist() == list(EXPRESSIONS) * 6
    assert set(localizer["source"]) == {"photographs"} and localizer["stimulus"].is_unique
    chosen = read(finished[0], "photographs/localizer/pictures").set_index(["identity", "expression"])["file"]
    assert chosen["KDEF/M02", "fear"] == "BM02/BM02AFS.JPG" and chosen["NimStim/02F", "anger"] == "02f_an_c.bmp"


def test_pictures_are_upright_aligned_and_cut_out(finished):
    localizer = read(finished[0], "stimuli/localizer").set_index("stimulus")["image"]
    disgust = decode_png([localizer["localizer/KDEF/M02/disgust"]])[0].astype(float)
    shown = photographed.people("kdef", 4)(1, "disgust")  # which was stored turned, and compressed
    transform = on_eyes([photographed.points()], photographed.SIZE, 0.28, 0.4)
    cut = mask(face_outline(move(photographed.points(), transform)), photographed.SIZE)
    expected = resample(shown.astype(np.float32), transform, photographed.SIZE)
    assert np.abs(disgust - expected * cut).mean() < 2 and (disgust[cut == 0] == 0).all()


def test_every_file_that_is_not_shown_has_its_reason_and_is_counted(finished):
    left = read(finished[0], "photographs/localizer/left_out")
    counts = left.groupby(["database", "reason"]).size()
    assert counts["KDEF", "other view"] == 8 and counts["KDEF", "neutral"] == 8
    assert counts["KDEF", "other session"] == 23 and counts["NimStim", "other mouth"] == 15
    assert counts.groupby("reason").sum()["not drawn"] == 6 and not left["file"].str.contains(r"\._|Thumbs").any()
    assert (finished[0] / RESULTS / "photographs/localizer/left_out.csv").read_text().count("\n") == len(left) + 1
    for said in ("localizer, KDEF: 24 of 63 files are taken, of 4 identities", "23 left out: other session"):
        assert said in finished[1]


def test_rejected_pictures_of_nobody_are_replaced_and_told(finished):
    wild, rejected = read(finished[0], "stimuli/wild"), read(finished[0], "photographs/wild/rejected")
    assert wild["expression"].value_counts().to_dict() == dict.fromkeys(EXPRESSIONS, 3)
    assert wild["identity"].is_unique
    reasons = rejected.set_index("file")["reason"]
    assert reasons["Manually_Annotated_Images/0/60.jpg"] == "empty file"
    assert reasons["Manually_Annotated_Images/1/41.jpg"] == "unreadable"
    assert reasons.value_counts()["not drawn"] == 36 - 18 - 2
    assert "AffectNet/Manually_Annotated_Images/1/41.jpg" not in set(wild["identity"])
    assert "1 left out: unreadable" in finished[1] and "it cannot be the localizer" in finished[1]


def test_morphs_are_of_the_localizers_people(finished):
    morphs = read(finished[0], "stimuli/morphs")
    assert len(morphs) == 6 * 2 * 9
    assert set(morphs["identity"]) == set(read(finished[0], "stimuli/localizer")["identity"])
    assert morphs.groupby(["identity", "continuum"], sort=False)["level"].apply(list).map(tuple).nunique() == 1
    pictures = dict(zip(morphs["stimulus"], decode_png(morphs["image"]).astype(float), strict=True))
    ends = read(finished[0], "stimuli/localizer").set_index("stimulus")["image"]
    for who in set(morphs["identity"]):
        first, last = decode_png([ends[f"localizer/{who}/happiness"], ends[f"localizer/{who}/anger"]]).astype(float)
        near, far = (pictures[f"morphs/{who}/happiness-anger/{level}"] for level in ("0.100", "0.900"))
        assert np.abs(near - first).mean() < np.abs(near - last).mean()
        assert np.abs(far - last).mean() < np.abs(far - first).mean()


def test_what_changes_is_made_again_and_nothing_else(tiny, config, copy):
    def planned() -> set:
        return {rule for rule, _ in runs.planned(tiny[0], config, copy, *MADE)}

    assert planned() == set()
    (copy / "photographs/RaFD/notes.txt").write_text("nothing of interest")
    os.utime(copy / "photographs/RaFD/Rafd090_01_Caucasian_female_sad_frontal.jpg")
    assert planned() == set()
    picture = copy / "photographs/RaFD/Rafd090_01_Caucasian_female_sad_frontal.jpg"
    before = read(copy, "stimuli/controlled").set_index("stimulus")["sha256"]
    photographed.save(picture, np.full((96, 96), 90, np.uint8))
    os.utime(picture, (946684800, 946684800))  # older than all results, as unzip leaves it
    runs.finish(tiny[0], config, copy, *MADE)
    after = read(copy, "stimuli/controlled").set_index("stimulus")["sha256"]
    assert after.index[before != after].tolist() == ["controlled/RaFD/01/sadness"]
    photographed.write_pts((copy / "landmarks/KDEF/AF01/AF01HAS.pts"), photographed.points())
    assert planned() == set()
    moved = photographed.points()._replace(points=photographed.points().points + 1)
    photographed.write_pts((copy / "landmarks/KDEF/AF01/AF01HAS.pts"), moved)
    assert {"read_landmarks", "prepare_photographs", "morph"} <= planned()


def test_landmarks_that_are_read_can_be_corrected_and_given(tiny, config, copy):
    def corrected(content: dict) -> None:
        content["stimuli"]["landmarks"]["files"] = {name: f"{name}.csv" for name in ("localizer", "controlled", "wild")}

    before = {name: read(copy, f"stimuli/{name}")["sha256"].tolist() for name in photographed.SETS}
    for name in ("localizer", "controlled", "wild"):
        (copy / f"{name}.csv").write_bytes((copy / RESULTS / f"photographs/{name}/landmarks.csv").read_bytes())
    runs.finish(tiny[0], runs.reconfigured(config, copy, corrected), copy, *MADE)
    assert {name: read(copy, f"stimuli/{name}")["sha256"].tolist() for name in photographed.SETS} == before


def spoil_pictures(folder: Path) -> None:
    """Three pictures that are none, in three ways."""
    rafd = folder / "photographs/RaFD"
    (rafd / "Rafd090_01_Caucasian_female_sad_frontal.jpg").write_text("<html><body>404 Not Found</body></html>")
    (rafd / "Rafd090_30_Moroccan_male_angry_frontal.jpg").write_bytes(b"")
    photographed.save(rafd / "Rafd090_73_Kid_female_happy_frontal.jpg", np.zeros((1, 1), np.uint8))


def spoil_landmarks(folder: Path) -> None:
    """Landmarks outside of the picture, in another order, of nobody."""
    given, faces = folder / "landmarks/RaFD", photographed.points()
    photographed.write_pts(
        given / "Rafd090_01_Caucasian_female_sad_frontal.pts", faces._replace(points=faces.points * 3)
    )
    swapped = faces._replace(points=faces.points[:, ::-1].copy())
    photographed.write_pts(given / "Rafd090_30_Moroccan_male_angry_frontal.pts", swapped)
    (given / "Rafd090_73_Kid_female_happy_frontal.pts").unlink()


def delete(folder: Path) -> None:
    for word in ("sad", "angry"):
        (folder / f"photographs/RaFD/Rafd090_01_Caucasian_female_{word}_frontal.jpg").unlink()
    (folder / "photographs/RaFD/Rafd090_73_Kid_female_happy_frontal.jpg").unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_pictures, ["3 of 18 pictures", "female_sad_frontal.jpg (RaFD/01, sadness): not a picture",
                          "angry_frontal.jpg (RaFD/30, anger): empty file", "(RaFD/73, happiness): too small",
                          "incomplete: drop"]),
        (spoil_landmarks, ["3 of 18 pictures", "(RaFD/01, sadness): landmarks outside the picture",
                           "(RaFD/30, anger): landmarks in another order", "(RaFD/73, happiness): no landmarks"]),
        (delete, ["2 of 3 identities", "RaFD 01: no anger, sadness", "RaFD 73: no happiness"]),
        (lambda folder: shutil.rmtree(folder / "photographs/RaFD"), ["RaFD: cannot be read", "rafd.socsci"]),
        (lambda folder: [file.unlink() for file in (folder / "photographs/RaFD").iterdir()], ["holds no files"]),
        (lambda folder: (folder / f"landmarks/RaFD/{SAD}.pts").write_text("n_points: 5"),
         [f"{SAD}.pts", "expected an iBUG file"]),
    ],
    ids=["pictures", "landmarks", "gaps", "no_folder", "empty_folder", "no_landmark_file"],
)  # fmt: skip
def test_bad_input_ends_in_one_message_with_all_of_it(tiny, config, fresh, spoil, said):
    spoil(fresh)
    done = runs.run(tiny[0], config, fresh, f"{RESULTS}/stimuli/controlled.parquet")
    assert done.returncode != 0 and "Traceback" not in done.stdout, done.stdout
    for words in said:
        assert words in done.stdout, done.stdout


def test_identities_of_rejected_pictures_are_dropped_where_the_study_says_so(tiny, config, fresh):
    def drop(content: dict) -> None:
        content["stimuli"]["sets"]["controlled"] |= {"incomplete": "drop", "identities": 2}

    rafd = fresh / "photographs/RaFD"
    (rafd / "Rafd090_01_Caucasian_female_sad_frontal.jpg").write_bytes(b"")
    runs.finish(tiny[0], runs.reconfigured(config, fresh, drop), fresh, f"{RESULTS}/stimuli/controlled.parquet")
    assert set(read(fresh, "stimuli/controlled")["identity"]) == {"RaFD/30", "RaFD/73"}
    rejected = read(fresh, "photographs/controlled/rejected")
    assert rejected["reason"].value_counts().to_dict() == {"incomplete identity": 5, "empty file": 1}
    assert set(rejected["identity"]) == {"RaFD/01"}


def test_landmarks_are_detected_where_none_are_given(tiny, config, tmp_path):
    model, face_model = SHARED / "photographs/face_landmarker.task", SHARED / "ict_facekit/face_model.npz"
    if not (model.is_file() and face_model.is_file()):
        pytest.skip("no copy of the face landmarker, or of the ICT face model, beside the project")
    try:
        list(detect([], model))
    except InputError as reason:
        pytest.skip(str(reason))

    def detected(content: dict) -> None:
        content["stimuli"]["landmarks"] = {"from": [str(model)]}
        content["stimuli"]["sets"]["controlled"]["incomplete"] = "drop"

    folder = tmp_path / "study"
    photographed.rendered_rafd(folder / "photographs/RaFD", face_model, upside_down=(1, "fear"))
    made = f"{RESULTS}/stimuli/controlled.parquet"
    runs.finish(tiny[0], runs.reconfigured(config, folder, detected), folder, made)
    assert set(read(folder, "stimuli/controlled")["identity"]) == {"RaFD/01", "RaFD/73"}
    rejected = read(folder, "photographs/controlled/rejected").set_index("expression")
    assert rejected.loc["fear", "reason"] == "upside down" and set(rejected["identity"]) == {"RaFD/30"}
    found = read_table(folder / RESULTS / "photographs/controlled/landmarks.csv")
    assert len(found) == 17 and {face.scheme for face in found.values()} == {"mediapipe478"}
    places = np.array([eyes(face) for face in found.values()])
    assert np.ptp(places, axis=0).max() < 6  # rendered in one place, but that no two faces are alike


@pytest.mark.slow
def test_photographs_make_a_whole_study(tiny, config, copy):
    runs.finish(tiny[0], config, copy)
    identification = read(copy, "tables/identification")
    assert identification["same_identities"].all()
    assert (copy / RESULTS / "report.zip").exists() and (copy / RESULTS / "figures/fig9_claims.png").exists()
    assert (copy / RESULTS / "figures/rejected_wild.png").exists() and read(copy, "tables/duplicates").empty


def test_people_of_the_localizer_and_copies_of_its_pictures_stop_the_study(tiny, config, copy):
    def shared(content: dict) -> None:
        kdef = {"name": "KDEF", "folder": "photographs/KDEF"}
        content["stimuli"]["sets"]["controlled"] = {"source": "photographs", "databases": [kdef]}

    made = f"{RESULTS}/tables/duplicates.parquet"
    done = runs.run(tiny[0], runs.reconfigured(config, copy, shared), copy, made)
    assert done.returncode != 0 and "Traceback" not in done.stdout
    assert (
        "identities of the localizer that are in a set that tests it" in done.stdout
        and "controlled: KDEF/M02" in done.stdout
    )


def give_the_study_its_own(content: dict) -> None:
    content["stimuli"]["landmarks"]["files"] = {"wild": f"{RESULTS}/photographs/wild/landmarks.csv"}


def call_two_folders_alike(content: dict) -> None:
    own = {"name": "pattern", "pattern": "(?P<identity>[0-9]+)_(?P<expression>[a-z]+)[.]png"}
    for name, folder in (("localizer", "first/faces"), ("controlled", "second/faces")):
        content["stimuli"]["sets"][name] = {"source": "photographs", "databases": [{**own, "folder": folder}]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (give_the_study_its_own, "photographs/wild/landmarks.csv is made anew by the study. Copy it"),
        (call_two_folders_alike, "would both be called faces"),
    ],
)
def test_what_would_mix_up_or_lose_work_stops_the_study_at_once(tiny, config, tmp_path, change, said):
    done = runs.run(tiny[0], runs.reconfigured(config, tmp_path, change), tmp_path, "--dry-run")
    assert done.returncode != 0 and said in done.stdout and "Traceback" not in done.stdout, done.stdout
