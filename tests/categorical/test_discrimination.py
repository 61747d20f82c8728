import numpy as np
import pandas as pd
import pytest

from mien.categorical.discrimination import discrimination
from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.categorical.distances import picture_distances, unit_distances
from mien.categorical.identification import fit_identification, identification
from mien.categorical.smoothing import KERNEL, smoothed
from mien.decoding.readings import Responses
from mien.draws import generator
from mien.statistics.resampling import resample
from mien.status import BOUNDARY_AT_END, NO_BOUNDARY, NO_CHANGE, NO_INTERVAL, NO_UNITS, ONE_IDENTITY, PICTURES_ALIKE
from mien.stimuli.pictures import encode_png

LEVELS = np.arange(1, 20) / 20
BETWEEN = (LEVELS[1:] + LEVELS[:-1]) / 2
BY = ["network", "layer", "seed", "group", "draw", "classifier", "n_units", "continuum"]
SEED = ("test", "discrimination")
NO_LAYER = pd.DataFrame(columns=DISCRIMINATION.names)


def design(identities=2, continua=("happiness-anger", "anger-fear"), levels=(0.25, 0.5, 0.75)):
    rows = [(who, continuum, level) for who in range(identities) for continuum in continua for level in levels]
    table = pd.DataFrame(rows, columns=["identity", "continuum", "level"])
    return table.assign(identity=[f"morphs-{who:03d}" for who in table["identity"]])


def test_distances_of_units_are_those_of_standardised_responses():
    draw = generator("test", "distances")
    stimuli = design().sample(frac=1, random_state=3, ignore_index=True)
    units = np.array([2, 5, 7, 11])
    localizer = Responses(pd.DataFrame(), draw.normal(3, [1, 2, 5, 0], (12, 4)).astype(np.float32), units)
    morphs = Responses(stimuli, draw.normal(3, 2, (12, 4)).astype(np.float32), units)
    groups = pd.DataFrame(
        {"group": ["selective"] * 2 + ["random"] * 3, "draw": [0, 0, 0, 1, 1], "unit": [2, 11, 7, 5, 7]}
    )
    layer = (
        unit_distances(localizer, morphs, groups.assign(group="random"), NO_LAYER)
        .query("draw == 0")
        .assign(group="all")
    )
    table = unit_distances(localizer, morphs, groups, layer)
    pd.testing.assert_frame_equal(table.query("group == 'all'").reset_index(drop=True), layer.reset_index(drop=True))
    table = table.query("group != 'all'")
    assert table.groupby(["group", "draw"])["n_units"].first().to_dict() == {
        ("selective", 0): 2, ("random", 0): 1, ("random", 1): 2, ("nonselective", 0): 0,
    }  # fmt: skip
    assert len(table) == 4 * 2 * 2 * 2
    assert table.loc[table["group"] == "nonselective", "distance"].isna().all()
    scale = localizer.values.std(axis=0, dtype=float)
    scale[3] = 1  # a constant unit is left as it is
    for row in table[table["n_units"] > 0].itertuples():
        here = stimuli[(stimuli["identity"] == row.identity) & (stimuli["continuum"] == row.continuum)]
        near = here[(here["level"] - row.level).abs() < 0.13].index
        members = groups[(groups["group"] == row.group) & (groups["draw"] == row.draw)]["unit"]
        change = ((morphs.values[near[0]] - morphs.values[near[1]]) / scale)[np.searchsorted(units, members)]
        assert row.distance == pytest.approx(np.linalg.norm(change) / np.sqrt(row.n_units) / 0.25, rel=1e-5)


@pytest.mark.parametrize("shape", [(16, 16), (16, 16, 3)])
def test_distances_of_pictures_are_root_mean_squares_of_grey_levels(shape):
    stimuli = design().sample(frac=1, random_state=4, ignore_index=True)
    pictures = generator("test", "pictures").integers(0, 256, (len(stimuli), *shape), dtype=np.uint8)
    table = picture_distances(stimuli.assign(image=[encode_png(picture) for picture in pictures]))
    assert len(table) == 8 and sorted(table["level"].unique()) == [0.375, 0.625]
    for row in table.itertuples():
        here = stimuli[(stimuli["identity"] == row.identity) & (stimuli["continuum"] == row.continuum)]
        a, b = (pictures[i].astype(float) for i in here[(here["level"] - row.level).abs() < 0.13].index)
        assert row.distance == pytest.approx(np.sqrt(((a - b) ** 2).mean()) / 0.25) and row.step == 0.25


