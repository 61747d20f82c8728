"""Files that a user brings: they are found whatever they are called, and their jobs run again whenever they change."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.tables import parquet
from tests.helpers import published_formats as published
from tests.helpers import runs
from tests.helpers.small_networks import initialised

READ, DIET, FETCH = (
    ("read_pictures", "set=localizer"),
    ("render_diet", "diet=pets"),
    ("fetch", "network=fetched, seed=0"),
)
MADE = {
    READ: "results/own/stimuli/localizer.parquet",
    DIET: "results/own/diets/pets.parquet",
    FETCH: "results/own/networks/fetched/0.safetensors",
}
LIST, FOLDER, WEIGHTS = "my {set}/p{1}.csv", "{diet} {x}", "w{network}.pth"
IDENTITIES = ("{a}", "{b,c}", "{{d}}", "{")


def draw(path: Path, seed: int = 1) -> None:
    """A picture that has nothing but noise; as a BMP, so that all have one size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(generator(seed, path.name).integers(0, 256, (20, 20, 3), dtype=np.uint8)).save(path)


def write_weights(path: Path, seed: int) -> None:
    small = {"name": "vgg16", "width": 0.0625, "input_size": 32, "classes": 4}
    published.write_torch(path, initialised(small, seed).state_dict(), zip_file=True)


@pytest.fixture(scope="module")
def config(tiny, tmp_path_factory) -> Path:
    """A study on a list of pictures, a folder and a weight file of the user's own, all with braces in their names."""

    def own(content: dict) -> None:
        content["study"] = "own"
        content["stimuli"]["sets"]["localizer"] = {"source": "pictures", "table": LIST}
        content["diets"]["pets"] = {"source": "folder", "folder": FOLDER, "classes": 2, "images": 2, "heldout": 1}
        fetched = {key: content["networks"]["untrained"][key] for key in ("architecture", "input", "layers")}
        content["networks"]["fetched"] = {**fetched, "seeds": [0], "weights": {"from": [WEIGHTS]}}

    return runs.reconfigured(tiny[1], tmp_path_factory.mktemp("configured") / "own", own)


@pytest.fixture(scope="module")
def finished(tiny, config, tmp_path_factory) -> Path:
    """A folder with the user's files, and what is made of them."""
    folder = tmp_path_factory.mktemp("own")
    rows = ["file,identity,expression"]
    for number, identity in enumerate(IDENTITIES):
        for expression in EXPRESSIONS:
            name = f"{identity}_{expression}.bmp"
            draw((folder / LIST).parent / name)
            rows.append(f'"{name}",{number},{expression}')
    (folder / LIST).write_text("\n".join(rows))
    for label in ("cats", "{dogs}"):
        for number in range(3):
            draw(folder / FOLDER / label / f"{label}{{{number}}}.bmp")
    write_weights(folder / WEIGHTS, 1)
    runs.finish(tiny[0], config, folder, *MADE.values())
    return folder


def test_names_with_braces_are_read(finished):
    stimuli = parquet.read(finished / MADE[READ])["stimulus"]
    assert set(stimuli) == {
        f"localizer/{identity}_{expression}" for identity in IDENTITIES for expression in EXPRESSIONS
    }
    diet = parquet.read(finished / MADE[DIET])
    assert set(diet["stimulus"]) == {f"pets/{x}/{x}{{{n}}}.bmp" for x in ("cats", "{dogs}") for n in range(3)}
    assert (finished / MADE[FETCH]).exists()


def test_whole_study_is_planned_with_braces_in_names(tiny, config, finished):
    planned = {rule for rule, _ in runs.planned(tiny[0], config, finished)}
    assert {"study_report", "compare", "localize"} <= planned and not planned & {"read_pictures", "fetch"}


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Another file of this name, older than all results, as unzip and `rsync -a` leave it."""
    path.unlink()
    write(path)
    os.utime(path, (946684800, 946684800))  # the year 2000


def test_files_that_are_replaced_by_older_ones_are_read_again(tiny, config, finished):
    def planned() -> set:
        return runs.planned(tiny[0], config, finished, *MADE.values())

    picture, labelled = (finished / LIST).parent / "{a}_fear.bmp", finished / FOLDER / "{dogs}/{dogs}{1}.bmp"
    files = {path: path.read_bytes() for path in (picture, finished / LIST, labelled, finished / WEIGHTS)}
    assert planned() == set()
    replace(picture, lambda path: draw(path, 2))
    assert planned() == {READ}
    replace(picture, lambda path: path.write_bytes(files[path]))
    replace(finished / LIST, lambda path: path.write_bytes(files[path].replace(b"}_fear", b"}_FEAR")))
    replace(labelled, lambda path: draw(path, 2))
    assert planned() == {READ, DIET}
    replace(labelled, lambda path: path.write_bytes(files[path]))
    replace(finished / WEIGHTS, lambda path: write_weights(path, 2))
    assert planned() == {READ, FETCH}
    for path, content in files.items():
        path.write_bytes(content)  # newer than all results
    draw(finished / FOLDER / "cats/._hidden.bmp")
    assert planned() == set()


@pytest.mark.parametrize(
    ("module", "again"),
    [("own_pictures", {READ}), ("labelled_folder", {DIET}), ("picture_files", {READ, DIET}), ("faces/render", set())],
)
def test_only_what_a_reader_reads_is_read_again_when_it_is_edited(tiny, config, finished, module, again):
    with runs.edited(tiny[0] / f"mien/stimuli/{module}.py"):
        assert runs.planned(tiny[0], config, finished, *MADE.values()) == again


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'file,identity,expression\n"a.png,ann,fear\n' + b"b.png,ann,anger\n" * 500, ["line 2", "quotation mark"]),
        (b"file,identity,expression\n" + b"a" * 5000 + b",ann,fear\n", ["ann", "0 pictures of 'anger'"]),
        (None, ["cannot be read", "Is a directory"]),
    ],
    ids=["quote", "long_name", "directory"],
)
def test_list_that_cannot_be_read_is_planned_and_the_job_says_why(tiny, config, tmp_path, content, said):
    (tmp_path / LIST).parent.mkdir()
    if content is None:
        (tmp_path / LIST).mkdir()
    else:
        (tmp_path / LIST).write_bytes(content)
    done = runs.run(tiny[0], config, tmp_path, MADE[READ])
    assert done.returncode != 0 and "Traceback" not in done.stdout
    assert [line for line in done.stdout.splitlines() if all(word in line for word in (LIST, *said))], done.stdout
