import pandas as pd
import pytest

from mien.confusions.over_seeds import participants_of, similarities
from tests.helpers.drawing import FOCUS
from tests.helpers.planted.tables import study


@pytest.fixture(scope="module")
def tables():
    return study()


def test_participants_are_the_first_who_saw_the_set(tables):
    confusion = tables["confusion"]
    assert participants_of(confusion, "controlled") == "human"
    own = confusion[confusion["observer"] == "human"].assign(observer="panel", set="wild")
    assert participants_of(pd.concat([own, confusion]), "wild") == "panel"
    assert participants_of(pd.concat([own, confusion]), "controlled") == "human"
    assert participants_of(confusion[confusion["observer"] != "human"], "wild") == "human"


def test_of_a_controls_draws_the_largest_p_and_the_mean_value(tables):
    table = tables["similarity"].copy()
    random = (table["group"] == "random") & (table["network"] == FOCUS)
    table.loc[random, "p_corrected"] = (table.loc[random, "draw"] + 1) / 10
    found = similarities(table, "controlled", "human")
    found = found[(found["network"] == FOCUS) & (found["layer"] == "conv5_3") & (found["seed"] == 0)]
    one = found[(found["group"] == "random") & (found["entries"] == "all")].iloc[0]
    of = table[random & (table["layer"] == "conv5_3") & (table["seed"] == 0) & (table["set"] == "controlled")]
    of = of[(of["entries"] == "all") & (of["statistic"] == "pearson")]
    assert len(of) == 3 and one["p_corrected"] == 0.3
    assert one["value"] == pytest.approx(of["value"].mean())
