"""Selective units and their controls."""

import pandas as pd

from mien.units.groups import draw_groups


def test_controls_are_count_matched_and_drawn_from_their_pools(planted):
    _, units, _, _ = planted
    groups = draw_groups(units, 3, 7, ("cell",))
    n = int(units["selective"].sum())
    sizes = groups.groupby(["group", "draw"]).size()
    assert (sizes[["random", "nonselective", "selective"]] == n).all() and len(sizes["random"]) == 3
    kinds = units.set_index("unit")["kind"]
    drawn = groups.assign(kind=kinds[groups["unit"]].to_numpy())
    assert "constant" not in set(drawn["kind"])
    assert "selective" not in set(drawn.loc[drawn["group"] == "nonselective", "kind"])
    draws = [set(drawn.query("group == 'random' and draw == @d")["unit"]) for d in range(3)]
    assert draws[0] != draws[1] != draws[2]
    pd.testing.assert_frame_equal(groups, draw_groups(units, 3, 7, ("cell",)))
    assert not groups.duplicated(["group", "draw", "unit"]).any()
    pd.testing.assert_frame_equal(groups, draw_groups(units, 3, n + 50, ("cell",)))  # only where nothing is selective
    other = draw_groups(units, 3, 7, ("another cell",))
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
    groups = draw_groups(none, 2, 7, ("cell",))
    assert groups.groupby(["group", "draw"]).size().to_dict() == {
        (group, draw): 7 for group in ("random", "nonselective") for draw in (0, 1)
    }
    drawn = groups.groupby(["group", "draw"])["unit"].apply(tuple)
    assert drawn.nunique() == 4  # each has a draw of its own, though all are of the same units
    varying = set(none.loc[none["kind"] != "constant", "unit"])
    assert set(groups["unit"]) < varying
    everything = draw_groups(none, 1, 10_000, ("cell",))
    assert all(set(drawn["unit"]) == varying for _, drawn in everything.groupby("group"))


def test_of_units_that_never_vary_there_is_no_group(planted):
    _, units, _, _ = planted
    still = unselective(units).assign(kind="constant")
    groups = draw_groups(still, 2, 7, ("cell",))
    assert groups.empty and list(groups.columns) == ["group", "draw", "unit"]