def study(code, boundary=0.6, people=20, pixels=None, curves=1, noise=0.05):
    """Tables of one-unit networks: distances follow `code`(levels, boundary), decisions flip at a person's boundary."""
    draw = generator("test", "study", boundary, people, curves)
    own = draw.normal(boundary, 0.08, (curves, people, 1))
    chose = draw.random((curves, people, 19)) < 1 / (1 + np.exp(-40 * (LEVELS - own)))
    size = np.abs(np.diff(code(LEVELS, own), axis=2)) * np.exp(draw.normal(0, noise, (curves, people, 18)))
    at = np.exp(draw.normal(0, 0.05, (people, 18))) * (1 if pixels is None else pixels)

    def table(values, levels, column):
        curve, person, level = (axis.ravel() for axis in np.indices(values.shape))
        return pd.DataFrame(
            {
                "network": "n", "layer": "l", "seed": curve, "group": "selective", "draw": 0, "classifier": "two_way",
                "n_units": 1, "continuum": "happiness-anger", "identity": [f"m-{who:03d}" for who in person],
                "level": levels[level].round(9), column: values.ravel(),
            }
        )  # fmt: skip

    curves_ = identification(table(chose, LEVELS, "chose_second"), BY)
    pictures = table(at[None], BETWEEN, "distance")[["continuum", "identity", "level", "distance"]].assign(step=0.05)
    return table(size, BETWEEN, "distance").drop(columns="classifier"), pictures, curves_, fit_identification(curves_)


def categorical(levels, boundary):
    """A code that changes at the boundary, on top of one that follows the picture."""
    return levels + 0.3 * np.tanh((levels - boundary) / 0.08)


def steady(levels, boundary):
    return levels + 0 * boundary


def test_a_planted_change_at_the_boundary_is_found_there_and_exceeds_the_pictures():
    peaks, curves = discrimination(*study(categorical), resamples=200, seed=SEED)
    row = peaks.iloc[0]
    assert row["status"] == "ok" and row["n_identities"] == 20
    assert abs(row["boundary"] - 0.6) < 0.05 and abs(row["peak"] - 0.6) < 0.05
    assert row["from_boundary"] == pytest.approx(row["peak"] - row["boundary"])
    assert row["peak_low"] <= row["peak"] <= row["peak_high"]
    assert 0 < row["excess_low"] < row["excess"] < row["excess_high"]
    assert row["r_predicted"] > 0.8
    assert curves["level"].to_numpy() == pytest.approx(BETWEEN) and (curves["n"] == 20).all()
    for column in ("distance", "predicted", "pixels"):
        assert curves[column].mean() == pytest.approx(1)
    assert ((curves["distance_low"] < curves["distance"]) & (curves["distance"] < curves["distance_high"])).all()


def test_a_steady_code_has_a_boundary_and_no_excess_over_the_pictures():
    row = discrimination(*study(steady), resamples=200, seed=SEED)[0].iloc[0]
    assert row["status"] == "ok" and abs(row["boundary"] - 0.6) < 0.05
    assert row["excess_low"] < 0 < row["excess_high"] and abs(row["excess"]) < 0.05
    assert row["r_predicted"] < 0.5


def test_what_the_pictures_do_too_is_no_excess():
    distances, _, curves, fits = study(categorical)
    pictures = distances[["continuum", "identity", "level", "distance"]].assign(
        distance=7 * distances["distance"], step=0.05
    )
    row = discrimination(distances, pictures, curves, fits, 50, SEED)[0].iloc[0]
    assert [row["excess"], row["excess_low"], row["excess_high"]] == pytest.approx([0, 0, 0], abs=1e-12)


