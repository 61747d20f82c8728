from pathlib import Path

import pandas as pd
import pytest

from mien import tables
from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.human import read_published

PUBLISHED = Path(__file__).parents[1] / "resources" / "published" / "confusion_published.csv"


def edited(folder, edit):
    """The published file as `edit` leaves it."""
    frame = edit(pd.read_csv(PUBLISHED))
    frame.to_csv(folder / "people.csv", index=False)
    return folder / "people.csv"


def line_of(frame, **cell):
    """Index of one human cell; its line in the file is two more."""
    here = (frame[list(cell)] == pd.Series(cell)).all(axis=1) & (frame["observer"] == "human")
    return frame.index[here][0]


def test_published_matrices_of_people(tmp_path):
    people = read_published(PUBLISHED)
    assert people["set"].drop_duplicates().tolist() == ["controlled", "wild"]
    assert people["true_expression"].tolist() == [e for e in EXPRESSIONS for _ in EXPRESSIONS] * 2
    assert people["response_expression"].tolist() == [*EXPRESSIONS] * 12
    diagonal = people[people["true_expression"] == people["response_expression"]].groupby("set")["proportion"].mean()
    assert diagonal.round(3).to_dict() == {"controlled": 0.735, "wild": 0.468}  # the data card's
    assert people[["layer", "seed", "group", "draw", "classifier", "n_units", "n"]].isna().all(axis=None)
    tables.write("confusion", people, tmp_path / "confusion.parquet", {})
    assert len(tables.read(tmp_path / "confusion.parquet")) == 72


def test_published_matrices_of_networks():
    networks = read_published(PUBLISHED, "vgg_face")
    assert networks.groupby("set").size().to_dict() == {"controlled": 36, "wild": 36}
    assert networks["proportion"].iloc[0] == 0.6855


def test_unknown_expression_names_its_line(tmp_path):
    def misspell(frame):
        row = line_of(frame, stimuli="wild", true_expression="fear", response_expression="surprise")
        frame.loc[row, "response_expression"] = "surprize"
        return frame

    path = edited(tmp_path, misspell)
    with pytest.raises(InputError, match=r"people.csv, line \d+: response_expression 'surprize' is none of anger, "):
        read_published(path)


@pytest.mark.parametrize("value", ["1.2", "-0.1", "n/a?", ""])
def test_a_value_that_is_no_proportion_names_its_line(tmp_path, value):
    def spoil(frame):
        frame["proportion"] = frame["proportion"].astype(str)
        frame.loc[line_of(frame, stimuli="controlled", true_expression="anger"), "proportion"] = value
        return frame

    path = edited(tmp_path, spoil)
    line = line_of(pd.read_csv(PUBLISHED), stimuli="controlled", true_expression="anger") + 2
    with pytest.raises(InputError, match=f"line {line}: proportion '.*' is not a proportion from 0 to 1"):
        read_published(path)


def test_missing_cell_is_named(tmp_path):
    path = edited(tmp_path, lambda f: f.drop(line_of(f, true_expression="sadness", response_expression="disgust")))
    with pytest.raises(InputError, match="'controlled' has no row for true expression sadness and response disgust"):
        read_published(path)


def test_repeated_cell_is_refused(tmp_path):
    path = edited(tmp_path, lambda f: pd.concat([f, f.loc[[line_of(f, true_expression="sadness")]]]))
    with pytest.raises(InputError, match="line 218: .* stands there twice"):
        read_published(path)


def test_row_that_does_not_sum_to_one_is_named(tmp_path):
    def lose(frame):
        frame.loc[line_of(frame, true_expression="happiness", response_expression="happiness"), "proportion"] -= 0.05
        return frame

    path = edited(tmp_path, lose)
    with pytest.raises(
        InputError, match=r"from line \d+: .*'controlled', true expression happiness, sum to 0\.9\d\d; exp"
    ):
        read_published(path)


def test_no_people_no_column_no_file(tmp_path):
    with pytest.raises(InputError, match="no row of observer 'human'"):
        read_published(edited(tmp_path, lambda f: f[f["observer"] != "human"]))
    with pytest.raises(InputError, match="no column stimuli; expected observer, stimuli, "):
        read_published(edited(tmp_path, lambda f: f.drop(columns="stimuli")))
    with pytest.raises(InputError, match="nowhere.csv: cannot be read as a CSV"):
        read_published(tmp_path / "nowhere.csv")
