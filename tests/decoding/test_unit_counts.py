"""Accuracy against the number of units: of which pictures and units, and where there are none."""

import numpy as np
import pandas as pd
import pytest

from mien.decoding.decode import decode
from mien.decoding.unit_counts import unit_counts
from mien.status import NO_UNITS, NOT_CONVERGED, OK
from tests.helpers.read_out import GROUPS, SETTINGS, UNITS, kept, seen

LOCALIZER, TESTS = seen("localizer", 20, 1), [seen("controlled", 12, 2), seen("wild", 8, 3, 1.0)]
WHOLE = kept(LOCALIZER, *TESTS)
COLUMNS = ["set", "stimulus", "expression"]


def counted(**orders):
    """The table `count_kernels`: of each group the first so many units in their order."""
    parts = []
    for group, (units, counts) in orders.items():
        for count in counts:
            few = [type(part)(part.stimuli, part.of(units[:count]), units[:count]) for part in (LOCALIZER, *TESTS)]
            rows = kept(*few).query("fitted_on == 'localizer'").drop(columns="fitted_on")
            parts.append(rows.assign(group=group, draw=0, kernel=[row.astype(np.float32) for row in rows["kernel"]]))
    return pd.concat(parts) if parts else WHOLE.iloc[:0].assign(group="", draw=0)


def counts_of(counted, settings=SETTINGS):
    pictures = [part.stimuli[COLUMNS] for part in (LOCALIZER, *TESTS)]
    table = unit_counts(pictures[0], pictures[1:], WHOLE, counted, settings)
    return table.set_index(["group", "n_units", "set"])


def right(groups):
    """Right decisions of the groups, as `decode` has them, by set."""
    trials = decode(LOCALIZER, TESTS, groups, WHOLE, SETTINGS | {"shuffles": 1}, ()).query("labels == 'true'")
    trials = trials[trials["classifier"] == "six_way"]
    hits = trials["true_expression"] == trials["response_expression"]
    return hits.groupby([trials["group"], trials["set"]]).sum()


def test_a_number_of_units_is_read_as_a_group_of_them_is_and_all_as_the_layer():
    table = counts_of(counted(selective=(UNITS[:6], [2, 6]), random=(UNITS[3:9], [4])))
    pairs = [("selective", UNITS[:2]), ("random", UNITS[3:7]), ("nonselective", UNITS[6:])]
    few = pd.concat([GROUPS[GROUPS["group"].str.startswith("selective_half")],
                     *(pd.DataFrame({"group": g, "draw": 0, "unit": u}) for g, u in pairs)])  # fmt: skip
    hits, n = right(few), {"controlled": 72, "wild": 48}
    for group, units in (*pairs, ("all", UNITS)):
        for name, number in n.items():
            row = table.loc["random" if group == "all" else group, len(units), name]
            assert (row["n"], row["correct"], row["status"]) == (number, hits[group, name], OK)
            assert row["accuracy"] == row["correct"] / number
    assert sorted(set(table.index.droplevel(2))) == [
        ("nonselective", 6), ("random", 4), ("random", 12), ("selective", 2), ("selective", 6),
    ]  # fmt: skip


def test_without_selective_units_the_others_are_the_layer():
    table = counts_of(counted())
    none = table.loc["selective", 0, "wild"]
    assert none["status"] == NO_UNITS and none["n"] == 0 and none[["correct", "accuracy"]].isna().all()
    pd.testing.assert_frame_equal(table.loc["nonselective"], table.loc["random"])
    assert table.loc["random", 12, "controlled"]["accuracy"] > 0.9


@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
def test_a_classifier_that_had_to_stop_says_so(multiclass):
    table = counts_of(counted(selective=(UNITS[:6], [6])), SETTINGS | {"max_iter": 1, "multiclass": multiclass})
    assert (table["status"] == NOT_CONVERGED).any()
