import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mien.confusions.differences import differences, pairs_of
from mien.confusions.participants import Participants
from mien.confusions.similarity import Likeness, likeness
from mien.expressions import EXPRESSIONS
from tests.helpers.planted.observers import MEASURED, alike, matrices, participants_of, trials_of


def likeness_of(trials, participants, resamples, measures=MEASURED):
    return likeness(trials, participants, EXPRESSIONS, resamples, measures)


def fixed(matrix):
    people = participants_of(matrix, 1, 1)
    return Participants(people.confusion.assign(proportion=matrix.ravel()), people.trials.iloc[:0])


@pytest.fixture(scope="module")
def study():
    """A network that errs as people do, one that does not, and one of a single seed; draws of a control."""
    human = matrices(1, "differences")[0]
    like, other = matrices(1, "like", like=human)[0] * 0.1 + human * 0.9, matrices(1, "other")[0]
    trials = [trials_of("like", like, 30, seed=seed) for seed in range(4)]
    trials += [trials_of("other", other, 30, seed=seed) for seed in range(3)]
    trials += [trials_of("single", other, 30, "single").assign(layer="conv4_3")]
    trials += [
        trials_of(name, other, 30, "control", draw, seed=seed).assign(group="random", draw=draw)
        for name in ("like", "other")
        for seed in (0, 1)
        for draw in (0, 1)
    ]
    found = likeness_of(pd.concat(trials), fixed(human), 80)
    return found, differences(found, {}, "bonferroni")


def row_of(table, a, b, group="selective", entries="off_diagonal", statistic="pearson"):
    where = {"network_a": a, "network_b": b, "group": group, "entries": entries, "statistic": statistic}
    (row,) = table[(table[list(where)] == pd.Series(where)).all(axis=1)].itertuples()
    return row


def test_which_networks_are_compared():
    places = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("pixels", "input")]
    assert pairs_of([*places, *places], {}) == [
        (("a", "x"), ("b", "x")),
        (("a", "x"), ("pixels", "input")),
        (("a", "y"), ("b", "y")),
        (("a", "y"), ("pixels", "input")),
        (("b", "x"), ("pixels", "input")),
        (("b", "y"), ("pixels", "input")),
    ]
    assert pairs_of([], {}) == pairs_of([("a", "x"), ("a", "y")], {"a": "x"}) == []


def test_networks_of_other_layers_are_compared_at_those_that_are_drawn(study):
    places = [("resnet", "layer3"), ("resnet", "layer4"), ("vgg", "conv4_3"), ("vgg", "conv5_3")]
    assert pairs_of(places, {"resnet": "layer4", "vgg": "conv5_3"}) == [(places[1], places[3])]
    assert pairs_of(places, {"resnet": "layer4"}) == pairs_of(places, {}) == []
    chosen = {"like": "conv5_3", "other": "layer4"}
    apart = study[0].rows.assign(layer=study[0].rows["network"].map(chosen | {"single": "conv4_3"}))
    deeper = apart[apart["network"].isin(["like", "other"])].assign(layer="deep")
    both = Likeness(pd.concat([apart, deeper], ignore_index=True),
                    np.concatenate([study[0].resampled, study[0].resampled[deeper.index]]))  # fmt: skip
    found = row_of(differences(both, chosen, "holm").query("layer_a != 'deep'"), "like", "other")
    expected = row_of(study[1], "like", "other")
    assert (found.layer_a, found.layer_b) == ("conv5_3", "layer4")
    assert (found.difference, found.p_bootstrap) == (expected.difference, expected.p_bootstrap)


def test_differences_are_of_means_over_seeds(study):
    found, table = study
    row = row_of(table, "like", "other")
    rows = found.rows[(found.rows["entries"] == "off_diagonal") & (found.rows["statistic"] == "pearson")]
    selective = rows[rows["group"] == "selective"].groupby("network")["noise_corrected"]
    assert (row.value_a, row.value_b) == pytest.approx((selective.mean()["like"], selective.mean()["other"]))
    assert row.difference == pytest.approx(row.value_a - row.value_b) and row.difference > 0.2
    assert (row.n_seeds_a, row.n_seeds_b) == (4, 3)
    assert (row.sd_seeds_a, row.sd_seeds_b) == pytest.approx((selective.std()["like"], selective.std()["other"]))
    of = {name: values.to_numpy() for name, values in selective}
    assert row.p_seeds == pytest.approx(stats.ttest_ind(of["like"], of["other"], equal_var=False).pvalue)
    assert row.low < row.difference < row.high and row.low > 0 and row.status == "ok"


def test_interval_is_of_the_paired_resamples(study):
    found, table = study
    row = row_of(table, "like", "other")
    chosen = (found.rows["entries"] == "off_diagonal") & (found.rows["statistic"] == "pearson")
    chosen &= found.rows["group"] == "selective"
    mean = {name: found.resampled[chosen & (found.rows["network"] == name)].mean(axis=0) for name in ("like", "other")}
    spread = (mean["like"] - mean["other"]).std(ddof=1)
    assert (row.high - row.low) / 2 == pytest.approx(stats.norm.ppf(0.975) * spread)
    assert row.p_bootstrap == pytest.approx(max(1 / 81, 2 * stats.norm.sf(abs(row.difference) / spread)))


