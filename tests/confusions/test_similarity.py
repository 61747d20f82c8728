from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mien.confusions import similarity as module
from mien.confusions.answers import read, read_published
from mien.confusions.matrices import ENTRIES, Confusion, confusion
from mien.confusions.measures import MEASURES
from mien.confusions.participants import Participants
from mien.confusions.similarity import likeness, relabeling_test, similarities
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from tests.helpers import places
from tests.helpers.planted.observers import MEASURED, alike, matrices, participants_of, trials_of

PUBLISHED = places.PUBLISHED / "confusion_published.csv"
SCIPY = dict(zip(MEASURED, (stats.pearsonr, stats.spearmanr, stats.kendalltau), strict=True))

#: Pearson, Spearman and Kendall of the published matrices with people's, as the project's method page has them: rounded
#: to three decimals and then to two, so that .27498, .1749 and .00472 became .28, .18 and .01.
PUBLISHED_SIMILARITY = {
    ("vgg_face", "controlled", "all"): (0.94, 0.79, 0.68),
    ("vgg_face", "controlled", "off_diagonal"): (0.73, 0.62, 0.53),
    ("vgg_face", "wild", "all"): (0.64, 0.54, 0.40),
    ("vgg_face", "wild", "off_diagonal"): (0.28, 0.38, 0.28),
    ("vgg16", "wild", "all"): (0.08, 0.15, 0.11),
    ("vgg16", "wild", "off_diagonal"): (-0.11, 0.01, 0.01),
    ("vgg_face_untrained", "wild", "all"): (0.03, 0.18, 0.12),
    ("vgg_face_untrained", "wild", "off_diagonal"): (-0.11, 0.03, 0.02),
}


def published(observer, set_):
    table = read_published(PUBLISHED, observer)
    return Confusion.from_table(table[table["set"] == set_])


def correlated(x, y, entries):
    return alike(x.proportions, y.proportions, entries)[0, 0]


def relabeled(x, y, entries, names=MEASURED):
    return np.stack([relabeling_test(x, y, entries, MEASURES[name]) for name in names], axis=-1)


def likeness_of(trials, participants, resamples, measures=MEASURED):
    return likeness(trials, participants, EXPRESSIONS, resamples, measures)


def normalised(counts):
    return Confusion.counted(counts, EXPRESSIONS).proportions


@pytest.fixture(scope="module")
def compared():
    """Three networks, 12 identities of one set, people of the publication, 60 resamples."""
    truths = matrices(3, "similarity")
    trials = pd.concat([trials_of(f"net{i}", truth, 12) for i, truth in enumerate(truths)])
    people = read(PUBLISHED)
    return trials, people, likeness_of(trials, people, 60)


@pytest.mark.parametrize(("network", "set_", "entries"), PUBLISHED_SIMILARITY)
def test_published_similarity(network, set_, entries):
    found = correlated(published(network, set_), published("human", set_), entries)
    assert found == pytest.approx(PUBLISHED_SIMILARITY[network, set_, entries], abs=0.0055)


@pytest.mark.parametrize(("set_", "perfect", "even"), [("controlled", 0.90, 0.92), ("wild", 0.79, 0.72)])
def test_published_baselines(set_, perfect, even):
    people, network = published("human", set_), published("vgg_face", set_)
    assert correlated(people.perfect(), people, "all")[0] == pytest.approx(perfect, abs=0.005)
    assert correlated(network.uniform_errors(), people, "all")[0] == pytest.approx(even, abs=0.005)


@pytest.mark.parametrize(("entries", "p"), [("all", 0.11), ("off_diagonal", 0.125)])
def test_published_relabeling_test(entries, p):
    found = relabeled(published("vgg_face", "wild"), published("human", "wild"), entries)
    assert found[0, 0] == pytest.approx(p, abs=0.005)
    assert found[0] * 720 == pytest.approx(np.round(found[0] * 720))


