from pathlib import Path

import pandas as pd
import pytest

from mien import tables
from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.human import TRIALS, read, read_all, read_published, with_identities

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
    with pytest.raises(InputError, match="no column stimuli; expected trials .* matrix with columns observer, stim"):
        read_published(edited(tmp_path, lambda f: f.drop(columns="stimuli")))
    with pytest.raises(InputError, match="nowhere.csv: cannot be read as a CSV"):
        read_published(tmp_path / "nowhere.csv")


TRIAL_ROWS = """observer,subject,stimulus,set,identity,true_expression,response_expression,rt
students,7,f1,controlled,Ann,fear,surprise,0.8
students,7,f2,controlled,Ann,anger,,
students,8,f1,controlled,Ann,fear,fear,1.25
patients,1,f1,controlled,Ann,fear,fear,2
"""


def trials(folder, text=TRIAL_ROWS):
    (folder / "trials.csv").write_text(text)
    return folder / "trials.csv"


def test_trials_of_any_number_of_people(tmp_path):
    people = read(trials(tmp_path))
    assert people.trials.columns.tolist() == list(TRIALS)
    assert people.trials["subject"].tolist() == ["7", "7", "8", "1"]  # text, whatever it looks like
    assert people.trials["rt"].tolist()[::2] == [0.8, 1.25] and people.trials["rt"].isna().sum() == 1
    assert people.trials["response_expression"].isna().tolist() == [False, True, False, False]
    matrix = people.confusion.set_index(["observer", "true_expression", "response_expression"])
    assert matrix.loc[("students", "fear", "surprise"), ["n", "proportion"]].tolist() == [1, 0.5]
    assert matrix.loc[("patients", "fear", "fear"), ["n", "proportion"]].tolist() == [1, 1]
    assert matrix["proportion"].isna().sum() == 2 * 30 and len(matrix) == 72
    tables.write("confusion", people.confusion, tmp_path / "confusion.parquet", {})


def test_trials_need_no_observer_no_identity_and_no_time(tmp_path):
    people = read(trials(tmp_path, "subject,stimulus,set,true_expression,response_expression\na,f1,wild,fear,fear\n"))
    assert people.trials["observer"].tolist() == ["human"]
    assert people.trials[["identity", "rt", "layer", "seed", "group", "draw", "classifier"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("8,f1", ",f1", "line 4: subject 'nan' is empty: every trial has a subject"),
        ("fear,surprise", "afraid,surprise", "line 2: true_expression 'afraid' is not one of anger, "),
        ("fear,surprise", "fear,neutral", "line 2: response_expression 'neutral' is neither empty nor one of anger, "),
        ("Ann,fear,fear,1.25", "Ann,anger,fear,1.25", "line 4: true_expression 'anger' is not what the stimulus shows"),
        ("Ann,fear,fear,1.25", "Bea,fear,fear,1.25", "line 4: identity 'Bea' is not whom the stimulus shows in an ear"),
        ("1.25", "-1", "line 4: rt '-1.0' is not a time in seconds above 0"),
        ("1.25", "quick", "line 4: rt 'quick' is not a time in seconds above 0"),
        ("patients", "", "line 5: observer 'nan' is empty: name the group of people"),
        ("stimulus,set", "stimulus,series", "no column set; expected trials with columns subject, stimulus, set, "),
    ],
)
def test_a_bad_trial_names_its_line(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message):
        read(trials(tmp_path, TRIAL_ROWS.replace(old, new, 1)))


def test_a_file_without_trials_is_refused(tmp_path):
    with pytest.raises(InputError, match="no trials; expected one row a decision"):
        read(trials(tmp_path, TRIAL_ROWS.splitlines()[0] + "\n"))


def test_a_matrix_is_told_by_its_columns(tmp_path):
    people = read(PUBLISHED)
    pd.testing.assert_frame_equal(people.confusion, read_published(PUBLISHED))
    assert people.trials.empty and people.trials.columns.tolist() == list(TRIALS)
    renamed = edited(tmp_path, lambda f: f.rename(columns={"stimuli": "set"}))
    pd.testing.assert_frame_equal(read(renamed).confusion, people.confusion)


def test_decisions_of_a_matrix_where_their_number_is_known(tmp_path):
    people = read(edited(tmp_path, lambda f: f.assign(n=200))).confusion
    assert people["n"].tolist() == [round(200 * p) for p in people["proportion"]]
    half = edited(tmp_path, lambda f: f.assign(n=f["n"] if "n" in f else [None] * 72 + [67] * (len(f) - 72)))
    known = read(half).confusion.groupby("set")["n"].count()
    assert sorted(known) == [0, 36]

    def mixed(frame):
        frame["n"] = 200
        frame.loc[line_of(frame, stimuli="wild", true_expression="fear", response_expression="surprise"), "n"] = 100
        return frame

    with pytest.raises(InputError, match=r"line \d+: n '100' is not that of the true expression's other rows"):
        read(edited(tmp_path, mixed))
    with pytest.raises(InputError, match="n '0.5' is not a whole number above 0, or empty"):
        read(edited(tmp_path, lambda f: f.assign(n=0.5)))


def test_several_files_are_all_peoples(tmp_path):
    both = read_all([PUBLISHED, trials(tmp_path)])
    assert both.confusion.groupby("observer").size().to_dict() == {"human": 72, "patients": 36, "students": 36}
    assert len(both.trials) == 4
    tables.write("confusion", both.confusion, tmp_path / "confusion.parquet", {})
    with pytest.raises(InputError, match="observer 'human' answers to set 'controlled' in .*published.csv already"):
        read_all([PUBLISHED, PUBLISHED])


def test_identities_are_the_studys_where_it_shows_the_stimulus(tmp_path):
    people = read(trials(tmp_path, TRIAL_ROWS.replace("Ann", "")))
    shown = pd.DataFrame({"set": ["controlled", "wild"], "stimulus": ["f1", "f2"], "identity": ["Eve", "Dan"]})
    filled = with_identities(people, shown.assign(true_expression="fear"))
    assert filled.trials["identity"].tolist() == ["Eve", "stimulus f2", "Eve", "Eve"]
    with pytest.raises(InputError, match="stimulus 'f1' of set 'controlled' is said to show fear, and in the study it"):
        with_identities(people, shown.assign(true_expression="anger"))


def test_a_matrix_of_ones_own_people_stands_beside_the_published_one(tmp_path):
    published = pd.read_csv(PUBLISHED)
    own = published[published["observer"] == "human"].assign(observer="students")
    own.to_csv(tmp_path / "own.csv", index=False)
    both = read_all([PUBLISHED, tmp_path / "own.csv"]).confusion
    assert both.groupby("observer", sort=False).size().to_dict() == {"human": 72, "students": 72}
