"""What is wrong ends the run before or at the job concerned, with a message that helps, and finished results stay."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mien.configuration.criteria import ALPHAS
from mien.expressions import EXPRESSIONS
from mien.networks.zoo.vgg import layers_of
from mien.tables import parquet
from tests.helpers import runs

CELL = "results/tiny/cells/pixels/image/0"


def assert_message(done: subprocess.CompletedProcess, *words: str) -> None:
    """The run failed, and one line of what it says has all the words; no one has to read a traceback."""
    assert done.returncode != 0, done.stdout
    assert [line for line in done.stdout.splitlines() if all(word in line for word in words)], done.stdout
    assert "Traceback" not in done.stdout


def put(*keys: str | int, value: object) -> Callable[[dict], None]:
    """A change of a configuration: a value under a path of keys."""

    def change(config: dict) -> None:
        for key in keys[:-1]:
            config = config[key]
        config[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            put("selectivity", "alpha_expresion", value=0.01),
            ["selectivity", "'alpha_expresion'", "Did you mean 'alpha_expression'?"],
            id="misspelt_key",
        ),
        pytest.param(
            put("networks", "face_trained", "layers", 0, value="conv9_9"),
            ["networks.face_trained", "'conv9_9'", ", ".join(layers_of("vgg16"))],
            id="unknown_layer",
        ),
        pytest.param(
            put("selectivity", "alpha_expression", value=1.5),
            ["selectivity.alpha_expression", "1.5"],
            id="alpha_of_1.5",
        ),
        pytest.param(
            put("selectivity", "alpha_identity", value=0.013),
            ["selectivity.alpha_identity", "0.013", ", ".join(map(str, ALPHAS))],
            id="alpha_off_the_grid",
        ),
        pytest.param(
            put("stimuli", "sets", "morphs", "continua", 1, value="happiness-boredom"),
            ["stimuli.sets.morphs.continua", "'happiness-boredom'", ", ".join(EXPRESSIONS)],
            id="unknown_expression",
        ),
        pytest.param(
            put("networks", "untrained", "seeds", value=[0, 1, 0]),
            ["networks.untrained.seeds", "0 is listed twice"],
            id="seed_twice",
        ),
    ],
)
def test_wrong_configuration_stops_the_run_before_it_starts(tiny, study, change, words):
    before = runs.results(study)
    assert_message(runs.run(tiny[0], runs.reconfigured(tiny[1], study, change), study), "configuration: ", *words)
    assert runs.results(study) == before


def test_key_that_stands_twice_in_any_configuration_file(tiny, tmp_path):
    """Of which Snakemake has kept the last without a word, when the Snakefile is read."""
    (tmp_path / "more.json").write_text('{"decoding": {"shuffles": 1},\n "decoding": {}}')
    done = runs.run(*tiny, tmp_path, "--dry-run", "--configfile", tiny[1], tmp_path / "more.json")
    assert_message(done, f"{tmp_path}/more.json, lines 1 and 2: the key decoding stands there twice")


def test_key_that_stands_twice_in_the_default_study(tiny, tmp_path):
    project = runs.copy_project(tiny[0], tmp_path / "mien")
    default = project / "config/config.yaml"
    lines = default.read_text(encoding="utf-8").splitlines()
    default.write_text("\n".join([*lines, "study: mine", ""]), encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--snakefile", project / "Snakefile", "--dry-run"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    first = next(number for number, line in enumerate(lines, 1) if line.startswith("study:"))
    assert_message(done, f"{default}, lines {first} and {len(lines) + 1}: the key study stands there twice")


def test_locale_that_is_not_utf8(tiny, tmp_path):
    config = tmp_path / "study.yaml"
    config.write_text("# André’s\n" + tiny[1].read_text(encoding="utf-8"), encoding="utf-8")
    ascii_alone = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        runs.command(tiny[0], config, tmp_path, "results/tiny/stimuli/controlled.parquet"),
        env=os.environ | ascii_alone, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert len(parquet.read(tmp_path / "results/tiny/stimuli/controlled.parquet")) == 24


def test_file_in_place_of_the_results_folder(tiny, tmp_path):
    (tmp_path / "results").write_text("mine")
    assert_message(runs.run(*tiny, tmp_path), f"{tmp_path}/results", "cannot be written", "--directory")
    assert (tmp_path / "results").read_text() == "mine"


def test_results_folder_that_cannot_be_written(tiny, study):
    before = runs.results(study)
    (study / "results/tiny").chmod(0o555)
    command = runs.command(*tiny, study, *runs.TABLES)
    if os.geteuid() == 0:  # root may write anywhere, unless it gives its capabilities up
        as_anyone = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        if not shutil.which("setpriv") or subprocess.run([*as_anyone, "true"], capture_output=True).returncode != 0:
            pytest.skip("root that cannot give up its capabilities")
        command = as_anyone + command
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert_message(done, f"{study}/results/tiny", "cannot be written", "--directory")
    assert runs.results(study) == before


def flip(content: bytes) -> bytes:
    place = len(content) // 8  # in a page of values
    return content[:place] + bytes(255 - byte for byte in content[place : place + 16]) + content[place + 16 :]


def tear(content: bytes) -> bytes:
    return content[: len(content) // 2]


def test_damaged_intermediate_is_named_and_made_anew_once_deleted(tiny, tiny_study, study):
    groups = study / CELL / "groups.parquet"
    targets = [*runs.TABLES, f"{CELL}/groups.parquet"]
    whole = groups.read_bytes()
    untouched = {path: digest for path, digest in runs.results(study).items() if CELL not in path}
    for damage in (flip, tear):
        groups.write_bytes(damage(whole))
        assert_message(runs.run(*tiny, study, *targets), f"{CELL}/groups.parquet", "Delete it and run")
        assert untouched.items() <= runs.results(study).items()
    groups.unlink()
    runs.finish(*tiny, study, *targets)
    assert runs.results(study) == runs.results(tiny_study)


@pytest.fixture
def own_pictures(tiny_study, tmp_path) -> Path:
    """The pictures of the tiny study's localizer as a user would bring them: files, and a CSV that lists them."""
    localizer = parquet.read(tiny_study / "results/tiny/stimuli/localizer.parquet")
    rows = []
    for row in localizer.itertuples():
        file = f"{row.identity}-{row.expression}.png".replace("/", "_")
        (tmp_path / file).write_bytes(row.image)
        rows.append({"file": file, "identity": row.identity, "expression": row.expression})
    pd.DataFrame(rows).to_csv(tmp_path / "people.csv", index=False)
    return tmp_path / "people.csv"


