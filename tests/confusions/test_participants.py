import pandas as pd
import pytest

from mien.confusions.answers import read, read_all, read_published
from mien.confusions.matching import match
from mien.confusions.matrices import CONFUSION, Confusion
from mien.confusions.observers import OBSERVER_TRIALS
from mien.confusions.participants import from_tables, of_participants
from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.tables import parquet
from tests.helpers import places

PUBLISHED = places.PUBLISHED / "confusion_published.csv"


def edited(folder, edit):
    """The published file as `edit` leaves it."""
    frame = edit(pd.read_csv(PUBLISHED))
    frame.to_csv(folder / "people.csv", index=False)
    return folder / "people.csv"


def line_of(frame, **cell):
    """Index of one human cell; its line in the file is two more."""
    here = (frame[list(cell)] == pd.Series(cell)).all(axis=1) & (frame["observer"] == "human")
    return frame.index[here][0]


def test_published_matrices_of_participants(tmp_path):
    people = read_published(PUBLISHED)
    assert people["set"].drop_duplicates().tolist() == ["controlled", "wild"]
    assert people["true_expression"].tolist() == [e for e in EXPRESSIONS for _ in EXPRESSIONS] * 2
    assert people["response_expression"].tolist() == [*EXPRESSIONS] * 12
    diagonal = people[people["true_expression"] == people["response_expression"]].groupby("set")["proportion"].mean()
    assert diagonal.round(3).to_dict() == {"controlled": 0.735, "wild": 0.468}  # the data card's
    assert people[["layer", "seed", "group", "draw", "classifier", "n_units", "n"]].isna().all(axis=None)
    parquet.write(CONFUSION, people, tmp_path / "confusion.parquet", {})
    assert len(parquet.read(tmp_path / "confusion.parquet")) == 72


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
    with pytest.raises(
        InputError, match="nowhere.csv: cannot be read .No such file.*; expected trials with columns subj"
    ):
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


def test_trials_of_any_number_of_participants(tmp_path):
    people = read(trials(tmp_path))
    assert people.trials.columns.tolist() == OBSERVER_TRIALS.names
    assert people.trials["subject"].tolist() == ["7", "7", "8", "1"]  # text, whatever it looks like
    assert people.trials["rt"].tolist()[::2] == [0.8, 1.25] and people.trials["rt"].isna().sum() == 1
    assert people.trials["response_expression"].isna().tolist() == [False, True, False, False]
    matrix = people.confusion.set_index(["observer", "true_expression", "response_expression"])
    assert matrix.loc[("students", "fear", "surprise"), ["n", "proportion"]].tolist() == [1, 0.5]
    assert matrix.loc[("patients", "fear", "fear"), ["n", "proportion"]].tolist() == [1, 1]
    assert matrix["proportion"].isna().sum() == 2 * 30 and len(matrix) == 72
    parquet.write(CONFUSION, people.confusion, tmp_path / "confusion.parquet", {})


