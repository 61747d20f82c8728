"""Near-copies of the London photographs, and the errors that they are."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mien.draws import generator
from mien.errors import DesignError
from mien.stimuli.photographs import alignment, cutouts, duplicates
from mien.stimuli.photographs.duplicates import COPIES, check_duplicates, near_copies, shared_identities
from mien.stimuli.photographs.landmark_files import read_tem
from mien.stimuli.photographs.reading import grey, read_photograph

SIZE, DISTANCE, HEIGHT = 128, 0.34, 0.42


def listed(sets, identity=None, expression="anger", file=None) -> pd.DataFrame:
    n = len(sets)
    return pd.DataFrame(
        {
            "set": sets,
            "identity": identity if identity is not None else [f"KDEF/F{k:02d}" for k in range(n)],
            "expression": expression,
            "file": file if file is not None else [f"{k}.jpg" for k in range(n)],
        }
    )


def noise(n: int, name: str) -> np.ndarray:
    """Pictures that are nothing like one another."""
    coarse = generator("test", "duplicates", name).uniform(0, 255, (n, 32, 32))
    return coarse.repeat(2, 1).repeat(2, 2)


@pytest.fixture(scope="module")
def people(london):
    """Aligned pictures of some people, with what aligned them."""
    made = []
    for path in sorted(london.glob("*_03.jpg"))[:12]:
        landmarks = read_tem(path.with_suffix(".tem"))
        transform = alignment.on_eyes([landmarks], SIZE, DISTANCE, HEIGHT)
        photograph = read_photograph(path)
        made.append((photograph, landmarks, transform, alignment.resample(grey(photograph, "bt601"), transform, SIZE)))
    return made


def saved_again(picture: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(np.rint(picture).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)).astype(float)


def cropped_and_small(photograph, landmarks) -> np.ndarray:
    """The photograph cropped and reduced, aligned by its own landmarks."""
    box, share = (40, 30, 420, 410), 0.6
    side = round(share * (box[2] - box[0]))
    small = photograph.crop(box).resize((side, side), Image.Resampling.LANCZOS)
    points = (landmarks.points - box[:2] + 0.5) * side / (box[2] - box[0]) - 0.5
    transform = alignment.on_eyes([landmarks._replace(points=points)], SIZE, DISTANCE, HEIGHT)
    return alignment.resample(grey(small, "bt601"), transform, SIZE)


def whole(picture, landmarks, transform):
    return picture


def cut(how):
    def made(picture, landmarks, transform):
        outline = cutouts.OUTLINES[how](alignment.move(landmarks, transform))
        return cutouts.cut_out(picture, cutouts.mask(outline, SIZE))

    return made


@pytest.mark.parametrize("shown", [whole, cut("outline"), cut("ellipse")], ids=["whole", "outline", "ellipse"])
def test_copies_are_found_and_other_people_are_not(people, shown):
    pictures, names = [], []
    for k, (photograph, landmarks, transform, picture) in enumerate(people):
        versions = (picture, saved_again(picture, 40), np.clip(1.25 * picture + 8, 0, 255),
                    cropped_and_small(photograph, landmarks))  # fmt: skip
        pictures += [shown(version, landmarks, transform) for version in versions]
        names += [k] * len(versions)
    found = near_copies(pictures, listed(["localizer"] * len(names), identity=names))
    assert (found["identity_a"] == found["identity_b"]).all() and len(found) == 6 * len(people)
    assert found["correlation"].between(COPIES, 1 + 1e-6).all()


def test_pairs_are_named_within_and_across_sets_in_the_order_given():
    pictures = noise(5, "pairs")
    pictures[3], pictures[4] = pictures[0], pictures[1] / 2 + 10
    frame = listed(["localizer", "localizer", "wild", "localizer", "controlled"], expression=list("abcde"))
    found = near_copies(iter(pictures), frame)
    assert found[["file_a", "file_b"]].to_numpy().tolist() == [["0.jpg", "3.jpg"], ["1.jpg", "4.jpg"]]
    assert found["set_b"].tolist() == ["localizer", "controlled"] and found["expression_b"].tolist() == ["d", "e"]
    assert found["correlation"].to_numpy() == pytest.approx([1, 1], abs=1e-6)


def test_blocks_change_nothing(monkeypatch):
    pictures = noise(11, "blocks")
    pictures[7:] = pictures[[0, 6, 3, 0]] + generator("test", "blocks", "more").normal(0, 12, (4, 64, 64))
    frame = listed(["wild"] * 11)
    at_once = near_copies(pictures, frame)
    assert len(at_once) == 5
    monkeypatch.setattr(duplicates, "_BLOCK", 3)
    pd.testing.assert_frame_equal(near_copies(pictures, frame), at_once, check_exact=True)


def test_the_decision_is_taken_in_double_precision(monkeypatch):
    pictures = noise(2, "limit")
    pictures[1] = pictures[0] + generator("test", "limit", "noise").normal(0, 10, (64, 64))
    frame = listed(["wild"] * 2)
    correlation = near_copies(pictures, frame)["correlation"].iloc[0]
    for limit, n in ((correlation, 1), (np.nextafter(correlation, 2), 0)):
        monkeypatch.setattr(duplicates, "COPIES", limit)
        assert len(near_copies(pictures, frame)) == n


def test_pictures_without_detail_are_nobodys_copies():
    pictures = [np.full((64, 64), 90.0), np.full((64, 64), 90.0), np.zeros((64, 64))]
    assert near_copies(pictures, listed(["wild"] * 3)).empty


def test_no_pictures_have_no_copies():
    found = near_copies([], listed([]))
    assert found.empty and {"file_a", "set_b", "correlation"} <= set(found)
    check_duplicates(found, shared_identities(listed([])))


def test_people_of_the_localizer_in_a_set_that_tests_it():
    frame = listed(
        ["localizer", "localizer", "controlled", "wild", "wild", "morphs"],
        identity=["KDEF/F01", "KDEF/F02", "KDEF/F02", "KDEF/F02", "RaFD/F01", "KDEF/F01"],
    )
    assert shared_identities(frame).to_numpy().tolist() == [["KDEF/F02", "controlled"], ["KDEF/F02", "wild"]]


NOBODY = shared_identities(listed([]))


def pairs(*sets: tuple[str, str]) -> pd.DataFrame:
    first, second = (listed(list(side)) for side in zip(*sets, strict=True))
    second["identity"], second["file"] = "RaFD/03", "copy_" + second["file"]
    return pd.concat([first.add_suffix("_a"), second.add_suffix("_b")], axis=1).assign(correlation=0.9911)


@pytest.mark.parametrize(
    "sets", [("wild", "wild"), ("localizer", "localizer"), ("localizer", "controlled"), ("wild", "localizer")]
)
def test_a_copy_within_a_set_or_between_localizer_and_test_is_an_error_that_names_both(sets):
    with pytest.raises(DesignError) as error:
        check_duplicates(pairs(sets), NOBODY)
    for part in (f"{sets[0]}: 0.jpg (KDEF/F00, anger)", f"{sets[1]}: copy_0.jpg (RaFD/03, anger)", ".991"):
        assert part in str(error.value)


@pytest.mark.parametrize("sets", [("controlled", "wild"), ("localizer", "morphs")])
def test_other_copies_are_no_error(sets):
    check_duplicates(pairs(sets), NOBODY)


def test_one_message_has_all_people_and_pairs_up_to_a_number():
    shared = pd.DataFrame({"identity": ["KDEF/F01", "KDEF/M05"], "set": ["controlled", "wild"]})
    with pytest.raises(DesignError) as error:
        check_duplicates(pairs(*[("wild", "wild")] * 43, ("localizer", "wild")), shared)
    text = str(error.value)
    assert "43 pictures" in text and "39.jpg" in text and "40.jpg" not in text and "... and 3 more" in text
    assert "controlled: KDEF/F01" in text and "wild: KDEF/M05" in text and "localizer: 43.jpg" in text


def test_a_common_outline_on_black_makes_no_copies():
    disc = np.hypot(*(np.mgrid[:64, :64] - 31.5)) < 24
    faces = np.where(disc, 150 + noise(4, "outline") / 50, 0)
    assert near_copies(faces, listed(["wild"] * 4)).empty
    assert len(near_copies([*faces, faces[0]], listed(["wild"] * 5))) == 1


def test_pictures_under_64_pixels_are_too_small_to_be_told_from_copies():
    picture = generator("small").integers(1, 255, (32, 32)).astype(np.uint8)
    assert near_copies([picture, picture], listed(["controlled", "wild"])).empty
    large = np.kron(picture, np.ones((2, 2), np.uint8))
    assert len(near_copies([large, large], listed(["controlled", "wild"]))) == 1


def test_each_stimulus_is_listed_with_its_file():
    stimuli = pd.DataFrame(
        {
            "set": ["localizer", "wild", "wild"],
            "identity": ["KDEF/F01", "KDEF/F02", "KDEF/F01"],
            "expression": ["fear", "fear", "anger"],
            "image": [b"1", b"2", b"3"],
            "source": "photographs",
        }
    )
    files = stimuli[["identity", "expression"]].assign(file=["a.jpg", "b.jpg", "c.jpg"], database="KDEF")
    spare = pd.DataFrame({"identity": ["KDEF/F09"], "expression": ["fear"], "file": ["spare.jpg"]})
    found = duplicates.listed(stimuli, {"wild": pd.concat([spare, files[1:]]), "localizer": files[:1]})
    assert found["file"].tolist() == ["a.jpg", "b.jpg", "c.jpg"] and found["image"].tolist() == [b"1", b"2", b"3"]
