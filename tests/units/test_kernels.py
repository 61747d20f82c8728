"""A whole layer in inner products is what plain NumPy and scikit-learn make of all its responses."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mien.categorical.distances import unit_distances
from mien.decoding.classifiers import fit
from mien.decoding.kernels import of_layer, of_rows, of_units
from mien.decoding.readings import Responses
from mien.expressions import EXPRESSIONS, ends_of
from mien.halves import halves_of
from mien.stimuli.neighbours import along_continua
from mien.tables import parquet
from mien.units import kernels
from mien.units.kernel_schema import COUNT_KERNELS, KERNELS
from mien.units.kernels import WholeLayer, standardise
from mien.units.orders import members, orders
from tests.helpers.planted.truth import design
from tests.helpers.read_out import SETTINGS, kept

CONTINUA = ("happiness-anger", "anger-fear")
COUNTS = {"unit_counts": [30, 5, 10**6], "count_draws": 2}


def faces(name, identities):
    stimuli = design(identities)
    stimuli["identity"] = name + stimuli["identity"]
    return stimuli.assign(stimulus=stimuli["identity"] + stimuli["expression"], set=name, continuum=None, level=np.nan)


def morphs(identities):
    rows = [(f"m{who}", continuum, k / 8) for k in (3, 6, 1, 5) for who in range(identities) for continuum in CONTINUA]
    table = pd.DataFrame(rows[:-1], columns=["identity", "continuum", "level"])  # one identity lacks a level
    return table.assign(stimulus=[f"morph{i}" for i in range(len(table))], set="morphs", expression=None)


def plant(n_units, identities=10, seed=0, signal=0.5, common=1.0, mean=0.0, threshold=None):
    """Sets as units see them that share some of their variance: expressions, and a few factors that mean nothing."""
    draws = np.random.default_rng((seed, n_units, identities))
    sets = {"localizer": faces("localizer", identities), "controlled": faces("controlled", 4)}
    sets |= {"wild": faces("wild", 3), "morphs": morphs(3)}
    prefers, factors = draws.standard_normal((6, n_units)), draws.standard_normal((4, n_units))
    seen = {}
    for name, stimuli in sets.items():
        shown = stimuli["expression"].map(EXPRESSIONS.index) if name != "morphs" else 0
        values = draws.standard_normal((len(stimuli), n_units)) + signal * prefers[shown]
        values += common * draws.standard_normal((len(stimuli), 4)) @ factors + mean
        values = values if threshold is None else np.maximum(values - threshold, 0)
        seen[name] = Responses(stimuli, values.astype(np.float32), np.arange(n_units))
    return seen


def groups_of(seen):
    """All varying units, and every fifth of them as selective."""
    varying = np.flatnonzero(np.ptp(seen["localizer"].values, axis=0))
    named = {"selective": varying[::5], "all": varying, "random": varying[:3]}
    return pd.concat([pd.DataFrame({"group": name, "draw": 0, "unit": units}) for name, units in named.items()])


def read(seen, groups, folder, identification="two_way", batch_size=7, counts=COUNTS):
    """What is kept of a layer: tables `kernels`, `count_kernels`, and `distances`."""
    sets = {name: responses.stimuli for name, responses in seen.items()}
    layer = WholeLayer(groups, sets, {"identification": identification, **counts}, ("c",), torch.device("cpu"), folder)
    for name, responses in seen.items():
        order = along_continua(responses.stimuli) if name == "morphs" else np.arange(len(responses.stimuli))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            batch = torch.from_numpy(responses.values[rows]).reshape(len(rows), -1, 1, 1)
            if name == "localizer":
                layer.add_localizer(batch, rows)
            else:
                layer.add(name, batch, rows)
    layer.finish()
    parquet.write_spool(KERNELS, layer.kernels, folder / "kernels", {})
    parquet.write_spool(COUNT_KERNELS, layer.count_kernels, folder / "counts", {})
    return parquet.read(folder / "kernels"), parquet.read(folder / "counts"), layer.distances


def same(found, expected, rtol=1e-12):
    """Whether two tables of kernels have the same rows, in any order."""
    keys = [name for name in found if name != "kernel"]
    assert not found.duplicated(keys).any() and len(found) == len(expected)
    both = found.merge(expected, on=keys, validate="one_to_one")
    assert len(both) == len(found)
    for mine, theirs in both[["kernel_x", "kernel_y"]].itertuples(index=False):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=rtol * max(1, np.abs(theirs).max()))


@pytest.mark.parametrize("mean", [0, 1000])
def test_kernels_are_inner_products_of_responses_standardised_on_what_is_fitted(tmp_path, monkeypatch, mean):
    monkeypatch.setattr(kernels, "_BLOCK", 7)
    monkeypatch.setattr(kernels, "_PART", 14)
    monkeypatch.setattr(kernels, "_TILE", 9)
    seen = plant(50, mean=mean, threshold=mean + 1 if not mean else None)
    constant = Responses(seen["localizer"].stimuli, seen["localizer"].values.copy(), seen["localizer"].units)
    constant.values[:, 3] = 0.7  # never varies
    constant.values[~constant.stimuli["expression"].isin(["surprise"]), 4] = 0.1  # not over a continuum's ends
    seen["localizer"] = constant
    groups = groups_of(seen)
    found, _, _ = read(seen, groups, tmp_path)
    every = groups.loc[groups["group"] == "all", "unit"].to_numpy()
    assert 3 not in every and 4 in every
    own = {name: Responses(part.stimuli, part.of(every), every) for name, part in seen.items()}
    expected = kept(*own.values())
    n_units = expected.groupby("fitted_on")["n_units"].first()
    assert n_units["localizer"] == len(every) > n_units["anger-fear"]
    wanted = ~((expected["fitted_on"] == "localizer") & (expected["set"] == "morphs"))
    same(found, expected[wanted], 1e-9 if mean else 1e-12)


def test_six_way_morphs_are_multiplied_with_the_whole_localizer(tmp_path):
    seen = plant(20)
    found, _, _ = read(seen, groups_of(seen), tmp_path, "six_way")
    expected = kept(*seen.values())
    same(found, expected[~expected["fitted_on"].isin(CONTINUA)])


def test_batches_of_any_size_keep_the_same_rows_in_the_same_order(tmp_path):
    seen = plant(700)
    one, other = (read(seen, groups_of(seen), tmp_path, batch_size=size) for size in (5, 64))
    for mine, theirs in zip(one[:2], other[:2], strict=True):
        pd.testing.assert_frame_equal(mine.drop(columns="kernel"), theirs.drop(columns="kernel"))
        np.testing.assert_allclose(np.concatenate(mine["kernel"]), np.concatenate(theirs["kernel"]), 1e-6, 1e-9)


def test_threads_change_no_number_and_pictures_that_wait_in_turn_no_row(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "_PART", 100)
    seen = plant(700)
    expected = read(seen, groups_of(seen), tmp_path)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    for mine, theirs in zip(read(seen, groups_of(seen), tmp_path), expected, strict=True):
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)
    monkeypatch.setattr(kernels, "PICTURES", 5)
    found = read(seen, groups_of(seen), tmp_path)
    same(found[0], expected[0])
    same(found[1], expected[1], 1e-6)
    pd.testing.assert_frame_equal(found[2], expected[2], check_exact=True)


def test_counts_are_of_the_first_units_of_each_order_and_of_all_that_are_selective(tmp_path):
    seen = plant(200)
    groups = groups_of(seen)
    _, counted, _ = read(seen, groups, tmp_path)
    sizes = counted.groupby(["group", "draw"])["n_units"].unique().apply(sorted).to_dict()
    assert sizes == {
        ("selective", 0): [5, 30, 40], ("selective", 1): [5, 30],
        **{(group, draw): [5, 30] for group in ("random", "nonselective") for draw in (0, 1)},
    }  # fmt: skip
    every = groups.loc[groups["group"] == "all", "unit"].to_numpy()
    for group, draw, order, counts in orders(groups, COUNTS, ("c",)):
        for count in counts:
            units = np.sort(every[order[:count]])
            part = {name: Responses(r.stimuli, r.of(units), units) for name, r in seen.items() if name != "morphs"}
            expected = kept(*part.values())
            expected = expected[expected["fitted_on"] == "localizer"].drop(columns="fitted_on")
            which = (counted[["group", "draw", "n_units"]] == [group, draw, count]).all(axis=1)
            same(counted[which].drop(columns=["group", "draw"]), expected, 5e-7)


def test_distances_are_those_of_a_group_of_the_same_units(tmp_path):
    seen = plant(60)
    groups = groups_of(seen)
    _, _, found = read(seen, groups, tmp_path)
    twin = groups[groups["group"] == "all"].assign(group="selective")
    expected = unit_distances(seen["localizer"], seen["morphs"], twin, found.iloc[:0])
    expected = expected[expected["group"] == "selective"].assign(group="all").reset_index(drop=True)
    assert len(found) == 3 * 2 * 3 - 2  # the level that one identity lacks has two neighbours, or is the last
    pd.testing.assert_frame_equal(found[list(expected)], expected, rtol=1e-6)


def test_a_layer_that_never_varies_has_its_rows(tmp_path):
    seen = plant(8)
    groups = groups_of(seen).query("group == 'none'")
    found, counted, distances = read(seen, groups, tmp_path)
    assert (found["n_units"] == 0).all() and counted.empty
    assert (np.concatenate(found["kernel"]) == 0).all()
    assert len(found) == 60 + 2 * 60 + 2 * 20 + 24 + 18 + 23
    assert distances["distance"].isna().all() and (distances["n_units"] == 0).all()


def test_a_unit_varies_as_the_standard_scaler_says():
    values = np.random.default_rng(1).standard_normal((40, 6)) * [1, 1e-3, 1e-9, 1e-15, 0, 1] + [0, 5, 5, 5, 5, 1e6]
    scaled = torch.from_numpy(values.copy())
    per_sd = standardise(scaled, len(values))
    theirs = StandardScaler().fit(values)
    varies = (per_sd > 0).numpy()
    assert varies.tolist() == [True, True, True, False, False, True]
    np.testing.assert_allclose(1 / per_sd.numpy()[varies], theirs.scale_[varies], rtol=1e-6)
    assert (theirs.scale_[~varies] == 1).all() and (scaled[:, ~varies] == 0).all()
    np.testing.assert_allclose(scaled[:, varies], theirs.transform(values)[:, varies], rtol=1e-6, atol=1e-5)


LAYERS = [
    *({"n_units": n, "seed": seed} for n in (3, 40, 1000) for seed in (1, 2, 3)),
    *({"n_units": n, "common": 3.0, "signal": 0.2} for n in (40, 3000)),
    {"n_units": 2000, "mean": 100.0},
    {"n_units": 3000, "threshold": 2.5},
    pytest.param({"n_units": 100_000}, marks=pytest.mark.slow),
    {"n_units": 200_000, "threshold": 2.0, "identities": 6},
]


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_decisions_are_those_of_a_plain_classifier_of_all_responses(tmp_path, layer):
    seen = plant(**layer)
    groups = groups_of(seen)
    found, _, _ = read(seen, groups, tmp_path)
    units = groups.loc[groups["group"] == "all", "unit"].to_numpy()
    localizer, continuum = seen["localizer"], seen["morphs"].stimuli["continuum"]
    half = localizer.stimuli["identity"].map(halves_of(localizer.stimuli["identity"])).to_numpy(str)
    protocol = [("localizer", half != "", [seen["controlled"], seen["wild"]])]
    protocol += [(f"half_{name}", half == name, [localizer.where(half != name)]) for name in "ab"]
    for name in CONTINUA:
        ends = localizer.stimuli["expression"].isin(ends_of(name)).to_numpy()
        protocol.append((name, ends, [seen["morphs"].where((continuum == name).to_numpy())]))
    for name, shown, tests in protocol:
        own = localizer.where(shown)
        labels = own.stimuli["expression"].to_numpy(str)
        of = of_layer(found, name, own, tests)
        mine = fit(of.gram, labels, SETTINGS)
        svc = SVC(kernel="linear", C=SETTINGS["C"], decision_function_shape="ovo")
        plain = make_pipeline(StandardScaler(), svc).fit(own.of(units).astype(float), labels)
        mine.machine.set_params(decision_function_shape="ovo")  # every two-way decision
        for test, tested in zip(tests, of.tested, strict=True):
            wanted = plain.decision_function(test.of(units).astype(float))
            np.testing.assert_allclose(mine.decision(tested), wanted, rtol=0, atol=1e-6)
            sure = (np.abs(wanted.reshape(len(wanted), -1)) > 1e-6).all(axis=1)
            answers = plain.predict(test.of(units).astype(float))
            assert (mine.predict(tested)[sure] == answers[sure]).all() and sure.mean() > 0.99


@pytest.mark.parametrize("layer", [{"n_units": 40}, {"n_units": 3000, "common": 3.0}, {"n_units": 3000, "mean": 100.0}])
def test_decisions_from_counted_units_are_those_of_products_in_float64(tmp_path, layer):
    seen = plant(**layer)
    groups, counts = groups_of(seen), {"unit_counts": [5, 30, 1500], "count_draws": 1}
    _, counted, _ = read(seen, groups, tmp_path, counts=counts)
    every, localizer, wild = members(groups, "all"), seen["localizer"], seen["wild"]
    svc = SVC(kernel="precomputed", C=SETTINGS["C"], tol=1e-9, decision_function_shape="ovo")
    for group, draw, order, sizes in orders(groups, counts, ("c",)):
        for size in sizes:
            rows = counted[(counted[["group", "draw", "n_units"]] == [group, draw, size]).all(axis=1)]
            mine = of_rows(rows, [localizer.stimuli, wild.stimuli])
            plain = of_units(localizer.of(every[order[:size]]), [wild.of(every[order[:size]])])
            found, wanted = (
                svc.fit(of.gram, localizer.stimuli["expression"]).decision_function(of.tested[0])
                for of in (mine, plain)
            )
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-4)
