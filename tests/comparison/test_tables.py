import numpy as np
import pandas as pd
import pytest

from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.categorical.morph_distance_schema import MORPH_DISTANCE
from mien.comparison.cells import cell_states
from mien.comparison.schemas import SCHEMAS
from mien.comparison.tables import compare
from mien.confusions.answers import read
from mien.confusions.matrices import ENTRIES
from mien.confusions.participants import Participants
from mien.decoding.identification_trials_schema import IDENTIFICATION_TRIALS
from mien.decoding.trials_schema import TRIALS
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.status import (
    MISSING,
    NO_UNITS,
    NO_UNITS_FOR_SOME,
    NOT_CONVERGED,
    NOTHING_TO_MATCH,
    SAMPLED,
    TOO_FEW_TO_MATCH,
    TRAINING_FAILED,
)
from mien.tables import parquet
from mien.tables.schema import TEXT
from mien.units.null_schema import SCHEMES
from mien.units.schema import SELECTION, SENSITIVITY
from tests.helpers import places
from tests.helpers.tables import table_of

PUBLISHED = places.PUBLISHED / "confusion_published.csv"
LEVELS = np.arange(1, 10) / 10
CELLS = [("trained", "conv5_3", 1), ("trained", "conv5_3", 0), ("untrained", "conv5_3", 0)]
NETWORKS = {
    ("trained", 0): {"origin": "trained", "score": "accuracy", "heldout_score": 0.62},
    ("trained", 1): {"origin": "trained", "score": "accuracy", "heldout_score": 0.9},
    ("untrained", 0): {"origin": "initialised", "score": None, "heldout_score": None},
}