@pytest.mark.parametrize("entries", ENTRIES)
def test_relabeling_by_brute_force(entries):
    draws = generator("test", "relabel").dirichlet(np.ones(6), (2, 6)).round(2)
    x, y = (Confusion(matrix, EXPRESSIONS) for matrix in draws)
    expected = np.zeros(3)

    def scipys(other):
        both = x.entries(entries).ravel(), other.entries(entries).ravel()
        return np.array([SCIPY[name](*both).statistic for name in MEASURED])

    for order in permutations(range(6)):
        again = Confusion(y.proportions[np.ix_(order, order)], EXPRESSIONS)
        expected += scipys(again) >= scipys(y) - 1e-9
    assert relabeled(Confusion(x.proportions[None], EXPRESSIONS), y, entries)[0] * 720 == pytest.approx(expected)


def test_of_four_expressions_there_are_24_relabelings_and_of_seven_5040():
    for k, n in ((4, 24), (7, 5040)):
        one = Confusion(generator("test", "few labels").dirichlet(np.ones(k), (1, k)), tuple("abcdefg"[:k]))
        assert relabeled(one, one, "off_diagonal") == pytest.approx(np.full((1, 3), 1 / n))


def test_who_answers_as_people_do_passes_the_relabeling_test_best():
    people = published("human", "wild")
    for entries in ENTRIES:
        assert relabeled(people, people, entries)[0] == pytest.approx(np.full(3, 1 / 720))
    flat = Confusion(np.full((1, 6, 6), 1 / 6), EXPRESSIONS)
    assert np.isnan(relabeled(flat, people, "all")).all()


def test_table_has_a_row_for_each_observer_human_cells_and_statistic(compared):
    trials, people, found = compared
    table = similarities(found, "holm")
    assert len(table) == 3 * 3 * 3  # people saw two sets, the networks one of them
    keys = ["network", "layer", "seed", "set", "group", "draw", "classifier", "human", "entries", "statistic"]
    assert not table[keys].duplicated().any()
    assert set(table["status"]) == {"ok"} and set(table["n_comparisons"]) == {3}
    assert set(table["correction"]) == {"holm"} and (table["p_corrected"] >= table["p_relabeling"]).all()
    assert found.resampled.shape == (27, 60)


def test_values_are_scipys_on_the_confusions(compared):
    trials, people, found = compared
    human = Confusion.from_table(people.confusion[people.confusion["set"] == "wild"])
    for row in found.rows.itertuples():
        mine = trials[trials["network"] == row.network]
        counts = pd.crosstab(mine["true_expression"], mine["response_expression"]).reindex(
            index=EXPRESSIONS, columns=EXPRESSIONS, fill_value=0
        )
        matrix = Confusion.counted(counts.to_numpy(), EXPRESSIONS)
        x, y = (m.entries(row.entries).ravel().round(12) for m in (matrix, human))  # 1/7 + 1/7 is a tie with 2/7
        expected = SCIPY[row.statistic](x, y).statistic
        assert row.value == pytest.approx(expected, rel=1e-9)


def test_bootstrap_is_explicit_resampling_of_identities(compared):
    trials, people, _ = compared
    shown = module._shown(trials, EXPRESSIONS, "wild", 5)
    assert (shown.weights != module._shown(trials, EXPRESSIONS, "controlled", 5).weights).any()
    for r, weights in enumerate(shown.weights.astype(int)):
        drawn = [shown.identities[i] for i in np.repeat(np.arange(12), weights)]
        for m, name in enumerate(("net0", "net1", "net2")):
            mine = trials[trials["network"] == name].set_index("identity")
            again = pd.concat([mine.loc[[identity]] for identity in drawn])
            counts = pd.crosstab(again["true_expression"], again["response_expression"]).reindex(
                index=EXPRESSIONS, columns=EXPRESSIONS, fill_value=0
            )
            assert shown.resampled.proportions[r, m] == pytest.approx(normalised(counts.to_numpy()))