def test_trials_need_no_observer_no_identity_and_no_time(tmp_path):
    people = read(trials(tmp_path, "subject,stimulus,set,true_expression,response_expression\na,f1,wild,fear,fear\n"))
    assert people.trials["observer"].tolist() == ["human"]
    assert people.trials[["identity", "rt", "layer", "seed", "group", "draw", "classifier"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("8,f1", ",f1", "line 4: subject '' is empty: every trial has a subject"),
        ("fear,surprise", "afraid,surprise", "line 2: true_expression 'afraid' is not one of anger, "),
        ("fear,surprise", "fear,calm", "line 2: response_expression 'calm' is neither empty nor one of anger, "),
        ("Ann,fear,fear,1.25", "Ann,anger,fear,1.25", "line 4: true_expression 'anger' is not what the stimulus shows"),
        ("Ann,fear,fear,1.25", "Bea,fear,fear,1.25", "line 4: identity 'Bea' is not whom the stimulus shows in an ear"),
        ("1.25", "-1", "line 4: rt '-1' is not a time in seconds above 0"),
        ("1.25", "quick", "line 4: rt 'quick' is not a time in seconds above 0"),
        ("1.25", "inf", "line 4: rt 'inf' is not a time in seconds above 0"),
        ("1.25", '"1,25"', "line 4: rt '1,25' is not a time in seconds above 0"),
        ("1.25", "1,25", "line 4: 9 values, and the header names 8 columns"),
        ("students,8,f1", "\n\nstudents,,f1", "line 6: subject '' is empty"),
        ("controlled,Ann,fear,fear,1.25", ",Ann,fear,fear,1.25", "line 4: set '' is empty"),
        (
            "controlled,Ann,fear,surprise",
            "controlled,Ann,NA,surprise",
            "line 2: true_expression 'NA' is not one of anger",
        ),
        ("patients", "", "line 5: observer '' is empty: name the group of participants"),
        ("stimulus,set", "stimulus,series", "no column set; expected trials with columns subject, stimulus, set, "),
    ],
)
def test_a_bad_trial_names_its_line(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message):
        read(trials(tmp_path, TRIAL_ROWS.replace(old, new, 1)))


def test_a_file_without_trials_is_refused(tmp_path):
    with pytest.raises(InputError, match="has no row below its header; expected trials"):
        read(trials(tmp_path, TRIAL_ROWS.splitlines()[0] + "\n"))


def test_participants_may_know_other_expressions_than_the_study(tmp_path):
    shown = ["anger", "fear", "sadness", "neutral"]
    rows = [f"1,{true},wild,{true},{answer}" for true in shown for answer in [true, "neutral"]]
    path = trials(tmp_path, "\n".join(["subject,stimulus,set,true_expression,response_expression", *rows]))
    table = read(path).confusion
    assert table["true_expression"].unique().tolist() == [*EXPRESSIONS, "neutral"] and len(table) == 49
    matrix = Confusion.from_table(table)
    assert matrix.shared(["neutral", "fear", "disgust", "anger"]) == ("neutral", "fear", "anger")
    (said,) = read_all({"own": path}, [], ["wild"], [*EXPRESSIONS, "contempt"])[1]
    assert said.endswith("set 'wild': confusions are compared over the expressions that the study shows, too: anger, "
                         "fear, sadness")  # fmt: skip
    assert read_all({"own": path}, [], ["wild"], shown)[1] == []


def test_a_matrix_of_four_expressions_is_whole(tmp_path):
    four = ["anger", "fear", "sadness", "neutral"]
    rows = [("wild", "human", true, answer, 0.25) for true in four for answer in four]
    columns = ["stimuli", "observer", "true_expression", "response_expression", "proportion"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "four.csv", index=False)
    assert len(read(tmp_path / "four.csv").confusion) == 16
    pd.DataFrame(rows[:-1], columns=columns).to_csv(tmp_path / "four.csv", index=False)
    with pytest.raises(InputError, match="no row for true expression neutral and response neutral; all 16 are needed"):
        read(tmp_path / "four.csv")


def test_a_matrix_is_told_by_its_columns(tmp_path):
    people = read(PUBLISHED)
    pd.testing.assert_frame_equal(people.confusion, read_published(PUBLISHED))
    assert people.trials.empty and people.trials.columns.tolist() == OBSERVER_TRIALS.names
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
    for n in ("0.5", "0", "many", "inf"):
        with pytest.raises(InputError, match=f"n '{n}' is not a whole number above 0, or empty"):
            read(edited(tmp_path, lambda f, n=n: f.assign(n=n)))
    assert read(edited(tmp_path, lambda f: f.assign(n="NaN"))).confusion["n"].isna().all()