def test_no_p_is_less_than_the_resamples_can_tell_nor_zero(study):
    found, table = study
    known = table["p_bootstrap"].dropna()
    assert known.min() == 1 / 81 and (known > 1 / 81).any()
    seeds = pd.DataFrame({"noise_corrected": np.tile([0.9, 0.90001], 150)}).assign(seed=np.arange(300))
    rows = found.rows.query("network == 'like' and entries == 'all' and statistic == 'pearson'").iloc[:1]
    many = [rows.drop(columns=["seed", "noise_corrected"]).merge(seeds - [shift, 0], how="cross").assign(network=name)
            for name, shift in (("a", 0), ("b", 0.8))]  # fmt: skip
    like = Likeness(pd.concat(many, ignore_index=True), np.zeros((600, 3)))
    assert 0 < differences(like, {}, "none")["p_seeds"].item() < 1e-300


def test_draws_of_a_control_are_averaged_within_a_seed(study):
    found, table = study
    row = row_of(table, "like", "other", group="random")
    assert (row.n_seeds_a, row.n_seeds_b) == (2, 2)
    rows = found.rows[(found.rows["entries"] == "off_diagonal") & (found.rows["statistic"] == "pearson")]
    seeds = rows[(rows["group"] == "random") & (rows["network"] == "like")].groupby("seed")["noise_corrected"].mean()
    assert (row.value_a, row.sd_seeds_a) == pytest.approx((seeds.mean(), seeds.std()))
    assert row.n_comparisons == 1 and row.p_corrected == row.p_bootstrap


def test_one_seed_has_no_test_over_seeds(study):
    row = row_of(study[1], "like", "single")
    assert np.isnan(row.p_seeds) and np.isnan(row.sd_seeds_b) and not np.isnan(row.p_bootstrap)
    assert row.status == "fewer_than_2_seeds"
    assert row.layer_b == "conv4_3" and row.n_comparisons == 3
    assert row.p_corrected == pytest.approx(min(1, 3 * row.p_bootstrap))


def test_a_network_without_values_has_its_rows(study):
    truth = matrices(1, "differences")[0]
    trials = pd.concat([trials_of("a", truth, 8), trials_of("b", truth, 8).assign(response_expression=None, n_units=0)])
    table = differences(likeness_of(trials, fixed(truth), 20), {}, "holm")
    assert len(table) == 9 and set(table["status"]) == {"a_network_without_a_value"}
    assert table[["difference", "low", "p_bootstrap", "p_seeds", "p_corrected"]].isna().all(axis=None)
    assert table["n_seeds_b"].tolist() == [0] * 9 and set(table["n_comparisons"]) == {0}
    alone = differences(likeness_of(trials[trials["network"] == "a"], fixed(truth), 20), {}, "holm")
    assert alone.empty and alone.columns.tolist() == table.columns.tolist()
    nobody = differences(likeness_of(trials.assign(set="elsewhere"), fixed(truth), 20), {}, "holm")
    assert nobody.empty and nobody.columns.tolist() == table.columns.tolist()


def test_of_what_is_no_correlation_differences_are_of_the_values_as_measured(study):
    human = matrices(1, "differences")[0]
    like, other = human * 0.9 + matrices(1, "like", like=human)[0] * 0.1, matrices(1, "other")[0]
    trials = pd.concat([trials_of("like", like, 20), trials_of("other", other, 20)])
    found = likeness_of(trials, fixed(human), 40, ["jensen_shannon"])
    row = row_of(differences(found, {}, "none"), "like", "other", entries="all", statistic="jensen_shannon")
    values = found.rows[found.rows["entries"] == "all"].set_index("network")["value"]
    assert (row.value_a, row.value_b) == (values["like"], values["other"])
    assert row.low < row.difference < row.high


@pytest.mark.slow
def test_coverage_of_differences():
    """The planted difference lies in its 95 % interval about 95 % of the time: 500 pairs of networks, 67 identities."""
    hits = []
    for draw in range(10):
        human = matrices(1, "human", draw)[0]
        truths = matrices(100, "difference coverage", draw, like=human)
        names = [f"net{i:03d}" for i in range(100)]
        trials = pd.concat([trials_of(n, t, 67, "difference", draw) for n, t in zip(names, truths, strict=True)])
        table = differences(likeness_of(trials, fixed(human), 200), {}, "none")
        pairs = [f"net{i:03d} net{i + 1:03d}" for i in range(0, 100, 2)]  # each network once
        table = table[(table["network_a"] + " " + table["network_b"]).isin(pairs)]
        for entries, rows in table.groupby("entries"):
            true = alike(truths, human[None], entries)[:, 0]
            true = pd.DataFrame(true, index=names, columns=MEASURED)
            planted_difference = [true.at[r.network_a, r.statistic] - true.at[r.network_b, r.statistic]
                                  for r in rows.itertuples()]  # fmt: skip
            inside = rows["low"].le(planted_difference) & rows["high"].ge(planted_difference)
            hits.append(rows[["entries", "statistic"]].assign(inside=inside))
    rates = pd.concat(hits).groupby(["entries", "statistic"])["inside"].mean()
    print(rates.round(3).to_string())
    assert rates.groupby("statistic").mean()["pearson"] == pytest.approx(0.95, abs=0.03)
    assert rates.mean() == pytest.approx(0.95, abs=0.05)
