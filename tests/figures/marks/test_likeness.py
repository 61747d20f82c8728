"""How like people's the confusions are: figures 2 and 4 on planted tables."""

import numpy as np
import pandas as pd
import pytest

from mien.figures.marks import likeness
from tests.helpers.drawing import COMPARE, FOCUS, LAYERS, assert_words_apart, draw, words


def said(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in words(figure)]


def with_people(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The study compared with people of the user's own, who have a noise ceiling."""
    found = {name: tables[name].replace({"human": "panel"}) for name in tables}
    ceiling = [
        {"human": "panel", "set": set_, "entries": cells, "statistic": "pearson", "n_subjects": 20, "split_half": 0.8}
        | {"ceiling": 0.89, "low": 0.8, "high": 0.95, "status": "ok"}
        for set_ in ("controlled", "wild")
        for cells in ("all", "off_diagonal")
    ]
    return found | {"noise_ceiling": pd.DataFrame(ceiling)}


def test_correlations_are_drawn_with_the_interval_of_the_table(tables, units_of, stimuli_of):
    figure, panels = draw("confusions", tables, units_of, stimuli_of)
    table = tables["similarity"]
    row = {"network": FOCUS, "layer": "conv5_3", "seed": 1, "group": "selective", "set": "controlled"}
    row |= {"statistic": "pearson", "entries": "off_diagonal"}
    expected = table[(table[list(row)] == pd.Series(row)).all(axis=1)].iloc[0]
    drawn = panels["c"]
    drawn = drawn[(drawn["seed"] == 1) & (drawn["group"] == "selective") & (drawn["entries"] == "off_diagonal")].iloc[0]
    columns = ["value", "noise_corrected", "low", "high", "uniform_errors", "p_corrected"]
    assert drawn[columns].tolist() == expected[columns].tolist()
    off_diagonal = next(axes for axes in figure.axes if axes.get_title(loc="left") == "30 off-diagonal cells")
    lines = [line.get_xdata() for line in off_diagonal.lines]
    assert any(np.array_equal(line, [expected["low"], expected["high"]]) for line in lines)


@pytest.mark.parametrize("name", ["confusions", "networks"])
def test_p_is_named_with_its_correction(name, tables, units_of, stimuli_of):
    figure, _ = draw(name, tables, units_of, stimuli_of)
    assert "p, Holm, of 7" in said(figure) and "≤ .028" in said(figure)
    uncorrected = tables | {"similarity": tables["similarity"].assign(correction="none")}
    figure, _ = draw(name, uncorrected, units_of, stimuli_of)
    assert "p, uncorrected" in said(figure)


@pytest.mark.parametrize("name", ["confusions", "networks"])
def test_people_of_the_users_own_have_a_name_and_a_noise_ceiling(name, tables, units_of, stimuli_of):
    _, expected = draw(name, tables, units_of, stimuli_of)
    figure, panels = draw(name, with_people(tables), units_of, stimuli_of)
    assert_words_apart(figure)
    assert "people: panel" in said(figure) and "people's noise ceiling" in said(figure)
    assert panels["b"]["proportion"].tolist() == expected["b"]["proportion"].tolist()
    assert panels["b"]["observer"].unique().tolist() == ["panel"]


@pytest.mark.parametrize("name", ["confusions", "networks"])
@pytest.mark.parametrize("published", [True, False])
def test_only_the_publications_people_are_called_published(name, published, tables, units_of, stimuli_of):
    unknown = tables | {"confusion": tables["confusion"].assign(n=None)}
    for given in (tables, unknown):
        figure, _ = draw(name, given, units_of, stimuli_of, published=published)
        assert ("people (published)" in said(figure)) == published and ("people" in said(figure)) != published
    assert likeness.words_of_people("panel", published) == "people: panel"


@pytest.mark.parametrize(("name", "matrices"), [("confusions", "ab"), ("networks", "bcde")])
@pytest.mark.parametrize("called", COMPARE[:2])
def test_people_and_networks_are_told_apart_whatever_they_are_called(
    name, matrices, called, tables, units_of, stimuli_of
):
    _, expected = draw(name, tables, units_of, stimuli_of)
    observer = tables["confusion"]["observer"].mask(tables["confusion"]["layer"].isna(), called)
    same = {"confusion": tables["confusion"].assign(observer=observer)}
    _, panels = draw(name, tables | same, units_of, stimuli_of)
    for panel in matrices:
        assert panels[panel]["proportion"].tolist() == expected[panel]["proportion"].tolist()


@pytest.mark.parametrize(("name", "set_"), [("confusions", "controlled"), ("networks", "wild")])
def test_a_set_that_nobody_judged_is_said_where_peoples_matrix_would_be(name, set_, tables, units_of, stimuli_of):
    confusion = tables["confusion"]
    elsewhere = confusion[confusion["layer"].notna() | (confusion["set"] != set_)]
    figure, panels = draw(name, tables | {"confusion": elsewhere}, units_of, stimuli_of, published=False)
    assert likeness.NOBODY in said(figure) and panels["b"]["proportion"].isna().all()


def test_people_are_the_first_who_saw_the_set(tables):
    confusion = tables["confusion"]
    assert likeness.people_of(confusion, "controlled") == "human"
    own = confusion[confusion["observer"] == "human"].assign(observer="panel", set="wild")
    assert likeness.people_of(pd.concat([own, confusion]), "wild") == "panel"
    assert likeness.people_of(pd.concat([own, confusion]), "controlled") == "human"
    assert likeness.people_of(confusion[confusion["observer"] != "human"], "wild") == "human"


def test_of_a_controls_draws_the_largest_p_and_the_mean_value(tables):
    table = tables["similarity"].copy()
    random = (table["group"] == "random") & (table["network"] == FOCUS)
    table.loc[random, "p_corrected"] = table.loc[random, "draw"] / 10
    found = likeness.similarities(table, [FOCUS], LAYERS, "controlled", "human")
    one = found[(found["group"] == "random") & (found["seed"] == 0) & (found["entries"] == "all")].iloc[0]
    of = table[random & (table["layer"] == "conv5_3") & (table["seed"] == 0) & (table["set"] == "controlled")]
    of = of[(of["entries"] == "all") & (of["statistic"] == "pearson")]
    assert len(of) == 3 and one["p_corrected"] == 0.3
    assert one["value"] == pytest.approx(of["value"].mean())


def test_networks_differ_from_the_first_whichever_way_the_table_has_them(tables, units_of, stimuli_of):
    compare = ["untrained", "face_reared", "object_reared"]
    figure, panels = draw("networks", tables, units_of, stimuli_of, compare=compare)
    found = panels["g"].set_index("network_b")
    table = tables["similarity_differences"]
    table = table[(table["set"] == "wild") & (table["entries"] == "off_diagonal") & (table["statistic"] == "pearson")]
    pair = table[(table["network_a"] == "face_reared") & (table["network_b"] == "untrained")]
    pair = pair[pair["group"] == "selective"].iloc[0]
    row = found.loc["face_reared"]
    assert (row["network_a"], row["difference"]) == ("untrained", -pair["difference"])
    assert (row["low"], row["high"]) == (-pair["high"], -pair["low"])
    assert (row["value_a"], row["value_b"]) == (pair["value_b"], pair["value_a"])
    assert "less face reared" in said(figure) and "p, Holm, of 3" in said(figure)