def test_peoples_bootstrap_is_explicit_resampling_of_people_and_identities(compared):
    trials, _, _ = compared
    people = participants_of(matrices(1, "crowd")[0], 5, 12)
    extra = people.trials[people.trials["identity"] == "id003"].assign(identity="only people", stimulus="another")
    answered = pd.concat([people.trials, extra], ignore_index=True)
    shown = module._shown(trials, EXPRESSIONS, "wild", 4)
    found = module._participants_again(answered, shown, "human", "wild")
    who = module.resample(sorted(set(answered["subject"])), 4, "wild", "people", "human")
    for r in range(4):
        weight = dict(zip(shown.identities, shown.weights[r], strict=True)) | {"only people": 1}
        of = dict(zip(sorted(set(answered["subject"])), who[r], strict=True))
        each = answered["identity"].map(weight) * answered["subject"].map(of)
        counts = (
            each.groupby([answered["true_expression"], answered["response_expression"]]).sum().unstack(fill_value=0)
        )
        counts = counts.reindex(index=EXPRESSIONS, columns=EXPRESSIONS, fill_value=0)
        assert found.proportions[r] == pytest.approx(normalised(counts.to_numpy()))


def test_baselines_that_are_constant_say_so(compared):
    table = compared[2].rows.set_index(["entries", "statistic"])
    errors = table.loc[("off_diagonal", "pearson")]
    assert errors["perfect_classifier"].isna().all() and errors["uniform_errors"].notna().all()
    assert set(errors["baseline_status"]) == {"perfect_classifier_undefined"}
    normalised = table.loc[("off_diagonal_normalised", "pearson")]
    assert normalised[["perfect_classifier", "uniform_errors"]].isna().all(axis=None)
    assert set(normalised["baseline_status"]) == {"perfect_classifier_undefined;uniform_errors_undefined"}
    assert set(table.loc[("all", "kendall"), "baseline_status"]) == {"ok"}


def test_order_of_the_trials_does_not_matter(compared):
    trials, people, found = compared
    again = likeness_of(trials.sample(frac=1, random_state=2), people, 60)
    keys = ["network", "entries", "statistic"]
    pd.testing.assert_frame_equal(
        again.rows.sort_values(keys, ignore_index=True), found.rows.sort_values(keys, ignore_index=True), rtol=1e-9
    )


