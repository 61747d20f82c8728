"""What the localizer must be, and that its sums do not grow with it."""

import numpy as np
import pytest
import torch

from mien.errors import DesignError
from mien.expressions import EXPRESSIONS
from mien.units import moments
from mien.units.moments import MomentSums, presentation
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
    table, _, _ = sums_over(stimuli, responses, batch_size=5)
    shifted = responses - responses[0]
    half_a = stimuli["identity"].isin(["id000", "id002"]).to_numpy()
    np.testing.assert_array_equal(table["shift"], responses[0])
    assert (table["n_a"] == 2).all() and (table["n_b"] == 2).all()
    np.testing.assert_allclose(table["sum_a"], shifted[half_a].sum(0))
    np.testing.assert_allclose(table["squares_b"], (shifted[~half_a] ** 2).sum(0))
    np.testing.assert_allclose(table["sum_fear_b"], shifted[~half_a & (stimuli["expression"] == "fear")].sum(0))
    totals = shifted.reshape(4, 6, 2).sum(1)
    np.testing.assert_allclose(table["identity_squares_a"], totals[0] ** 2 + totals[2] ** 2)


def test_units_are_numbered_over_channel_row_column():
    stimuli = design(2)
    sums = MomentSums(stimuli, EXPRESSIONS)
    sums.add(torch.from_numpy(noise(2, 24)).reshape(12, 2, 3, 4), np.arange(12))
    table = sums.finish()
    assert table.loc[17, ["unit", "channel", "row", "column"]].tolist() == [17, 1, 1, 1]


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_any_layout_batch_block_and_number_of_threads_gives_the_same_sums(layout, monkeypatch):
    responses = torch.from_numpy(noise(5, 24)).float().reshape(30, 2, 3, 4)
    expected = sums_over(design(5), responses.flatten(1).numpy(), batch_size=30)[0]
    monkeypatch.setitem(moments._BLOCK, "cpu", 40)  # ten units of four images, so three blocks
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    sums = MomentSums(design(5), EXPRESSIONS)
    for start in range(0, 30, 4):
        rows = np.arange(start, min(start + 4, 30))
        sums.add(responses[rows].to(memory_format=layout), rows)
    for column, values in sums.finish().drop(columns=["channel", "row", "column"]).items():
        np.testing.assert_allclose(values, expected[column], rtol=1e-12, err_msg=column)


def test_memory_does_not_grow_with_the_number_of_images():
    def numbers(identities):
        sums = MomentSums(design(identities), EXPRESSIONS)
        sums.add(torch.from_numpy(noise(identities, 50)[:6])[:, :, None, None], np.arange(6))
        return sum(value.numel() for value in vars(sums).values() if isinstance(value, torch.Tensor))

    assert numbers(2) == numbers(40)
