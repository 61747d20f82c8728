"""A user's own folder of labelled pictures: a draw that nothing else changes, and what is wrong with it is named."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mien.errors import InputError
from mien.stimuli import diets, folders, labelled_folder
from mien.stimuli.pictures import decode_png
from mien.tables import parquet


@pytest.fixture
def folder(tmp_path):
    """Two classes of seven pictures of different sizes and formats."""
    noise = np.random.default_rng(1)
    for label in ("dogs", "cats"):
        for number in range(7):
            path = tmp_path / "pets" / label / f"{number}{('.png', '.JPG')[number % 2]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(noise.integers(0, 255, (20 + number, 20 + number, 3), dtype=np.uint8)).save(path)
        (tmp_path / "pets" / label / "notes.txt").write_text("no picture")
    return tmp_path / "pets"


def read(folder, seed=1, **more):
    design = {"folder": str(folder), "classes": 2, "images": 4, "heldout": 2, **more}
    return labelled_folder.diet("d", design, [], {}, 24, seed)


def test_a_folders_subfolders_are_its_classes(folder, tmp_path):
    frame = read(folder)
    assert frame.groupby(["label", "split"]).size().to_dict() == {
        ("cats", "heldout"): 2,
        ("cats", "train"): 4,
        ("dogs", "heldout"): 2,
        ("dogs", "train"): 4,
    }
    assert decode_png(frame["image"]).shape == (12, 24, 24, 3)
    assert frame["stimulus"].is_unique and frame["stimulus"].str.match(r"d/(cats|dogs)/\d\.(png|JPG)$").all()
    assert frame["source"].unique().tolist() == ["pets"] and frame["expression"].isna().all()
    parquet.write(diets.DIET, frame, tmp_path / "d.parquet", {})


def test_a_folders_pictures_are_a_draw_of_the_seed(folder):
    names = [read(folder, seed)["stimulus"].tolist() for seed in (1, 1, 2)]
    assert names[0] == names[1] != names[2]
    assert names[0] != sorted(names[0])


def test_what_systems_leave_in_folders_changes_no_draw(folder):
    before = read(folder)
    for of_class in (folder / "cats", folder / "dogs", folder / ".hidden", folder / "__MACOSX", folder / "@eaDir"):
        of_class.mkdir(exist_ok=True)
        for name in (".DS_Store", "._0.png", ".0.jpg", "Thumbs.db", "desktop.ini"):
            (of_class / name).write_bytes(b"x")
    (folder / "cats/00.png").mkdir()
    (folder / "._cats").write_bytes(b"x")
    pd.testing.assert_frame_equal(read(folder), before)
    assert len(folders.class_folders(folder)) == 2
    assert [len(folders.pictures_in(of_class)) for of_class in folders.class_folders(folder)] == [7, 7]


def test_a_link_that_leads_nowhere_is_no_reason_to_draw_others(folder):
    before = read(folder)
    lost = next(
        path for path in folders.pictures_in(folder / "cats") if f"d/cats/{path.name}" in set(before["stimulus"])
    )
    lost.unlink()
    lost.symlink_to("nowhere.png")
    with pytest.raises(InputError, match=f"cats/{lost.name} does not exist"):
        read(folder)


def test_a_folder_that_cannot_be_listed_is_named(folder, tmp_path):
    for path in (folder / "cats/0.png", tmp_path / ("a" * 5000), tmp_path / "nowhere"):
        with pytest.raises(InputError, match="cannot be read"):
            folders.class_folders(path)
    with pytest.raises(InputError, match="is no folder"):
        read(tmp_path / ("a" * 5000))


def test_a_name_that_is_not_utf8_is_named(folder):
    for path in folders.pictures_in(folder / "cats"):
        path.rename(path.with_name(f"{path.stem}\udce9{path.suffix}"))  # as Python gives a byte E9
    with pytest.raises(InputError, match="cats/\\d\N{REPLACEMENT CHARACTER}.*: its name is not in UTF-8. Rename"):
        read(folder)


def test_pictures_are_turned_as_their_exif_data_say(folder):
    before = read(folder)
    exif = Image.Exif()
    exif[0x0112] = 6
    for path in (folder / "cats").glob("*.png"):
        with Image.open(path) as picture:
            picture.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    pd.testing.assert_frame_equal(read(folder), before)


def test_a_picture_with_transparency_is_named(folder):
    Image.new("RGB", (20, 20)).save(folder / "dogs/2.png", transparency=(0, 0, 0))
    with pytest.raises(InputError, match=r"dogs/2.png declares a transparent colour"):
        read(folder, images=5)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere is no folder. Expected one with a subfolder"):
        read(tmp_path / "nowhere")


def test_as_many_classes_as_subfolders_are_needed(folder):
    with pytest.raises(InputError, match="pets has 2 subfolders, one a class, and classes is 3"):
        read(folder, classes=3)


def test_a_class_with_too_few_pictures_is_named(folder):
    with pytest.raises(InputError, match="cats holds 7 pictures; expected at least 8: 4 to train on and 4 to test"):
        read(folder, heldout=4)


def test_a_picture_that_is_not_square_is_named(folder):
    Image.new("RGB", (30, 20)).save(folder / "dogs" / "3.JPG")
    with pytest.raises(InputError, match=r"dogs/3.JPG is 30 x 20 pixels; expected a square"):
        read(folder, images=5)


def test_pictures_grey_and_in_colour_are_refused(folder):
    Image.new("L", (20, 20)).save(folder / "dogs" / "3.JPG")
    with pytest.raises(InputError, match="some pictures are grey and some in colour"):
        read(folder, images=5)


def test_a_picture_that_could_be_trained_on_and_tested_with_is_refused(folder):
    (folder / "dogs" / "2.png").write_bytes((folder / "cats" / "4.png").read_bytes())
    with pytest.raises(InputError, match=r"the same picture more than once: .*cats/4.png, .*dogs/2.png. Keep one"):
        read(folder, images=5)
