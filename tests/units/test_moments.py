"""What the localizer must be, and that its sums do not grow with it."""

import itertools

import numpy as np
import pytest
import torch

from mien.errors import DesignError
from mien.expressions import EXPRESSIONS
from mien.units.moments import MomentSums, presentation, shuffles_of
from tests.helpers.planted.responses import noise, sums_over
from tests.helpers.planted.truth import design


def test_identities_are_streamed_one_after_another_in_the_order_they_appear():
    stimuli = design(3).iloc[[6, 0, 7, 1, 8, 2, 9, 3, 10, 4, 11, 5, 12, 13, 14, 15, 16, 17]].reset_index(drop=True)
    streamed = stimuli["identity"].iloc[presentation(stimuli, EXPRESSIONS)]
    assert streamed.tolist() == ["id001"] * 6 + ["id000"] * 6 + ["id002"] * 6


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.drop(index=8), "0 images of identity 'id001', expression 'fear'"),
        (lambda s: s.iloc[[*range(len(s)), 3]], "2 images of identity 'id000', expression 'happiness'"),
        (lambda s: s.assign(expression=s["expression"].replace("fear", "contempt")), "'fear'|'contempt'"),
        (lambda s: s.assign(expression=s["expression"].where(s.index != 2)), "'fear'"),
    ],
)
def test_an_incomplete_design_is_refused_by_name(spoil, message):
    with pytest.raises(DesignError, match=message):
        presentation(spoil(design(3)).reset_index(drop=True), EXPRESSIONS)


def test_moments_are_the_sums_of_shifted_responses_of_either_half():
    stimuli, responses = design(4), noise(4, 2)
    moments, _, _ = sums_over(stimuli, responses, batch_size=5)
    shifted = responses - responses[0]
    half_a = stimuli["identity"].isin(["id000", "id002"]).to_numpy()
    np.testing.assert_array_equal(moments["shift"], responses[0])
    assert (moments["n_a"] == 2).all() and (moments["n_b"] == 2).all()
    np.testing.assert_allclose(moments["sum_a"], shifted[half_a].sum(0))
    np.testing.assert_allclose(moments["squares_b"], (shifted[~half_a] ** 2).sum(0))
    np.testing.assert_allclose(moments["sum_fear_b"], shifted[~half_a & (stimuli["expression"] == "fear")].sum(0))
    totals = shifted.reshape(4, 6, 2).sum(1)
    np.testing.assert_allclose(moments["identity_squares_a"], totals[0] ** 2 + totals[2] ** 2)


def test_labels_are_shuffled_among_the_pictures_of_one_person_and_anew_for_each():
    shuffles = shuffles_of(3000, 6, ("test", "a"))
    assert (np.sort(shuffles, axis=1) == np.arange(len(EXPRESSIONS))).all()
    share = np.stack([(shuffles == label).mean(axis=0) for label in range(6)])
    assert abs(share - 1 / 6).max() < 5 * np.sqrt(5 / 36 / 3000)
    assert (shuffles != shuffles_of(3000, 6, ("test", "b"))).any()
    sums = MomentSums(design(4), EXPRESSIONS, 200, 100, ("test",))
    people = sums._permuted_label.reshape(4, 6, 200)
    for one, other in itertools.combinations(range(4), 2):
        assert (people[one] == people[other]).mean() == pytest.approx(1 / 6, abs=0.06)  # five standard deviations
    assert (sums._permuted_label != MomentSums(design(4), EXPRESSIONS, 200, 100, ("other",))._permuted_label).any()


def test_units_are_numbered_over_channel_row_column():
    stimuli = design(2)
    sums = MomentSums(stimuli, EXPRESSIONS, 0, 100, ("test",))
    sums.add(torch.from_numpy(noise(2, 24)), np.arange(12))
    moments, _ = sums.finish((2, 3, 4))
    assert moments.loc[17, ["unit", "channel", "row", "column"]].tolist() == [17, 1, 1, 1]


def test_memory_does_not_grow_with_the_number_of_images():
    def numbers(identities):
        sums = MomentSums(design(identities), EXPRESSIONS, 3, 100, ("test",))
        sums.add(torch.from_numpy(noise(identities, 50)[:6]), np.arange(6))
        return sum(value.numel() for value in vars(sums).values() if isinstance(value, torch.Tensor))

    assert numbers(2) == numbers(40)