def test_intervals_are_those_of_resampling_by_hand():
    distances, pictures, curves, fits = study(categorical, people=8)
    row = discrimination(distances, pictures, curves, fits, 60, SEED)[0].iloc[0]
    units, pixels = (
        t.pivot(index="identity", columns="level", values="distance").to_numpy() for t in (distances, pictures)
    )
    peaks, excesses = [], []
    for weights in resample(list(distances["identity"].unique()), 60, *SEED):
        drawn = np.repeat(np.arange(8), weights.astype(int))
        of_units, of_pixels = (part[drawn].mean(axis=0) / part[drawn].mean() for part in (units, pixels))

        def smooth(curve, at):
            near = np.clip(1 - np.abs(BETWEEN - at) / KERNEL, 0, None)
            return (curve * near).sum() / near.sum()

        peaks.append(BETWEEN[np.argmax([smooth(of_units, at) for at in BETWEEN])])
        excesses.append(smooth(of_units, row["boundary"]) - smooth(of_pixels, row["boundary"]))
    half = (BETWEEN[1] - BETWEEN[0]) / 2
    assert [row["peak_low"] + half, row["peak_high"] - half] == pytest.approx(np.quantile(peaks, [0.025, 0.975]))
    assert [row["excess_low"], row["excess_high"]] == pytest.approx(np.quantile(excesses, [0.025, 0.975]))


def test_other_curves_do_not_change_a_curves_peak():
    distances, pictures, curves, fits = study(categorical, curves=3)
    together, _ = discrimination(distances, pictures, curves, fits, 30, SEED)
    alone, _ = discrimination(distances[distances["seed"] == 1], pictures, curves, fits, 30, SEED)
    pd.testing.assert_frame_equal(together[together["seed"] == 1].reset_index(drop=True), alone)


def test_smoothing_leaves_out_levels_without_a_value_and_says_where_there_are_none():
    curve = np.where(np.arange(18) == 9, 1.0, 0)[None, None]
    steps = np.full((1, 18), 0.05)
    near = smoothed(curve, BETWEEN, steps, BETWEEN)[0, 0]
    assert near[7:12] == pytest.approx(np.array([1, 2, 3, 2, 1]) / 9) and near[:7].sum() == 0
    gap = np.where(np.arange(18) == 8, np.nan, curve)
    assert smoothed(gap, BETWEEN, steps, BETWEEN[[9]])[0, 0] == pytest.approx([3 / 7])
    assert np.isnan(smoothed(curve, BETWEEN, steps, np.array([[np.nan]]))).all()
    uneven = smoothed(np.array([[[0.0, 1.0]]]), np.array([0.1, 0.2]), np.array([[0.05, 0.15]]), np.array([0.15]))
    assert uneven == pytest.approx(0.75)  # a step counts by its width


def test_every_undefined_case_has_its_status():
    distances, pictures, curves, fits = study(steady, curves=5)
    distances.loc[distances["seed"] == 0, ["n_units", "distance"]] = [0, np.nan]
    curves.loc[curves["seed"] == 0, "n_units"] = 0
    distances.loc[distances["seed"] == 1, "distance"] = 0
    fits.loc[fits["seed"] == 2, "boundary"] = np.nan
    fits.loc[fits["seed"] == 4, "boundary"] = BETWEEN[0] - KERNEL
    peaks, shown = discrimination(distances, pictures, curves, fits, 20, SEED)
    assert peaks["status"].tolist() == [NO_UNITS, NO_CHANGE, NO_BOUNDARY, "ok", BOUNDARY_AT_END]
    assert np.isnan(peaks["excess"][4])
    assert peaks.loc[:1, ["peak", "peak_low", "excess", "r_predicted"]].isna().all(axis=None)
    assert peaks["peak"].notna().tolist() == [False, False, True, True, True]
    assert peaks.loc[2, ["from_boundary", "excess", "excess_low"]].isna().all()
    assert shown.groupby("seed")["status"].first().tolist() == [NO_UNITS, NO_CHANGE, "ok", "ok", "ok"]
    assert len(shown) == 5 * 18 and shown["pixels"].notna().all()
    alike = discrimination(distances, pictures.assign(distance=0.0), curves, fits, 20, SEED)[0]
    assert alike["status"].tolist()[3] == PICTURES_ALIKE and np.isnan(alike["excess"][3])