def test_several_files_are_all_peoples(tmp_path):
    both, told = read_all({"published": PUBLISHED, "own": trials(tmp_path)}, ["vgg_face"], ["controlled"], EXPRESSIONS)
    assert both.confusion.groupby("observer").size().to_dict() == {"human": 72, "patients": 36, "students": 36}
    assert len(both.trials) == 4  # of the published sets, wild is none of the study's
    assert [sentence.partition(": observer ")[2] for sentence in told] == [
        f"'{observer}', set 'controlled': nothing is compared, which needs 3 expressions that the study shows, too "
        "(fear)"
        for observer in ("students", "patients")
    ]
    for schema, table in zip((CONFUSION, OBSERVER_TRIALS), both, strict=True):
        parquet.write(schema, table, tmp_path / f"{schema.name}.parquet", {})
    again = from_tables(*(parquet.read(tmp_path / f"{name}.parquet") for name in ("confusion", "observer_trials")))
    for read_back, table in zip(again, both, strict=True):
        pd.testing.assert_frame_equal(read_back[table.columns], table)
    with pytest.raises(InputError, match="observer 'human' answers to set 'controlled' in .*published.csv already"):
        read_all({"published": PUBLISHED, "again": PUBLISHED}, [], ["controlled", "wild"], EXPRESSIONS)


def test_a_matrix_of_ones_own_people_stands_beside_the_published_one(tmp_path):
    published = pd.read_csv(PUBLISHED)
    own = published[published["observer"] == "human"].assign(observer="students")
    own.to_csv(tmp_path / "own.csv", index=False)
    both = read_all({"published": PUBLISHED, "own": tmp_path / "own.csv"}, [], ["controlled", "wild"], EXPRESSIONS)[
        0
    ].confusion
    assert both.groupby("observer", sort=False).size().to_dict() == {"human": 72, "students": 72}


@pytest.mark.parametrize("name", ["NA", "None", "nan", "null", "N/A", "NaN"])
def test_a_name_is_a_name_whatever_it_is(tmp_path, name):
    text = f"""observer,subject,stimulus,set,identity,true_expression,response_expression,rt
{name},{name},{name},{name},{name},fear,{name},{name}
{name},{name},f2,{name},Ann,anger,anger,1
"""
    people = read(trials(tmp_path, text))
    columns = ["observer", "subject", "stimulus", "set", "identity"]
    assert people.trials.loc[0, columns].tolist() == [name] * 5
    assert people.trials.loc[0, ["response_expression", "rt"]].isna().all()
    assert people.confusion["n"].sum() == 1 and set(people.confusion["set"]) == {name}
    parquet.write(OBSERVER_TRIALS, people.trials, tmp_path / "answers.parquet", {})
    found, told = match(parquet.read(tmp_path / "answers.parquet"), stimuli([], name))
    assert found["identity"].tolist() == [name, "Ann"] and told == []
    wild = edited(tmp_path, lambda f: f[(f["observer"] == "human") & (f["stimuli"] == "wild")].assign(stimuli=name))
    wild.write_text(wild.read_text().replace(",human,", f",{name},"))
    assert set(read(wild).confusion["set"]) == set(read(wild).confusion["observer"]) == {name}


def test_rows_of_trials_and_matrices_may_end_in_a_comma(tmp_path):
    header, *rows = TRIAL_ROWS.splitlines()
    ended = trials(tmp_path, "\n".join([header, *(f"{row}," for row in rows)]))
    pd.testing.assert_frame_equal(read(ended).trials, read(trials(tmp_path)).trials)
    header, *rows = PUBLISHED.read_text().splitlines()
    (tmp_path / "matrix.csv").write_text("\n".join([header, *(f"{row}," for row in rows)]))
    pd.testing.assert_frame_equal(read(tmp_path / "matrix.csv").confusion, read(PUBLISHED).confusion)


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_separators_of_trials_and_matrices_are_named(tmp_path, separator, name):
    for text in (TRIAL_ROWS, PUBLISHED.read_text()):
        with pytest.raises(InputError, match=f"trials.csv, line 1: columns are separated by {name}"):
            read(trials(tmp_path, text.replace(",", separator)))


