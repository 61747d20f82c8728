"""Orders in which a layer's units are read."""

import numpy as np
import pytest

from mien.units.groups import draw_groups
from mien.units.orders import orders


@pytest.mark.parametrize("most", [10**6, 500])
def test_orders_are_of_each_kind_of_units_of_the_layer(planted, most):
    _, units, _, _ = planted
    groups = draw_groups(units, {"control_draws": 1, "control_units": 7, "all_units": most}, ("cell",))
    every = groups.query("group == 'all'")["unit"].to_numpy()
    selective = np.isin(every, units.loc[units["selective"].astype(bool), "unit"])
    settings = {"unit_counts": [100, 3, 10, 10_000], "count_draws": 2}
    found = [*orders(groups, settings, ("cell",))]
    pools = {"selective": selective, "random": np.ones(len(every), bool), "nonselective": ~selective}
    for group, _, order, counts in found[:-1]:
        fewer = [count for count in (3, 10, 100) if count < pools[group].sum()]
        assert counts == fewer and len(set(order)) == len(order) == fewer[-1]
        assert pools[group][order].all()
    assert [each[:2] for each in found[:-1]] == [(group, draw) for group in pools for draw in (0, 1)]
    assert len({tuple(order[:3]) for _, _, order, _ in found[:-1]}) == 6
    group, draw, order, counts = found[-1]
    assert (group, draw, counts) == ("selective", 0, [selective.sum()])
    assert order.tolist() == np.flatnonzero(selective).tolist()
    again = [*orders(groups, settings, ("cell",))]
    assert all((mine[2] == theirs[2]).all() for mine, theirs in zip(found, again, strict=True))
    none = groups[groups["group"] != "selective"]
    assert {group for group, *_ in orders(none, settings, ("cell",))} == {"random", "nonselective"}
    assert [*orders(groups, settings | {"unit_counts": []}, ("cell",))][0][:2] == ("selective", 0)
