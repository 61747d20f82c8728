import numpy as np
import pandas as pd
import pytest

from mien.confusions import noise_ceiling as module
from mien.confusions.answers import read
from mien.confusions.matrices import Confusion, confusion
from mien.confusions.measures import MEASURES, chosen
from mien.confusions.noise_ceiling import spearman_brown, split_halves
from mien.confusions.participants import Participants
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from tests.helpers import places
from tests.helpers.planted.observers import MEASURED

PUBLISHED = places.PUBLISHED / "confusion_published.csv"


def crowd(people, faces, truth, *name):
    """So many people who each label so many faces of each expression by the matrix `truth`."""
    draw = generator("test", "crowd", *name)
    true = np.tile(np.repeat(np.arange(6), faces), people)
    answers = (draw.random(len(true))[:, None] > truth.cumsum(axis=1)[true]).sum(axis=1)
    trials = pd.DataFrame(
        {
            "observer": "human",
            "subject": [f"p{i:03d}" for i in np.repeat(np.arange(people), 6 * faces)],
            "set": "wild",
            "true_expression": np.array(EXPRESSIONS)[true],
            "response_expression": np.array(EXPRESSIONS)[answers],
        }
    )
    return Participants(confusion(trials, ["observer", "set"], EXPRESSIONS), trials)


def noise_ceiling(participants, splits=100, measures=MEASURED):
    return module.noise_ceiling(participants, EXPRESSIONS, measures, splits)


def test_the_ceiling_is_over_the_expressions_that_participants_share_with_the_study():
    people, four = crowd(6, 8, truth("shared")), ("anger", "fear", "sadness", "neutral")
    found = module.noise_ceiling(people, four, MEASURED, 20)
    own = people.trials[people.trials[["true_expression", "response_expression"]].isin(four).all(axis=1)]
    shared = Participants(confusion(own, ["observer", "set"], four[:3]), own)
    pd.testing.assert_frame_equal(found, module.noise_ceiling(shared, four[:3], MEASURED, 20))
    assert (found["n_expressions"] == 3).all() and found["split_half"].notna().all()
    few = module.noise_ceiling(people, four[1:], MEASURED, 20)
    assert set(few["status"]) == {"fewer_than_3_shared_expressions"} and few["split_half"].isna().all()
    assert (few["n_subjects"] == 6).all() and (few["n_expressions"] == 2).all()


def truth(*name):
    draw = generator("test", "truth", *name)
    return 0.5 * np.eye(6) + 0.5 * draw.dirichlet(np.ones(6), 6)


def test_halves_by_hand():
    counts = generator("test", "halves").integers(1, 9, (4, 6, 6))
    halves = np.array([[1.0, 1, 0, 0], [1, 0, 0, 1]])
    expected = []
    for first in ([0, 1], [0, 3]):
        a, b = counts[first].sum(axis=0), np.delete(counts, first, 0).sum(axis=0)
        a, b = (m / m.sum(axis=1, keepdims=True) for m in (a, b))
        expected.append(np.corrcoef(a.ravel(), b.ravel())[0, 1])
    found = split_halves(Confusion.counted(counts, EXPRESSIONS), halves, "all", chosen(["pearson"]))
    assert found == pytest.approx([np.mean(expected)])


def test_every_split_is_of_random_halves():
    halves = module._halves(7, 50, "wild", "human")
    assert set(halves.sum(axis=1)) == {3} and len({tuple(half) for half in halves}) > 20  # of 35
    assert (halves != module._halves(7, 50, "wild", "others")).any()


def test_the_interval_is_the_jackknifes_over_people():
    people = crowd(5, 8, truth("jackknife"))
    row = noise_ceiling(people, 20).iloc[0]
    subject = pd.factorize(people.trials["subject"], sort=True)[0]
    each = Confusion.of_trials(people.trials, EXPRESSIONS, (subject, 5))
    halves = module._halves(5, 20, "wild", "human")
    who = [np.arange(5), *(np.delete(np.arange(5), i) for i in range(5))]
    some = [Confusion.counted(each.counts[w], EXPRESSIONS) for w in who]
    r = [split_halves(one, halves[:, w], "all", chosen(["pearson"])) for one, w in zip(some, who, strict=True)]
    z = np.arctanh(spearman_brown(np.array(r)))[:, 0]
    half = 1.959964 * np.sqrt(4 / 5 * ((z[1:] - z[1:].mean()) ** 2).sum())
    assert (row["entries"], row["statistic"]) == ("all", "pearson")
    assert row[["low", "high"]].tolist() == pytest.approx(np.tanh([z[0] - half, z[0] + half]).tolist(), rel=1e-5)