def test_units_that_change_for_few_identities_have_no_interval():
    distances, pictures, curves, fits = study(categorical, people=3)
    distances.loc[distances["identity"] != "m-000", "distance"] = 0
    row = discrimination(distances, pictures, curves, fits, 100, SEED)[0].iloc[0]
    assert row["status"] == NO_INTERVAL and row[["peak", "excess"]].notna().all() and np.isnan(row["peak_low"])


def test_one_identity_has_a_peak_and_no_interval():
    row = discrimination(*study(categorical, people=1), resamples=20, seed=SEED)[0].iloc[0]
    assert row["status"] == ONE_IDENTITY and abs(row["from_boundary"]) < 0.06
    assert np.isnan([row["peak_low"], row["excess_low"], row["excess_high"]]).all()


def test_pictures_of_other_morphs_are_refused():
    distances, pictures, curves, fits = study(steady)
    with pytest.raises(ValueError, match="different morphs"):
        discrimination(distances, pictures.assign(continuum="anger-fear"), curves, fits, 20, SEED)


@pytest.mark.slow
def test_intervals_of_the_excess_cover_it_at_the_stated_rate():
    distances, pictures, curves, fits = study(categorical, people=4000)
    truth = discrimination(distances, pictures.assign(distance=1.0), curves, fits, 0, SEED)[0].iloc[0]
    distances, pictures, curves, fits = study(categorical, curves=400)
    pictures = pictures.assign(distance=1.0)  # the same in all draws: their noise would be shared
    fits = fits.assign(boundary=truth["boundary"])  # the intervals hold the boundary
    peaks = discrimination(distances, pictures, curves, fits, resamples=200, seed=SEED)[0]
    rate = ((peaks["excess_low"] <= truth["excess"]) & (peaks["excess_high"] >= truth["excess"])).mean()
    near = ((peaks["peak"] - 0.6).abs() < 0.05).mean()
    print(f"excess {rate:.3f}, peak within a level {near:.3f}")
    assert 0.88 < rate < 0.98
    assert near > 0.95


def test_a_second_picture_of_a_level_and_a_gap_make_no_change():
    levels = [0.2, 0.4, 0.4, 0.6, 0.8, 1.0, 0.0, 0.2, 0.6, 0.8]
    morphs = pd.DataFrame({"continuum": "fear-anger", "identity": [*"aaaaaabbbb"], "level": levels})
    images = [np.full((4, 4), grey, np.uint8) for grey in (10, 20, 90, 30, 40, 50, 10, 20, 60, 75)]
    found = picture_distances(morphs.assign(image=[encode_png(image) for image in images]))
    assert found[["identity", "level", "distance"]].round(6).to_numpy().tolist() == [
        ["a", 0.3, 50.0],
        ["a", 0.5, 50.0],
        ["a", 0.7, 50.0],
        ["a", 0.9, 50.0],
        ["b", 0.1, 50.0],
        ["b", 0.7, 75.0],
    ]


DENSE = np.array([0, 0.2, 0.4, 0.45, 0.5, 0.55, 0.6, 0.8, 1])
WIDE = np.array([0.05, 0.2, 0.5, 0.8, 0.95])


