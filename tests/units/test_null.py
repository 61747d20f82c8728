"""The null of the count: that of shuffled labels, at every threshold of every criterion."""

import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from mien.configuration.criteria import ALPHAS
from mien.expressions import EXPRESSIONS
from mien.units import null
from mien.units.anova import squares_of, sums_of
from mien.units.criteria import CRITERIA, Choice, effects_of
from mien.units.null import NullResponses, null_counts, null_of, shuffles_of
from mien.units.sensitivity import chance
from tests.helpers.planted.responses import noise, sums_over
from tests.helpers.planted.truth import design

CHOICES = (Choice("two_way", 0.05, 0.01), Choice("one_way", 0.1, None), Choice("omega2", 0.06, 0.14))


def people(identities, units, seed):
    """Noise, and half of the units tell identities apart."""
    apart = np.repeat(np.random.default_rng(seed).standard_normal((identities, units)), 6, axis=0)
    return noise(identities, units, seed) + 0.8 * apart * (np.arange(units) % 2)


def slow_count(observed, shuffled, choice, scheme):
    """The null count from sums of squares with the labels as they were and shuffled."""
    effects = effects_of(shuffled, choice)
    if choice.threshold_identity is None:
        return effects.selective(*choice[1:]).sum()
    of_identity = effects_of(observed, choice).identity if scheme == "fixed" else effects.identity
    shown = effects.expression.above(choice.threshold_expression)
    return (shown & of_identity.below(choice.threshold_identity)).sum()


def test_labels_are_shuffled_among_the_pictures_of_one_person_and_anew_for_each():
    shuffles = shuffles_of(3000, 6, ("test", "a"))
    assert (np.sort(shuffles, axis=1) == np.arange(len(EXPRESSIONS))).all()
    share = np.stack([(shuffles == label).mean(axis=0) for label in range(6)])
    assert abs(share - 1 / 6).max() < 5 * np.sqrt(5 / 36 / 3000)
    assert (shuffles != shuffles_of(3000, 6, ("test", "b"))).any()
    labels = NullResponses(design(4), EXPRESSIONS, 200, 100, ("test",))._labels
    people = labels.reshape(4, 6, 200)
    for one, other in itertools.combinations(range(4), 2):
        assert (people[one] == people[other]).mean() == pytest.approx(1 / 6, abs=0.06)  # five standard deviations
    assert (labels != NullResponses(design(4), EXPRESSIONS, 200, 100, ("other",))._labels).any()


def test_null_counts_are_those_of_an_anova_of_the_shuffled_labels():
    stimuli, responses = design(10), people(10, 300, 2)
    moments, permuted, units = sums_over(stimuli, responses, permutations=4)
    counts = null_counts(sums_of(moments.iloc[units]), permuted)
    assert set(counts.groupby("criterion").size()[["two_way", "omega2"]]) == {4 * 2 * len(ALPHAS) ** 2}
    assert (counts["criterion"] == "one_way").sum() == 4 * len(ALPHAS)
    assert (counts["n_units"] == 300).all() and set(counts["criterion"]) == set(CRITERIA)
    assert not counts.duplicated(["permutation", *Choice._fields, "scheme"]).any()
    for permutation in range(4):
        labels = stimuli["expression"].to_numpy(object).copy()
        for name in stimuli["identity"].unique():
            here = np.flatnonzero(stimuli["identity"] == name)
            shuffle = shuffles_of(4, 6, ("test", "null", name))[permutation]
            labels[here] = np.array(EXPRESSIONS)[shuffle]
        shuffled = squares_of(sums_of(sums_over(stimuli.assign(expression=labels), responses, 60)[0]))
        for choice in CHOICES:
            rows = counts[(counts[["permutation", *Choice._fields[:2]]] == [permutation, *choice[:2]]).all(axis=1)]
            if choice.threshold_identity is not None:
                rows = rows[rows["threshold_identity"] == choice.threshold_identity]
            assert rows["scheme"].tolist() == (["fixed", "recomputed"] if choice.threshold_identity else ["fixed"])
            for row in rows.itertuples():
                assert row.count == slow_count(squares_of(sums_of(moments)), shuffled, choice, row.scheme), row