def test_spearman_brown():
    assert spearman_brown(np.array([0, 0.5, 1])).tolist() == [0, 2 / 3, 1]
    assert np.isnan(spearman_brown(np.array([-0.2, np.nan]))).all()


def test_ceiling_is_the_likeness_of_another_group_as_large():
    matrix = truth("ceiling")
    groups = [crowd(12, 4, matrix, "ceiling", i) for i in range(40)]
    errors = ~np.eye(6, dtype=bool)
    cells = np.stack([g.confusion["proportion"].to_numpy().reshape(6, 6)[errors] for g in groups])
    among = np.corrcoef(cells)[np.triu_indices(40, 1)].mean()
    ceilings = [noise_ceiling(g, splits=30).set_index(["entries", "statistic"]) for g in groups[:12]]
    found = pd.concat([c.loc[[("off_diagonal", "pearson")]] for c in ceilings])
    assert found["ceiling"].mean() == pytest.approx(among, abs=0.03)
    assert (found["split_half"] < found["ceiling"]).all()
    assert ((found["low"] < found["ceiling"]) & (found["ceiling"] < found["high"])).all()
    assert ((found["low"] < among) & (among < found["high"])).sum() >= 10
    assert set(found["n_subjects"]) == {12} and set(found["status"]) == {"ok"}


def test_more_people_have_a_higher_and_surer_ceiling():
    few, many = (noise_ceiling(crowd(n, 2, truth("more"), n), 30).iloc[3] for n in (6, 40))
    assert few["entries"] == "off_diagonal" and few["statistic"] == "pearson"
    assert few["ceiling"] < many["ceiling"] < 1
    assert few["high"] - few["low"] > many["high"] - many["low"]


def test_order_of_the_trials_does_not_matter():
    people = crowd(5, 4, truth("order"))
    shuffled = people._replace(trials=people.trials.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(noise_ceiling(people), noise_ceiling(shuffled))


def test_what_has_no_ceiling_says_why():
    published = noise_ceiling(read(PUBLISHED))
    assert len(published) == 2 * 3 * 3 and set(published["n_subjects"]) == {0}
    assert set(published["status"]) == {"no_single_trials"}
    assert published[["split_half", "ceiling", "low", "high"]].isna().all(axis=None)
    alone, three = (noise_ceiling(crowd(n, 9, truth("few"))) for n in (1, 3))
    assert set(alone["status"]) == {"one_participant"}
    assert set(three["status"]) == {"fewer_than_4_participants"} and three["ceiling"].notna().all()
    opposite = pd.concat([crowd(1, 50, truth("one")).trials, crowd(1, 50, truth("two")).trials.assign(subject="x")])
    both = noise_ceiling(Participants(crowd(1, 1, truth("one")).confusion, opposite)).set_index(
        ["entries", "statistic"]
    )
    errors = both.loc[("off_diagonal_normalised", "pearson")]
    assert errors["split_half"] < 0 and np.isnan(errors["ceiling"])
    assert errors["status"] == "halves_disagree"


def test_of_what_is_no_correlation_there_are_halves_and_no_ceiling():
    found = noise_ceiling(crowd(6, 8, truth("measures")), 20, list(MEASURES)).set_index(["statistic", "entries"])
    alike = found.loc[[("cosine", "all"), ("jensen_shannon", "all"), ("jensen_shannon", "off_diagonal_normalised")]]
    assert alike["split_half"].between(0.5, 1).all() and alike[["ceiling", "low", "high"]].isna().all(axis=None)
    assert set(alike["status"]) == {"not_a_correlation"}
    assert found.loc[("jensen_shannon", "off_diagonal"), "status"] == "measure_undefined"