def test_lines_of_a_matrix_are_counted_with_blank_ones(tmp_path):
    rows = PUBLISHED.read_text().splitlines()
    line = next(number for number, row in enumerate(rows, 1) if ",human,wild,fear,surprise," in row)
    rows[line - 1] = rows[line - 1].replace("surprise", "surprize")
    (tmp_path / "matrix.csv").write_text("\n".join([rows[0], "", "", *rows[1:]]))
    with pytest.raises(InputError, match=f"line {line + 2}: response_expression 'surprize'"):
        read(tmp_path / "matrix.csv")
    rows[line - 1] = rows[line - 1].replace("surprize", "surprise").replace(",0.", ",0.9")
    (tmp_path / "matrix.csv").write_text("\n".join([rows[0], "", "", *rows[1:]]))
    first = next(number for number, row in enumerate(rows, 1) if ",human,wild,fear,anger," in row)
    with pytest.raises(InputError, match=f"from line {first + 2}: proportions of stimuli 'wild', true expression fear"):
        read(tmp_path / "matrix.csv")


def test_a_matrix_says_of_every_row_who_and_which_set_and_has_rows(tmp_path):
    header = "observer,stimuli,true_expression,response_expression,proportion\n"
    for text, said in (
        ("", "has no row below its header"),
        (",wild,fear,fear,1\n", "line 2: observer '' is empty"),
        ("panel,,fear,fear,1\n", "line 2: stimuli '' is empty"),
    ):
        with pytest.raises(InputError, match=said):
            read(trials(tmp_path, header + text))


@pytest.mark.parametrize("observer", ["students", "human"])
def test_participants_who_are_called_like_a_network_are_refused(tmp_path, observer):
    path = trials(tmp_path, TRIAL_ROWS.replace("students", observer))
    with pytest.raises(InputError, match=f"trials.csv: observer '{observer}' is called like .* networks.{observer} of"):
        read_all({"own": path}, ["pixels", observer], ["controlled"], EXPRESSIONS)
    matrix = edited(tmp_path, lambda f: f[f["observer"] == "human"].assign(observer="students"))
    with pytest.raises(InputError, match="people.csv: observer 'students' is called like"):
        read_all({"own": matrix}, ["students"], ["controlled"], EXPRESSIONS)


def test_participants_are_told_from_networks_by_what_they_are():
    answered = pd.DataFrame(
        {"observer": ["human", "human", "net"], "layer": pd.Series([None, "fc6", "fc6"], dtype="str")}
    )
    assert of_participants(answered).tolist() == [True, False, False]


def only(**sets):
    """Trials of the file of `TRIAL_ROWS` in which an observer's set is called otherwise."""
    rows = TRIAL_ROWS.splitlines()
    for observer, name in sets.items():
        rows = [row.replace("controlled", name) if row.startswith(observer) else row for row in rows]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (only(students="Controlled", patients="Controlled"), "no set 'Controlled' .* Did you mean 'controlled'"),
        (only(students="controled"), "no set 'controled' of expressions. Did you mean 'controlled'"),
        (only(students="elsewhere", patients="there"), "is called elsewhere or there. Call .* does .controlled, wild"),
        (only(patients="Controlled") + "\npatients,1,f1,controlled,Ann,fear,fear,2\n", "no set 'Controlled'"),
    ],
)
def test_sets_that_the_study_does_not_have_are_refused_if_nothing_else_is_there_or_they_look_misspelt(
    tmp_path, text, said
):
    with pytest.raises(InputError, match=f"trials.csv: the study has .*{said}"):
        read_all({"own": trials(tmp_path, text)}, [], ["controlled", "wild"], EXPRESSIONS)


def test_further_sets_that_participants_judged_are_said(tmp_path):
    people, told = read_all(
        {"own": trials(tmp_path, only(students="elsewhere"))}, [], ["controlled", "wild"], EXPRESSIONS
    )
    assert set(people.confusion["set"]) == {"elsewhere", "controlled"}
    assert [sentence.partition(": ")[2] for sentence in told][1:] == [
        "the study has no set 'elsewhere' of expressions, so nothing is compared with the answers to it"
    ]