def kept(responses, null_units=100, batch_size=7, folder=None):
    """The null's responses, of a layer's responses in batches."""
    responses = torch.from_numpy(responses).float()
    found = NullResponses(design(len(responses) // 6), EXPRESSIONS, 3, null_units, ("test",), folder)
    for start in range(0, len(responses), batch_size):
        rows = np.arange(start, min(start + batch_size, len(responses)))
        found.add(responses[rows], rows)
    return found


def test_the_null_is_the_same_in_blocks_of_units(monkeypatch):
    responses = noise(8, 24)
    moments, permuted, _ = sums_over(design(8), responses, permutations=3)
    expected = null_counts(sums_of(moments), permuted)
    monkeypatch.setattr(null, "_SUMS", 5 * 18)  # five units of 3 x 6 sums
    monkeypatch.setattr(null, "_BLOCK", 2)
    found = kept(responses[:, :, None, None])
    assert [len(units) for units, _ in found.permuted()] == [5] * 4 + [4]
    pd.testing.assert_frame_equal(null_of(moments, found), expected)


def test_the_null_keeps_the_responses_of_the_very_units_it_names():
    responses = noise(4, 60)
    whole = sums_over(design(4), responses.astype(np.float32), permutations=3)[1]
    for null_units in (60, 20):
        ((units, permuted),) = kept(responses.reshape(24, 3, 4, 5), null_units).permuted()
        assert len(units) == null_units and (np.diff(units) < 0).any()  # as a channels-last layer has them in memory
        np.testing.assert_allclose(permuted, whole[:, :, units], rtol=1e-12, atol=1e-12)


def test_only_a_file_without_a_name_grows_with_the_pictures(tmp_path):
    def numbers(found):
        return sum(value.size for value in vars(found).values() if isinstance(value, np.ndarray))

    few, many = (kept(noise(identities, 50)[:, :, None, None], 20, folder=tmp_path) for identities in (2, 20))
    assert numbers(many) - numbers(few) == 3 * 6 * 18  # the labels of 108 pictures under three shuffles
    assert many._kept._file.seek(0, 2) == 120 * 20 * 4 and not list(tmp_path.iterdir())


def test_null_of_noise_passes_at_alpha():
    moments, permuted, units = sums_over(design(12), noise(12, 4000), permutations=20)
    counts = null_counts(sums_of(moments.iloc[units]), permuted)
    fixed = counts.query("criterion == 'two_way' and scheme == 'fixed' and threshold_identity == .001")
    for alpha in (0.01, 0.05):
        at = fixed.query("threshold_expression == @alpha")["count"]
        expected = 4000 * alpha * 0.999
        assert abs(at.mean() - expected) < 4 * np.sqrt(expected)


def test_a_wide_layer_keeps_its_null_on_a_random_subset_of_units():
    moments, permuted, units = sums_over(design(6), noise(6, 50), permutations=2, null_units=20)
    assert permuted.shape == (2, 6, 20) and len(np.unique(units)) == 20 and units.max() < 50
    whole = sums_over(design(6), noise(6, 50), permutations=2)[1]
    np.testing.assert_array_equal(permuted, whole[:, :, units])
    assert (null_counts(sums_of(moments.iloc[units]), permuted)["n_units"] == 20).all()
    assert (np.diff(units) > 0).all() and not np.array_equal(units, np.arange(20))
    others = [sums_over(design(2), noise(2, 50), null_units=20, name=(f"cell {i}",))[2] for i in range(40)]
    chosen = np.bincount(np.concatenate(others), minlength=50)  # 16 of 40 each on average
    assert chosen.min() >= 3 and chosen.max() <= 29  # four standard deviations, sqrt(40 x .4 x .6)


def test_p_of_the_count_is_uniform_where_expressions_mean_nothing():
    """Of 100 layers of 300 units, half of which tell identities apart: labels are shuffled within identities.

    With the effect of identity as observed, p may be too large: by chance a small error gives both effects at once, and
    a shuffle has another error.
    """
    layers, units, level = 100, 300, np.array([0.05, 0.2, 0.5, 0.8])
    moments, permuted, _ = sums_over(design(8), people(8, layers * units, 1), 48, permutations=19)
    found = {(choice, scheme): [] for choice in CHOICES for scheme in ("fixed", "recomputed")}
    observed = {choice: effects_of(squares_of(sums_of(moments)), choice).selective(*choice[1:]) for choice in CHOICES}
    for layer in np.arange(layers * units).reshape(layers, units):
        table = null_counts(sums_of(moments.iloc[layer]), permuted[:, :, layer]).fillna({"threshold_identity": 0})
        counts = table.groupby([*Choice._fields, "scheme"])["count"].agg(np.array)
        for choice, scheme in found:
            drawn = counts.get((*choice[:2], choice.threshold_identity or 0, scheme))
            if drawn is not None:
                found[choice, scheme].append(chance(observed[choice][layer].sum(), drawn)[3])
    for (choice, scheme), p in found.items():
        share = (np.array(p)[:, None] <= level + 1e-9).sum(axis=0)
        assert len(p) == layers * (scheme == "fixed" or choice.threshold_identity is not None)
        if p:
            assert (share <= stats.binom.ppf(0.9999, layers, level)).all(), (choice, scheme, share)
        if p and (scheme == "recomputed" or choice.threshold_identity is None):
            least = np.maximum(level - 0.06, 0.04)  # ties count as at least as many
            assert (share >= stats.binom.ppf(0.0001, layers, least)).all(), (choice, scheme, share)
