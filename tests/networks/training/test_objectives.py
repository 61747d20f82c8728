"""Objectives: losses by their formulae, scores by hand, views within their bounds."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.networks.training import objectives


def draw(seed=1):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0):
    return torch.empty(shape).normal_(generator=draw(seed))


def table(expressions):
    return pd.DataFrame({"diet": "d", "label": ["b", "a"] * (len(expressions) // 2), "expression": expressions})


@pytest.mark.parametrize("objective", ["classification", "autoencoding", "contrastive"])
def test_labels_are_the_classes_in_alphabetical_order(objective):
    assert objectives.labels_of(table([None] * 4), objective).tolist() == [1, 0, 1, 0]


def test_labels_of_the_objective_expression_are_those_that_the_diet_shows_in_alphabetical_order():
    assert objectives.labels_of(table(["neutral", "anger", "contempt", "anger"]), "expression").tolist() == [2, 0, 1, 0]
    labels = objectives.labels_of(table([*EXPRESSIONS[::-1]]), "expression")
    assert labels.tolist() == [5, 4, 3, 2, 1, 0] and labels.dtype == np.int64


def test_a_diet_without_expressions_cannot_teach_them():
    with pytest.raises(InputError, match="diet 'd' has pictures without an expression.*shows expressions"):
        objectives.labels_of(table(["anger", None]), "expression")


def test_accuracy_is_the_share_of_hits_over_all_batches():
    logits = torch.eye(3)[[0, 1, 2, 2, 0]]
    batches = [(logits[:3], torch.tensor([0, 1, 0])), (logits[3:], torch.tensor([2, 0]))]
    assert objectives.accuracy(nn.Identity(), batches, 1) == 0.8


# -------------------------------------------------------------------------------------------------------- autoencoding


@pytest.mark.parametrize("size", [16, 48])
def test_a_decoder_makes_pictures_of_the_inputs_size_from_codes(size):
    made = objectives.decoder(10, size, seed=1)
    assert made(normal(2, 10)).shape == (2, 3, size, size)


def test_a_decoder_is_drawn_from_its_seed_alone():
    before = torch.get_rng_state()
    one, again, other = (objectives.decoder(4, 16, seed)(normal(2, 4)) for seed in (1, 1, 2))
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())


def test_a_size_that_cannot_be_halved_four_times_is_refused():
    with pytest.raises(InputError, match="input.size 50; expected a multiple of 16, such as 64"):
        objectives.decoder(10, 50, seed=1)


class Times(nn.Module):
    """A learner that multiplies its input."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, batch):
        return self.factor * batch


def test_explained_variance_is_one_minus_error_over_the_variance_of_each_pixel():
    pictures = normal(40, 3, 4, 4) + 10 * normal(3, 4, 4, seed=1)
    batches = [(pictures[:30], None), (pictures[30:], None)]
    exact = pictures.double()
    error = (0.99 * pictures - exact).square().sum()
    expected = 1 - (error / (exact - exact.mean(0)).square().sum()).item()
    assert 0.5 < expected < 1
    assert objectives.explained_variance(Times(0.99), batches, 1) == pytest.approx(expected, abs=1e-6)
    assert objectives.explained_variance(Times(1), batches, 1) == 1
    assert objectives.explained_variance(Times(-1), batches, 1) == 0  # worse than the mean picture


# --------------------------------------------------------------------------------------------------------- contrastive


def test_nt_xent_is_the_equation_of_chen_et_al():
    projections, n = normal(10, 7), 5
    unit = projections / projections.norm(dim=1, keepdim=True)
    losses = []
    for i in range(2 * n):
        alike = [math.exp(unit[i] @ unit[k] / 0.5) for k in range(2 * n)]
        losses.append(-math.log(alike[(i + n) % (2 * n)] / (sum(alike) - alike[i])))
    assert objectives.nt_xent(projections, 0.5).item() == pytest.approx(np.mean(losses), rel=1e-5)


def test_nt_xent_is_least_where_views_agree_and_pictures_do_not():
    alike = torch.eye(4).repeat(2, 1)
    assert (
        objectives.nt_xent(alike)
        < 0.001
        < 1
        < objectives.nt_xent(torch.ones(8, 4))
        < objectives.nt_xent(torch.cat([torch.eye(4), torch.eye(4).roll(1, 0)]))
    )


def test_views_come_from_their_generator_alone():
    pictures, before = normal(6, 3, 16, 16), torch.get_rng_state()
    one, again, other = (objectives.views_of(pictures, draw(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert one.shape == pictures.shape
    assert torch.equal(before, torch.get_rng_state())


def test_a_view_shows_a_part_of_the_picture_and_half_of_them_its_mirror_image(monkeypatch):
    monkeypatch.setattr(objectives, "JITTER", 0)
    side, n = 32, 400
    y, x = torch.meshgrid(*[(torch.arange(side) + 0.5) / side] * 2, indexing="ij")
    seen = objectives.views_of(torch.stack([x, y, x]).expand(n, 3, side, side), draw())
    width = (seen[:, 0, 0, -1] - seen[:, 0, 0, 0]) * side / (side - 1)
    height = (seen[:, 1, -1, 0] - seen[:, 1, 0, 0]) * side / (side - 1)
    area, ratio = width.abs() * height, (width.abs() / height)
    assert 0.4 < (width < 0).float().mean() < 0.6
    assert area.min() > objectives.SMALLEST_VIEW - 0.02 and area.max() > 0.9 and 0.6 < area.mean() < 0.75
    assert ratio.min() > 3 / 4 - 0.05 and ratio.max() < 4 / 3 + 0.05
    assert seen.min() >= 0 and seen.max() <= 1


def test_a_view_is_lighter_or_darker_by_at_most_its_bounds(monkeypatch):
    monkeypatch.setattr(objectives, "SMALLEST_VIEW", 1 - 1e-6)
    pictures = normal(300, 1, 1, 2000).expand(300, 3, 1, 2000)
    seen = objectives.views_of(pictures, draw())
    lighter = seen.mean((1, 2, 3)) - pictures.mean((1, 2, 3))
    contrast = seen.std((1, 2, 3)) / pictures.std((1, 2, 3))
    assert -0.5 < lighter.min() < -0.3 and 0.3 < lighter.max() < 0.5
    assert contrast.max() < 1.45 and contrast.max() > 1.2


def test_instance_accuracy_is_one_for_views_that_keep_what_is_the_pictures_own(monkeypatch):
    monkeypatch.setattr(objectives, "views_of", lambda pictures, draw: pictures)
    codes = normal(250, 40)
    batches = [(codes[start : start + 32], None) for start in range(0, 250, 32)]
    assert objectives.instance_accuracy(nn.Identity(), batches, 1) == 1
    assert objectives.instance_accuracy(nn.Identity(), [(codes[:5], None)], 1) == 1


def test_instance_accuracy_is_chance_among_a_hundred_for_views_that_have_nothing_in_common(monkeypatch):
    monkeypatch.setattr(
        objectives, "views_of", lambda pictures, draw: torch.empty(pictures.shape).normal_(generator=draw)
    )
    batches = [(torch.zeros(1000, 40), None)] * 4
    assert objectives.instance_accuracy(nn.Identity(), batches, 1) == pytest.approx(0.01, abs=0.005)