def decisions(set_, draw, labels, units, classifier="six_way", group="selective", right=1.0):
    """Four faces of each expression; `right` of them are called what they are, the others the next expression."""
    responses = generator("test", "comparison", set_, draw, labels, classifier, group).uniform(0, 1, 24) < right
    true = [*EXPRESSIONS] * 4
    called = [true[i] if right else true[(i + 1) % 24] for i, right in enumerate(responses)]
    rows = pd.DataFrame(
        {
            "stimulus": [f"{set_}-{i}" for i in range(24)],
            "set": set_,
            "identity": [str(i // 6) for i in range(24)],
            "group": group,
            "draw": draw,
            "classifier": classifier,
            "labels": labels,
            "n_units": units,
            "converged": True if units else None,
            "true_expression": true,
            "response_expression": called if units else None,
        }
    )
    return table_of(TRIALS, rows)


def morphs(group, draw, units, steepness=9.0):
    """Ten faces a level of two continua, the second of them before the first in the alphabet."""
    share = 1 / (1 + np.exp(-steepness * (LEVELS - 0.45)))
    chose = (np.arange(10) + 0.5) / 10 < share[:, None]
    parts = [
        pd.DataFrame(
            {
                "stimulus": [f"{continuum}-{i}" for i in range(90)],
                "continuum": continuum,
                "level": np.repeat(LEVELS, 10),
                "identity": [f"morph {i}" for i in np.tile(np.arange(10), 9)],
                "group": group,
                "draw": draw,
                "classifier": "two_way",
                "n_units": units,
                "converged": True if units else None,
                "chose_second": pd.array(chose.ravel() if units else [None] * 90, dtype="boolean"),
                "decision": None,
            }
        )
        for continuum in ("anger-disgust", "happiness-anger")
    ]
    return table_of(IDENTIFICATION_TRIALS, pd.concat(parts))


def made_of_ones(schema):
    """A row a scheme of the null."""
    row = {name: "ok" if column.type == TEXT.type else 1 for name, column in schema.columns.items()} | {
        "criterion": "two_way"
    }
    return table_of(schema, [row | {"scheme": scheme} for scheme in SCHEMES])


def cell(units, half_b=None, controls=None, whole=0):
    """A cell's tables with so many selective units, `half_b` of them (or as many) for the second half, `controls` (or
    as many) control units, and perhaps the `whole` layer of so many."""
    controls = units if controls is None else controls
    draws = (0, 1) if controls else (0,)
    trials = [decisions("wild", 0, "true", units, right=0.3), decisions("controlled", 0, "true", units, right=0.7)]
    trials += [decisions("controlled", draw, "true", controls, group="random", right=0.5) for draw in draws]
    trials += [decisions("controlled", draw, "shuffled", units, right=0.2) for draw in (0, 1)]
    halves = [decisions("localizer", 0, "true", n, "within") for n in (units, units if half_b is None else half_b)]
    halves[1]["stimulus"] += "b"
    trials += [decisions("controlled", 0, "true", whole, group="all", right=0.9)] * bool(whole)
    morphed = [*(morphs("random", d, controls) for d in draws), morphs("selective", 0, units)]
    changed = [changes("selective", 0, units), *(changes("random", d, controls) for d in draws)]
    if whole:
        morphed, changed = [*morphed, morphs("all", 0, whole)], [*changed, changes("all", 0, whole)]
    return {
        "trials": pd.concat([*halves, *trials], ignore_index=True),
        "identification_trials": pd.concat(morphed),
        "selection": made_of_ones(SELECTION).assign(n_units=64, n_selective=units),
        "sensitivity": made_of_ones(SENSITIVITY),
        "unit_counts": counts(units),
        "discrimination": pd.concat(changed),
    }


def counts(units):
    """Accuracy of all units of each group, and of ten at random; not in the order of a study."""
    numbers = [("nonselective", 40), ("random", 40 + units), ("random", 10), ("selective", units)]
    rows = [{"group": group, "draw": 0, "n_units": n, "set": "wild", "n": 24 if n else 0} for group, n in numbers]
    return table_of(UNIT_COUNTS, pd.DataFrame(rows).assign(status="ok", correct=12, accuracy=0.5))


def changes(group, draw, units):
    """How much units change between neighbouring levels of the ten faces of `morphs`: most at .45."""
    midpoints = (LEVELS[1:] + LEVELS[:-1]) / 2
    faces = pd.DataFrame([(c, f"morph {i}", level) for c in ("anger-disgust", "happiness-anger") for i in range(10)
                          for level in midpoints], columns=["continuum", "identity", "level"])  # fmt: skip
    distance = 1 + np.exp(-(((faces["level"] - 0.45) / 0.1) ** 2)) if units else np.nan
    return table_of(DISCRIMINATION, faces.assign(group=group, draw=draw, n_units=units, step=0.1, distance=distance))


@pytest.fixture(scope="module")
def people() -> Participants:
    return read(PUBLISHED)


SETTINGS = {
    "training_score": 0.8,
    "bootstrap": 20,
    "folds": 5,
    "correction": "holm",
    "layers": {},
    "expressions": list(EXPRESSIONS),
    "measures": ["pearson", "spearman", "kendall"],
}
PIXELS = table_of(MORPH_DISTANCE, changes("selective", 0, 1).assign(distance=1.0))


@pytest.fixture(scope="module")
def study(people):
    cells = dict(zip(CELLS, [cell(5), cell(6, half_b=0), cell(0)], strict=True))
    return compare(cells, NETWORKS, people, PIXELS, SETTINGS)


def of(table, name, seed, **where):
    """Rows of one cell."""
    where = {"network": name, "seed": seed, **where}
    return table[(table[list(where)] == pd.Series(where)).all(axis=1)]


def cells_of(table):
    """The cells of a table in order of appearance."""
    return list(dict.fromkeys(table[["network", "layer", "seed"]].itertuples(index=False, name=None)))


def test_every_table_keeps_its_contract(study, tmp_path):
    assert set(study) == set(SCHEMAS)
    for name, table in study.items():
        parquet.write(SCHEMAS[name], table, tmp_path / name, {})
        assert len(parquet.read(tmp_path / name)) == len(table) > 0
        keys = [c for c in table if not pd.api.types.is_float_dtype(table[c]) or c in ("level", "threshold_expression")]
        assert not table[keys].duplicated().any()


def test_cells_come_in_the_given_order_and_say_what_is_wrong(study):
    cells = study["cells"]
    assert cells_of(cells) == CELLS
    assert cells["status"].tolist() == ["ok", TRAINING_FAILED, NO_UNITS]
    assert cells["n_selective"].tolist() == [5, 6, 0]
    assert cells["heldout_score"].tolist()[:2] == [0.9, 0.62] and cells["heldout_score"].isna()[2]
    for name in ("accuracy", "fits", "similarity", "selection"):
        assert (
            list(dict.fromkeys(study[name][["network", "layer", "seed"]].itertuples(index=False, name=None))) == CELLS
        )


@pytest.mark.parametrize(("score", "rows"), [(0.9, True), (0.3, False)])
def test_differences_leave_out_seeds_whose_training_failed(people, score, rows):
    cells = {("trained", "conv5_3", 1): cell(5), ("another", "conv5_3", 0): cell(5)}
    another = {("another", 0): {"origin": "trained", "score": "accuracy", "heldout_score": score}}
    tables = compare(cells, NETWORKS | another, people, PIXELS, SETTINGS)
    assert len(tables["similarity"]["network"].unique()) == 2
    assert (len(tables["similarity_differences"]) > 0) == rows


def test_networks_are_compared_at_the_layers_that_are_drawn(people):
    cells = {("trained", layer, 1): cell(5) for layer in ("conv4_3", "conv5_3")}
    cells |= {("resnet", layer, 0): cell(5) for layer in ("layer3", "layer4")}
    networks = NETWORKS | {("resnet", 0): NETWORKS["untrained", 0]}
    layers = {"trained": "conv5_3", "resnet": "layer4"}
    table = compare(cells, networks, people, PIXELS, SETTINGS | {"layers": layers})["similarity_differences"]
    places = table[["network_a", "layer_a", "network_b", "layer_b"]].drop_duplicates()
    assert places.to_numpy().tolist() == [["trained", "conv5_3", "resnet", "layer4"]]
    assert compare(cells, networks, people, PIXELS, SETTINGS)["similarity_differences"].empty


def test_rows_of_a_cell_come_in_the_order_of_the_contract(study):
    accuracy = of(study["accuracy"], "trained", 1)
    assert accuracy[["set", "group", "draw", "labels"]].to_numpy().tolist() == [
        ["localizer", "selective", 0, "true"],
        ["controlled", "selective", 0, "true"],
        ["controlled", "selective", 0, "shuffled"],
        ["controlled", "selective", 1, "shuffled"],
        ["controlled", "random", 0, "true"],
        ["controlled", "random", 1, "true"],
        ["wild", "selective", 0, "true"],
    ]
    fits = of(study["fits"], "trained", 1)
    assert fits["continuum"].tolist() == (["happiness-anger"] * 4 + ["anger-disgust"] * 4) * 3
    assert fits["fit"].tolist()[:4] == ["linear", "quadratic", "hill", "logistic"]


def test_order_of_the_trials_does_not_matter(study, people):
    shuffled = {}
    for key, frames in zip(CELLS, [cell(5), cell(6, half_b=0), cell(0)], strict=True):
        shuffled[key] = {
            name: f if len(f) < 3 else f.sample(frac=1, random_state=3, ignore_index=True) for name, f in frames.items()
        }
    again = compare(shuffled, NETWORKS, people, PIXELS, SETTINGS)
    for name, table in study.items():
        if name == "observer_trials":  # in the order of the trials
            again[name], table = (t.sort_values(list(t), ignore_index=True) for t in (again[name], table))
        pd.testing.assert_frame_equal(again[name], table, rtol=1e-9)


def test_accuracy_counts_decisions(study):
    (controlled,) = of(study["accuracy"], "trained", 1, set="controlled", group="random", draw=1).itertuples()
    trials = cell(5)["trials"]
    rows = trials[(trials["set"] == "controlled") & (trials["group"] == "random") & (trials["draw"] == 1)]
    right = (rows["true_expression"] == rows["response_expression"]).sum()
    assert (controlled.n, controlled.correct, controlled.accuracy) == (24, right, right / 24)
    assert 0 < right < 24 and controlled.n_units == 5 and controlled.status == "ok"


def test_a_half_without_units_is_said(study):
    (within,) = of(study["accuracy"], "trained", 0, classifier="within").itertuples()
    assert (within.n, within.n_units, within.accuracy) == (24, 6, 1)
    assert within.status == NO_UNITS_FOR_SOME


def test_confusion_has_people_first_and_only_true_labels(study):
    confusion = study["confusion"]
    assert confusion["observer"].tolist()[:72] == ["human"] * 72
    sizes = confusion.groupby(["observer", "layer", "seed", "set", "group", "draw", "classifier"]).size()
    assert set(sizes) == {36} and len(sizes) == 5 + 5 + 4
    empty = confusion[confusion["observer"] == "untrained"]
    assert empty["proportion"].isna().all() and (empty["n"] == 0).all()


def test_similarity_of_people_with_themselves_is_one(people):
    wild = people.confusion[people.confusion["set"] == "wild"]
    counts = (wild["proportion"] * 1000).round().astype(int)  # a thousand faces of each, answered as people did
    trials = wild.loc[wild.index.repeat(counts), ["true_expression", "response_expression"]]
    frames = cell(5)
    answers = trials.assign(stimulus="s", set="wild", identity="0", group="selective", draw=0, classifier="six_way")
    answers = answers.assign(labels="true", n_units=5, converged=True)
    frames["trials"] = answers[frames["trials"].columns]
    similarity = compare({CELLS[0]: frames}, NETWORKS, people, PIXELS, SETTINGS)["similarity"]
    assert similarity[["entries", "statistic"]].to_numpy().tolist() == [
        [cells, statistic] for cells in ENTRIES for statistic in ("pearson", "spearman", "kendall")
    ]
    assert similarity["value"].to_numpy() == pytest.approx(np.ones(9), abs=0.02)
    assert similarity["perfect_classifier"].iloc[0] == pytest.approx(0.787, abs=0.001)
    assert set(similarity["human"]) == {"human"}
    assert set(similarity["status"]) == {"fewer_than_5_identities"}


def test_similarity_covers_the_sets_that_people_saw(study):
    rows = of(study["similarity"], "trained", 1)
    assert rows.groupby("set").size().to_dict() == {"controlled": 27, "wild": 9}
    assert rows["value"].notna().all()


def test_identification_and_fits(study):
    curve = of(study["identification"], "trained", 1, group="selective", continuum="happiness-anger")
    assert curve["level"].tolist() == LEVELS.tolist()
    assert curve["n"].tolist() == [10] * 9
    assert curve["chose_second"].tolist() == [0, 1, 2, 4, 6, 8, 9, 10, 10]
    assert not curve["same_identities"].any()
    hill = of(study["fits"], "trained", 1, group="selective", fit="hill")
    assert (hill["r2"] > 0.99).all()
    assert hill["boundary"].to_numpy() == pytest.approx([0.45, 0.45], abs=0.02) and hill["counts"].all()
    assert of(study["r2_means"], "trained", 1)["n"].tolist() == [2] * 12
    assert of(study["r2_tests"], "trained", 1)[["fit_a", "fit_b"]].to_numpy().tolist()[:2] == [
        ["hill", "linear"],
        ["hill", "quadratic"],
    ]


def test_a_cell_without_units_has_its_rows_with_nulls(study):
    for name, value in (("accuracy", "accuracy"), ("similarity", "value"), ("identification", "proportion_second"),
                        ("fits", "r2")):  # fmt: skip
        rows = of(study[name], "untrained", 0)
        assert len(rows) > 0 and rows[value].isna().all() and (rows["n_units"] == 0).all()
        assert set(rows["status"]) == {NO_UNITS}
    tests = of(study["r2_tests"], "untrained", 0)
    assert len(tests) == 8 and (tests["n"] == 0).all() and tests["p"].isna().all()


def test_controls_that_are_not_as_many_as_the_selective_units_say_so(people):
    cells = dict(zip(CELLS, [cell(5), cell(6, controls=4), cell(0, controls=8)], strict=True))
    study = compare(cells, NETWORKS, people, PIXELS, SETTINGS)
    for name, value in {
        "accuracy": "accuracy",
        "similarity": "value",
        "identification": "proportion_second",
        "identification_identities": "boundary",
        "fits": "r2",
        "discrimination_curves": "distance",
        "discrimination_peaks": "peak",
    }.items():
        table = study[name]
        nothing = of(table, "untrained", 0, group="random")
        assert (nothing["n_units"] == 8).all() and nothing[value].notna().all(), name
        assert nothing["status"].str.endswith(NOTHING_TO_MATCH).all(), name
        assert of(table, "trained", 0, group="random")["status"].str.endswith(TOO_FEW_TO_MATCH).all(), name
        matched = pd.concat([of(table, "trained", 1), table[table["group"] == "selective"]])
        assert not matched["status"].str.contains("_to_match").any(), name
    assert of(study["accuracy"], "untrained", 0, group="random")["status"].eq(NOTHING_TO_MATCH).all()
    pairs = study["similarity_differences"].groupby("group")["status"]
    assert pairs.apply(lambda status: status.str.contains(NOTHING_TO_MATCH).all()).to_dict() == {
        "selective": False,
        "random": True,
    }
    assert study["cells"]["status"].tolist()[-1] == NO_UNITS


def test_a_whole_layer_says_where_it_is_a_sample_and_is_no_control(people):
    layers = [cell(5), cell(5)]
    for number, tables in enumerate(layers):
        tables["selection"]["n_varying"] = 64 + number
        every = [decisions(name, 0, "true", 64, group="all") for name in ("wild", "controlled")]
        halves = [decisions("localizer", 0, "true", 50, "within", group="all")]  # of a half fewer vary
        tables["trials"] = pd.concat([tables["trials"], *every, *halves], ignore_index=True)
        tables["identification_trials"] = pd.concat([tables["identification_trials"], morphs("all", 0, 64)])
        tables["discrimination"] = pd.concat([tables["discrimination"], changes("all", 0, 64)])
    results = compare(dict(zip(CELLS, layers, strict=False)), NETWORKS, people, PIXELS, SETTINGS)
    for name in ("accuracy", "similarity", "identification", "fits", "discrimination_peaks", "unit_counts"):
        for (_, _, seed), sampled in zip(CELLS, (False, True), strict=False):
            rows = results[name][results[name]["seed"] == seed]
            said = rows["status"].str.contains(SAMPLED)
            assert (said == (sampled & ((rows["group"] == "all") | (name == "unit_counts")))).all(), name
            assert not rows.loc[rows["group"] == "all", "status"].str.contains("match").any()


def test_numbers_of_units_rise_in_each_group(study):
    first = of(study["unit_counts"], "trained", 1)
    assert first["group"].tolist() == ["selective", "random", "random", "nonselective"]
    assert first["n_units"].tolist() == [5, 10, 45, 40]


def test_a_whole_layer_stands_in_every_table_and_changes_nothing_that_is_said_of_the_others(people, study):
    cells = dict(zip(CELLS, [cell(5, whole=60), cell(6, half_b=0, whole=60), cell(0, whole=60)], strict=True))
    found = compare(cells, NETWORKS, people, PIXELS, SETTINGS)
    for name, table in found.items():
        of_layer = table["group"].eq("all") if "group" in table else pd.Series(False, table.index)
        pd.testing.assert_frame_equal(table[~of_layer].reset_index(drop=True), study[name])
        assert of_layer.any() == ("group" in table and name != "unit_counts"), name
        if {"group", "status"} <= set(table):
            assert not table.loc[of_layer, "status"].str.contains("_to_match|no_selective_units").any(), name
    hill = found["fits"].query("group == 'all' and fit == 'hill'")
    assert len(hill) == 6 and hill[["boundary_low", "boundary_high"]].notna().all(axis=None)


def test_what_a_classifier_decided_that_did_not_converge_says_so(people):
    stopped = cell(5)
    trials, morphed = stopped["trials"], stopped["identification_trials"]
    trials.loc[(trials["set"] == "wild") | (trials["labels"] == "shuffled"), "converged"] = False
    here = (morphed["group"] == "random") & (morphed["draw"] == 1) & (morphed["continuum"] == "anger-disgust")
    morphed.loc[here, "converged"] = False
    fine = cell(5)
    fine["trials"].loc[fine["trials"]["labels"] == "shuffled", "converged"] = False
    study = compare(dict(zip(CELLS, [stopped, fine, cell(0)], strict=True)), NETWORKS, people, PIXELS, SETTINGS)
    expected = {"accuracy": "set == 'wild' or labels == 'shuffled'", "similarity": "set == 'wild'"}
    expected |= dict.fromkeys(
        ("identification", "identification_identities", "fits", "discrimination_curves", "discrimination_peaks"),
        "group == 'random' and draw == 1 and continuum == 'anger-disgust'",
    )
    for name, where in expected.items():
        table = of(study[name], "trained", 1)
        said = table["status"].str.endswith(NOT_CONVERGED)
        assert 0 < said.sum() < len(said) and said.equals(table.eval(where)), name
    assert study["accuracy"].query("set == 'wild' and network == 'trained'")["status"].tolist() == [NOT_CONVERGED, "ok"]
    states = study["cells"].set_index(["network", "seed"])["status"]
    assert states["trained", 1] == NOT_CONVERGED and NOT_CONVERGED not in states["trained", 0]
    assert states["trained", 0].startswith(TRAINING_FAILED)


def test_a_study_without_morphs_and_one_without_any_units(people):
    frames = {name: f for name, f in cell(5).items() if name not in ("identification_trials", "discrimination")}
    study = compare({CELLS[0]: frames}, NETWORKS, people, None, SETTINGS)
    of_morphs = ("identification", "identification_identities", "fits", "r2_means", "r2_tests", "discrimination_peaks")
    assert all(study[name].empty for name in of_morphs)
    assert len(study["accuracy"]) == 7
    study = compare({CELLS[2]: cell(0)}, NETWORKS, people, PIXELS, SETTINGS)
    assert study["fits"]["r2"].isna().all()


def test_morphs_of_people_of_the_localizer_are_labelled(people):
    frames = cell(5)
    same = {**frames, "identification_trials": frames["identification_trials"].assign(identity="3")}
    for tables_, expected in ((frames, False), (same, True)):
        study = compare({CELLS[0]: tables_}, NETWORKS, people, PIXELS, SETTINGS)
        assert study["identification"]["same_identities"].eq(expected).all()


def test_sets_that_people_did_not_see_have_no_similarity(people, tmp_path):
    elsewhere = people._replace(confusion=people.confusion.assign(set="elsewhere"))
    study = compare({CELLS[0]: cell(5)}, NETWORKS, elsewhere, PIXELS, SETTINGS)
    assert study["similarity"].empty
    parquet.write(SCHEMAS["similarity"], study["similarity"], tmp_path / "similarity", {})


def test_a_missing_cell_has_a_row_that_says_so_and_no_other(study):
    missing = ("trained", "conv5_3", 7)
    cells = cell_states(study["selection"], NETWORKS, 0.8, [missing])
    assert cells_of(cells)[-1] == missing and cells["status"].iloc[-1] == MISSING
    assert cells.iloc[-1].drop(["network", "layer", "seed", "status"]).isna().all()
    assert cells["status"].iloc[:-1].tolist() == study["cells"]["status"].tolist()