def bring(table: Path) -> Callable[[dict], None]:
    """A change of a configuration: the user's own pictures as localizer of a study of their own."""

    def change(config: dict) -> None:
        config["study"] = "own"
        config["stimuli"]["sets"]["localizer"] = {"source": "pictures", "table": str(table)}

    return change


def test_own_pictures_select_the_same_units(tiny, study, own_pictures):
    config = runs.reconfigured(tiny[1], study, bring(own_pictures))
    units = "cells/pixels/image/0/units.parquet"
    runs.finish(tiny[0], config, study, f"results/own/{units}")
    ours = parquet.read(study / "results/tiny" / units)
    assert ours["f_expression"].notna().any()
    pd.testing.assert_frame_equal(parquet.read(study / "results/own" / units), ours)


def test_expression_that_one_identity_lacks(tiny, study, own_pictures):
    rows = pd.read_csv(own_pictures)
    identity = rows["identity"][0]
    rows[(rows["identity"] != identity) | (rows["expression"] != "fear")].to_csv(own_pictures, index=False)
    config = runs.reconfigured(tiny[1], study, bring(own_pictures))
    before = runs.results(study)
    done = runs.run(tiny[0], config, study, "results/own/stimuli/localizer.parquet")
    assert_message(done, str(own_pictures), f"'{identity}'", "'fear'", "Add the missing row")
    assert runs.results(study) == before


def test_list_of_pictures_in_another_encoding(tiny, study, own_pictures):
    own_pictures.write_bytes(own_pictures.read_bytes() + "André.png,André,fear\n".encode("latin-1"))
    config = runs.reconfigured(tiny[1], study, bring(own_pictures))
    done = runs.run(tiny[0], config, study, "results/own/stimuli/localizer.parquet")
    assert_message(done, str(own_pictures), "UTF-8")


HEADER = "subject,stimulus,set,true_expression,response_expression\n"


@pytest.fixture
def answers(tmp_path) -> Path:
    """Where participants' answers are."""
    return tmp_path / "own.csv"


def ask(answers: Path) -> Callable[[dict], None]:
    """A change of a configuration: networks are compared with these participants."""
    return put("comparison", value={"human": [str(answers)]})


def test_wrong_answers_of_participants_leave_a_finished_study_as_it_is(tiny, study, answers):
    answers.write_text(f"{HEADER}\n1,controlled-000/fear,controlled,fear,afraid\n")
    before = {path: digest for path, digest in runs.results(study).items() if "/participants/" not in path}
    assert_message(
        runs.run(tiny[0], runs.reconfigured(tiny[1], study, ask(answers)), study), f"{answers}, line 3", "'afraid'"
    )
    assert before.items() <= runs.results(study).items()


@pytest.mark.parametrize(
    ("stimuli", "words", "made"),
    [
        (["controlled-000/fear", ""], ["own.csv, line 3", "every trial has a stimulus"], {"networks"}),
        (
            ["controlled-000/fear", "controlled-001/fear.png"],
            ["1 of 2 stimuli", "'controlled-001/fear.png' (is it 'controlled-001/fear'?)"],
            {"networks", "participants", "stimuli"},
        ),
    ],
)
def test_wrong_answers_of_participants_stop_the_run_before_networks_are_made(
    tiny, answers, tmp_path, stimuli, words, made
):
    answers.write_text(HEADER + "".join(f"1,{stimulus},controlled,fear,fear\n" for stimulus in stimuli))
    config = runs.reconfigured(tiny[1], tmp_path / "asked", ask(answers))
    assert_message(runs.run(tiny[0], config, tmp_path, "--cores", "1"), *words)
    files = [Path(path) for path in runs.results(tmp_path)]
    assert {file.parts[2] for file in files} <= made | {"environment.csv"}
    assert {file.name for file in files if file.parts[2] == "networks"} <= {"layers.csv", "input.json"}


def test_participants_who_are_called_like_a_network(tiny, answers, tmp_path):
    answers.write_text(f"observer,{HEADER}untrained,1,controlled-000/fear,controlled,fear,fear\n")
    config = runs.reconfigured(tiny[1], tmp_path / "asked", ask(answers))
    done = runs.run(tiny[0], config, tmp_path, "results/tiny/participants/answers.parquet")
    assert_message(done, str(answers), "'untrained'", "networks.untrained")