def units_of(levels, code, people=12, name="happiness-anger", turns=(0.475, 0.475)):
    """Tables of two units that follow `code`(level), at uneven levels, and of pictures that change evenly.

    Every second person's decisions turn at one of `turns`.
    """
    stimuli = design(people, (name,), levels)
    along = np.tile([code(level) for level in levels], people)
    localizer = Responses(pd.DataFrame(), np.array([[0.0, 0], [2, 2]], np.float32), np.array([0, 1]))
    morphs = Responses(stimuli, np.stack([along, 3 * along], axis=1), np.array([0, 1]))
    groups = pd.DataFrame({"group": "selective", "draw": 0, "unit": [0, 1]})
    distances = unit_distances(localizer, morphs, groups, NO_LAYER).query("group == 'selective'")
    cell = {"network": "n", "layer": "l", "seed": 0}
    pictures = distances[["continuum", "identity", "level", "step"]].assign(distance=40.0)
    turn = np.tile(np.repeat(turns, len(levels)), people // 2)
    trials = stimuli.assign(**cell, group="selective", draw=0, classifier="two_way", n_units=2,
                            chose_second=stimuli["level"] > turn)  # fmt: skip
    curves = identification(trials, BY)
    return distances.assign(**cell), pictures, curves, fit_identification(curves)


@pytest.mark.parametrize("levels", [DENSE, WIDE])
def test_every_step_of_uneven_levels_counts_and_none_for_its_width(levels):
    distances, pictures, curves, fits = units_of(levels, lambda level: 2 * level)
    assert len(distances) == 12 * (len(levels) - 1)
    assert distances["distance"].to_numpy() == pytest.approx(2 * np.sqrt(5), rel=1e-6)  # per unit of level
    peaks, shown = discrimination(distances, pictures, curves, fits.assign(boundary=0.5), 20, SEED)
    row = peaks.iloc[0]
    assert shown["level"].to_numpy() == pytest.approx((levels[1:] + levels[:-1]) / 2)
    assert shown[["distance", "pixels"]].to_numpy() == pytest.approx(1, rel=1e-6) and (shown["n"] == 12).all()
    assert row["status"] == "ok" and row["excess"] == pytest.approx(0, abs=1e-6)


def test_a_narrow_step_is_the_smallest_by_far_only_if_units_change_less():
    levels = np.array([0, 0.1, 0.3, 0.35, 0.6, 0.8, 1])
    at = {0: 0, 0.1: 0.2, 0.3: 0.6, 0.35: 1.2, 0.6: 1.7, 0.8: 2.1, 1: 2.5}  # twice the level, and a leap of .5
    peaks, shown = discrimination(*units_of(levels, at.get, turns=(0.32, 0.475)), 20, SEED)
    assert shown["level"][shown["distance"].idxmax()] == 0.325
    assert shown["distance"].to_numpy() == pytest.approx(np.array([2, 2, 12, 2, 2, 2]) / 2.5, rel=1e-6)
    assert (shown["distance"] * np.diff(levels)).sum() == pytest.approx(1)  # the mean along the continuum
    assert shown["predicted"].to_numpy() == pytest.approx([0, 0, 10, 2, 0, 0])  # half in .05 of level, half in .25
    row = peaks.iloc[0]
    assert row["peak"] == 0.325 and [row["peak_low"], row["peak_high"]] == pytest.approx([0.3, 0.35])


def test_a_continuum_has_its_own_levels_and_lacks_only_those():
    fine, coarse = units_of(DENSE, lambda level: level), units_of(WIDE, lambda level: level, name="anger-fear")
    tables = [pd.concat(pair, ignore_index=True) for pair in zip(fine, coarse, strict=True)]
    together, shown = discrimination(*tables, 20, SEED)
    for name, alone in (("happiness-anger", fine), ("anger-fear", coarse)):
        for found, expected in zip((together, shown), discrimination(*alone, 20, SEED), strict=True):
            here = found[found["continuum"] == name].reset_index(drop=True)
            pd.testing.assert_frame_equal(here, expected)
    morphs = tables[2][["continuum", "level"]].assign(identity="a", image=b"")  # a level of one, and not of the other
    morphs = pd.concat([morphs, morphs[morphs["level"] != 0.5].assign(identity="b")])
    image = encode_png(np.zeros((4, 4), np.uint8))
    of_b = picture_distances(morphs.assign(image=[image] * len(morphs))).query("identity == 'b'")
    assert of_b.groupby("continuum", sort=False).size().to_dict() == {"anger-fear": 2, "happiness-anger": 6}


def test_a_boundary_between_wide_steps_is_within_reach():
    distances, pictures, curves, fits = units_of(WIDE, lambda level: level + 0.5 * (level > 0.4))
    row = discrimination(distances, pictures, curves, fits.assign(boundary=0.5), 20, SEED)[0].iloc[0]
    change = np.array([0.15, 0.8, 0.3, 0.15]) / [0.15, 0.3, 0.3, 0.15] * 0.9 / 1.4
    assert row["excess"] == pytest.approx(change[1:3].mean() - 1, abs=1e-6) and row["status"] == "ok"