def stimuli(rows, set_="controlled"):
    """What the study shows of a set: (stimulus, identity, expression)."""
    table = pd.DataFrame(rows, columns=["stimulus", "identity", "expression"], dtype="str")
    return table.assign(set=set_)[["stimulus", "set", "identity", "expression"]]


SHOWN = [("f1", "Eve", "fear"), ("f2", "Dan", "anger"), ("f3", "Dan", "sadness")]


def test_identities_are_the_studys_where_it_shows_the_stimulus(tmp_path):
    people = read(trials(tmp_path, TRIAL_ROWS.replace("Ann", "")))
    found, told = match(people.trials, stimuli(SHOWN))
    assert found["identity"].tolist() == ["Eve", "Dan", "Eve", "Eve"] and told == []
    pd.testing.assert_frame_equal(found.drop(columns="identity"), people.trials.drop(columns="identity"))
    with pytest.raises(
        InputError, match="stimulus 'f1' of set 'controlled' .* 'students' to show fear, and in .* anger"
    ):
        match(people.trials, stimuli([("f1", "Eve", "anger"), *SHOWN[1:]]))


def test_pictures_that_the_study_does_not_show_are_said_if_participants_judged_none_of_its_own(tmp_path):
    people = read(trials(tmp_path, TRIAL_ROWS.replace("7,f2,controlled,Ann", "7,f2,controlled,")))
    found, told = match(people.trials, stimuli([("f1.png", "Eve", "fear"), ("f2.png", "Eve", "anger")]))
    assert found["identity"].tolist() == ["Ann", "stimulus f2", "Ann", "Ann"]
    assert [sentence.partition("such as")[0] for sentence in told] == [
        "comparison.human: observer 'students', set 'controlled': none of 2 stimuli is the study's, ",
        "comparison.human: observer 'patients', set 'controlled': none of 1 stimuli is the study's, ",
    ]
    assert match(people.trials, stimuli([("f1", "Eve", "fear")], "wild"))[1] == []  # said where the sets are read


def test_pictures_of_expressions_that_the_study_does_not_show_are_other_pictures(tmp_path):
    people = read(trials(tmp_path, f"{TRIAL_ROWS}students,8,f4,controlled,Ann,neutral,neutral,1\n"))
    found, told = match(people.trials, stimuli(SHOWN))
    assert found["identity"].tolist() == ["Eve", "Dan", "Eve", "Eve", "Ann"] and told == []


@pytest.mark.parametrize("name", ["f2.png", "F2", "controlled/f2", "{0}", "f9"])
def test_pictures_of_which_the_study_shows_some_and_others_not_are_refused(tmp_path, name):
    people = read(trials(tmp_path, TRIAL_ROWS.replace("7,f2", f"7,{name}")))
    with pytest.raises(InputError) as error:
        match(people.trials, stimuli(SHOWN))
    said = "comparison.human: observer 'students', set 'controlled': 1 of 2 stimuli are none of the study's: "
    assert str(error.value).startswith(f"{said}'{name}'")
    assert ("is it 'f2'?" in str(error.value)) == (name == "F2")


def test_of_many_names_that_do_not_match_some_are_named_with_what_may_be_meant(tmp_path):
    names = [f"controlled-{number:03d}/fear" for number in range(10)]
    rows = [f"7,{name}{'.png' * (number % 2)},controlled,fear,fear" for number, name in enumerate(names)]
    text = "\n".join(["subject,stimulus,set,true_expression,response_expression", *rows])
    said = "5 of 10 stimuli .*: 'controlled-001/fear.png' .is it 'controlled-001/fear'.., .*005/fear'.., …. Correct"
    with pytest.raises(InputError, match=said):
        match(read(trials(tmp_path, text)).trials, stimuli([(name, name[:14], "fear") for name in names]))