def test_an_observer_has_the_same_interval_whoever_stands_beside_it(compared):
    trials, people, found = compared
    alone = likeness_of(trials[trials["network"] == "net1"], people, 60).rows
    beside = found.rows[found.rows["network"] == "net1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, beside, rtol=1e-9)


def test_undefined_similarity_says_why():
    truth = matrices(1, "undefined")[0]
    good = trials_of("good", truth, 8)
    dumb = trials_of("dumb", truth, 8).assign(response_expression=None, n_units=0)
    fixed = trials_of("fixed", truth, 8).assign(response_expression="fear")
    half = trials_of("half", truth, 8)
    half.loc[half["true_expression"] == "fear", "response_expression"] = None
    table = likeness_of(pd.concat([good, dumb, fixed, half]), read(PUBLISHED), 30).rows
    assert table.groupby("network")["status"].unique().map(set).to_dict() == {
        "good": {"ok"},
        "dumb": {"no_selective_units"},
        "fixed": {"ok"},
        "half": {"expression_without_trials"},
    }
    undefined = table["network"].isin(["dumb", "half"])
    assert table.loc[undefined, ["value", "low", "high", "p_relabeling"]].isna().all(axis=None)
    flat = participants_of(np.full((6, 6), 1 / 6), 1, 8)
    even = flat.confusion.assign(proportion=1 / 6)
    table = likeness_of(good, Participants(even, flat.trials.iloc[:0]), 30).rows
    assert set(table["status"]) == {"participants_constant"}
    few = likeness_of(trials_of("few", truth, 4), read(PUBLISHED), 30).rows
    assert set(few["status"]) == {"fewer_than_5_identities"}
    assert few["value"].notna().all() and few[["noise_corrected", "low", "high"]].isna().all(axis=None)
    five = likeness_of(trials_of("five", truth, 5), read(PUBLISHED), 30).rows
    assert five["low"].notna().all() and set(five["status"]) == {"ok"}
    guesses = likeness_of(trials_of("five", np.full((6, 6), 1 / 6), 5), read(PUBLISHED), 30).rows
    drowned = guesses["low"].isna()
    assert drowned.any() and set(guesses.loc[drowned, "status"]) == {"noise_drowns_the_matrix"}


def test_every_measure_has_its_baselines_test_and_interval_and_no_others_numbers_change(compared):
    trials, participants, found = compared
    every = likeness_of(trials, participants, 60, list(MEASURES)).rows
    keys = ["network", "entries", "statistic"]
    three = every[every["statistic"].isin(MEASURED)].reset_index(drop=True)
    pd.testing.assert_frame_equal(three, found.rows)
    rows = every.set_index(["statistic", "entries"]).sort_index()
    for name, entries in (("cosine", "all"), ("cosine", "off_diagonal"), ("jensen_shannon", "all"),
                          ("jensen_shannon", "off_diagonal_normalised")):  # fmt: skip
        here = rows.loc[(name, entries)]
        assert here["noise_corrected"].isna().all() and set(here["status"]) == {"not_a_correlation"}
        assert (here["low"] < here["value"]).all() and (here["value"] < here["high"]).all()
        assert here["high"].max() <= 1 and here["p_relabeling"].between(1 / 720, 1).all()
        assert here["uniform_errors"].notna().all()
    undefined = rows.loc[("jensen_shannon", "off_diagonal")]
    assert set(undefined["status"]) == {"measure_undefined"}
    assert undefined[["value", "low", "high", "perfect_classifier", "p_relabeling"]].isna().all(axis=None)
    assert rows.loc[("cosine", "off_diagonal"), "perfect_classifier"].isna().all()
    assert not every[keys].duplicated().any() and set(every["statistic"]) == set(MEASURES)
    few = likeness_of(trials_of("few", matrices(1, "few")[0], 4), participants, 30, ["cosine"]).rows
    assert set(few["status"]) == {"fewer_than_5_identities;not_a_correlation"}
    assert few["low"].isna().all() and module.interval_of(few).isna().all()


def of_study(trials, participants, expressions):
    return likeness(trials, participants, expressions, 60, MEASURED).rows


def test_of_a_study_with_four_expressions_participants_six_count_as_if_they_had_been_offered_four():
    four, truths = ("anger", "fear", "happiness", "sadness"), matrices(2, "four")
    trials, people = trials_of("net", truths[0], 30), participants_of(truths[1], 5, 30)
    trials = trials[trials["true_expression"].isin(four) & trials["response_expression"].isin(four)]
    own = people.trials["true_expression"].isin(four) & people.trials["response_expression"].isin(four)
    offered = Participants(confusion(people.trials[own], ["observer", "set"], four), people.trials[own])
    found, expected = (of_study(trials, participants, four) for participants in (people, offered))
    assert (found["n_expressions"] == 4).all() and found["value"].notna().all()
    compared = ["value", "uniform_errors", "p_relabeling", "entries", "statistic"]
    pd.testing.assert_frame_equal(found[compared], expected[compared])
    assert (found["p_relabeling"] * 24 % 1).round(6).isin([0, 1]).all()


def test_of_a_study_with_seven_expressions_the_six_that_participants_know_are_compared():
    truth = matrices(1, "seven")[0]
    trials = trials_of("net", truth, 12)
    neutral = trials.drop_duplicates("identity").assign(true_expression="neutral", response_expression="neutral")
    said_neutral = trials.iloc[::5].assign(response_expression="neutral")
    seven = pd.concat([trials, neutral, said_neutral], ignore_index=True)
    found, six = (
        of_study(rows, read(PUBLISHED), [*EXPRESSIONS[::-1], *more])
        for rows, more in ((seven, ["neutral"]), (trials, []))
    )
    pd.testing.assert_frame_equal(found, six)
    assert (found["n_expressions"] == 6).all()


def test_with_fewer_than_three_shared_expressions_nothing_is_compared_and_the_status_says_so():
    shown = ("anger", "fear", "contempt", "neutral")
    trials = trials_of("net", matrices(1, "few shared")[0], 8)
    trials["true_expression"] = trials["true_expression"].replace({"sadness": "contempt", "surprise": "neutral"})
    trials = trials[trials["true_expression"].isin(shown)]
    for participants in (read(PUBLISHED), participants_of(matrices(1, "few shared")[0], 4, 8)):
        table = of_study(trials, participants, shown)
        assert set(table["status"]) == {"fewer_than_3_shared_expressions"} and (table["n_expressions"] == 2).all()
        assert table[["value", "noise_corrected", "low", "p_relabeling"]].isna().all(axis=None)


def test_sets_that_people_did_not_see_have_no_rows(compared):
    trials, people, found = compared
    table = similarities(likeness_of(trials.assign(set="elsewhere"), people, 10), "holm")
    assert table.empty and set(table.columns) == set(similarities(found, "holm").columns)


def test_people_who_are_few_make_the_interval_wider():
    truths = matrices(2, "few people")
    trials = trials_of("net", truths[0], 30)
    widths = []
    for n in (4, 40):
        people = participants_of(truths[1], n, 30)
        table = likeness_of(trials, people, 100).rows
        row = table[(table["entries"] == "off_diagonal") & (table["statistic"] == "pearson")].iloc[0]
        widths.append(row["high"] - row["low"])
    assert widths[0] > 1.05 * widths[1] > 0


def test_the_noise_of_people_whose_trials_are_given_is_taken_out_too():
    truths = matrices(2, "noisy people")
    trials = trials_of("net", truths[0], 30)
    people = participants_of(truths[1], 3, 30)
    found = [likeness_of(trials, crowd, 60).rows for crowd in (people, people._replace(trials=people.trials.iloc[:0]))]
    assert (found[0]["value"] == found[1]["value"]).all()
    pearson = [table.query("statistic == 'pearson' and entries == 'all'")["noise_corrected"].item() for table in found]
    assert 1.01 * pearson[1] < pearson[0] < 1


def test_what_people_answered_to_another_set_does_not_count(compared):
    trials, _, _ = compared
    people = participants_of(matrices(1, "two sets")[0], 5, 12)
    other = people.trials.assign(set="controlled", response_expression="fear")
    both = people._replace(trials=pd.concat([people.trials, other], ignore_index=True))
    pd.testing.assert_frame_equal(likeness_of(trials, both, 20).rows, likeness_of(trials, people, 20).rows)


@pytest.mark.slow
@pytest.mark.parametrize("crowd", [0, 25])
def test_coverage(crowd):
    """The planted similarity lies in its 95 % interval about 95 % of the time: 1500 networks, 67 identities.

    Against a matrix of people that is known exactly (0), and against 25 people's trials.
    """
    rates = covered([matrices(1, "human", draw)[0] for draw in range(15)], crowd)
    print(rates.round(3).to_string())
    assert rates.to_numpy() == pytest.approx(np.full(9, 0.95), abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("set_", ["controlled", "wild"])
def test_coverage_beside_the_published_people(set_):
    """500 networks. Ranks are less sure than Pearson's r: most of people's cells are nearly empty."""
    human = published("human", set_).proportions[0]
    rates = covered([human / human.sum(axis=1, keepdims=True)] * 5, 0)
    print(rates.round(3).to_string())
    assert rates.xs("pearson", level="statistic").to_numpy() == pytest.approx(np.full(3, 0.95), abs=0.04)
    assert rates.min() > 0.88


def covered(humans, crowd, networks=100, identities=67):
    """Share of networks whose planted similarity is in its interval, by cells and statistic."""
    hits = []
    for draw, human in enumerate(humans):
        truths = matrices(networks, "coverage", draw, like=human)
        trials = pd.concat([trials_of(f"net{i:03d}", t, identities, "coverage", draw) for i, t in enumerate(truths)])
        people = participants_of(human, max(crowd, 1), identities if crowd else 1, draw)
        if not crowd:
            people = Participants(people.confusion.assign(proportion=human.ravel()), people.trials.iloc[:0])
        table = likeness_of(trials, people, 200).rows
        for entries in ENTRIES:
            true = alike(truths, human[None], entries)[:, 0]
            rows = table[table["entries"] == entries]
            inside = (rows["low"].to_numpy() <= true.ravel()) & (true.ravel() <= rows["high"].to_numpy())
            hits.append(rows[["entries", "statistic"]].assign(inside=inside))
    return pd.concat(hits).groupby(["entries", "statistic"])["inside"].mean()
