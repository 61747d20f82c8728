"""Selective units and their controls."""

import pandas as pd

from mien.units.groups import draw_groups


def drawn_from(units, draws, controls, seed=("cell",), most=10**6):
    return draw_groups(units, {"control_draws": draws, "control_units": controls, "all_units": most}, seed)


def test_controls_are_count_matched_and_drawn_from_their_pools(planted):
    _, units, _, _ = planted
    groups = drawn_from(units, 3, 7)
    n = int(units["selective"].sum())
    sizes = groups.groupby(["group", "draw"]).size()
    assert (sizes[["random", "nonselective", "selective"]] == n).all() and len(sizes["random"]) == 3
    kinds = units.set_index("unit")["kind"]
    drawn = groups.assign(kind=kinds[groups["unit"]].to_numpy())
    assert "constant" not in set(drawn["kind"])
    assert "selective" not in set(drawn.loc[drawn["group"] == "nonselective", "kind"])
    draws = [set(drawn.query("group == 'random' and draw == @d")["unit"]) for d in range(3)]
    assert draws[0] != draws[1] != draws[2]
    pd.testing.assert_frame_equal(groups, drawn_from(units, 3, 7))
    assert not groups.duplicated(["group", "draw", "unit"]).any()
    pd.testing.assert_frame_equal(groups, drawn_from(units, 3, n + 50))  # only where nothing is selective
    other = drawn_from(units, 3, 7, ("another cell",))
    assert (other.loc[other["group"] == "random", "unit"] != groups.loc[groups["group"] == "random", "unit"]).any()


def unselective(units):
    """The same units, none of which is selective."""
    return units.assign(
        selective=False, selective_half_a=False, selective_half_b=False,
        kind=units["kind"].replace("selective", "neither"),
    )  # fmt: skip


def test_without_selective_units_there_are_controls_all_the_same(planted):
    _, units, _, _ = planted
    none = unselective(units)
    groups = drawn_from(none, 2, 7)
    assert groups.query("group != 'all'").groupby(["group", "draw"]).size().to_dict() == {
        (group, draw): 7 for group in ("random", "nonselective") for draw in (0, 1)
    }
    drawn = groups.query("group != 'all'").groupby(["group", "draw"])["unit"].apply(tuple)
    assert drawn.nunique() == 4  # each has a draw of its own, though all are of the same units
    varying = set(none.loc[none["kind"] != "constant", "unit"])
    assert set(groups.loc[groups["group"] == "all", "unit"]) == varying
    everything = drawn_from(none, 1, 10_000)
    assert all(set(drawn["unit"]) == varying for _, drawn in everything.groupby("group"))


def test_of_units_that_never_vary_there_is_no_group(planted):
    _, units, _, _ = planted
    still = unselective(units).assign(kind="constant")
    groups = drawn_from(still, 2, 7)
    assert groups.empty and list(groups.columns) == ["group", "draw", "unit"]


def test_the_whole_layer_is_all_that_varies_or_a_random_sample_of_it(planted):
    _, units, _, _ = planted
    varying = units.loc[units["kind"] != "constant", "unit"].tolist()
    most = {size: drawn_from(units, 1, 7, most=size).query("group == 'all'")["unit"] for size in (1000, 999, 60)}
    assert most[1000].tolist() == varying and len(varying) == 1000
    for size in (999, 60):
        assert len(set(most[size])) == size and set(most[size]) < set(varying) and most[size].is_monotonic_increasing
    other = drawn_from(units, 1, 7, ("another cell",), 60).query("group == 'all'")["unit"]
    assert set(other) != set(most[60])
