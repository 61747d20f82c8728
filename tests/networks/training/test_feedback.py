"""Feedback alignment: backpropagation but for the weights that errors return through."""

import copy

import pytest
import torch
from torch import nn

from mien.errors import InputError
from mien.networks.training import feedback


def normal(*shape, seed=0):
    return torch.empty(shape).normal_(generator=torch.Generator().manual_seed(seed))


def network(seed=0, bias=True):
    """Strided, grouped, dilated, padded by reflection and by name, and linear."""
    layers = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=bias),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, groups=4, dilation=2, padding=2, bias=bias),
        nn.ReLU(),
        nn.Conv2d(8, 6, 3, padding=1, padding_mode="reflect", bias=bias),
        nn.Conv2d(6, 6, 3, padding="same", bias=bias),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(6 * 4 * 4, 10, bias=bias),
        nn.ReLU(),
        nn.Linear(10, 4, bias=bias),
    )
    for place, weight in enumerate(layers.parameters()):
        if weight.ndim > 1:
            weight.data = normal(*weight.shape, seed=1000 * seed + place) / 3
    return layers


def gradients(layers, batch):
    layers.zero_grad()
    nn.functional.cross_entropy(layers(batch), torch.arange(len(batch)) % 4).backward()
    return {name: weight.grad.clone() for name, weight in layers.named_parameters()}


@pytest.mark.parametrize("bias", [True, False])
def test_with_the_layers_own_weights_as_feedback_it_is_backpropagation_exactly(bias):
    layers, batch = network(bias=bias), normal(5, 3, 16, 16)
    expected = gradients(layers, batch)
    own = {name: layers.get_submodule(name).weight.detach() for name in feedback.draw_feedback(layers, 1)}
    assert list(own) == ["0", "3", "5", "6", "9", "11"]
    with feedback.sent_back(layers, own):
        found = gradients(layers, batch)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_only_what_lies_before_the_last_layer_learns_differently():
    layers, batch = network(), normal(5, 3, 16, 16)
    expected = gradients(layers, batch)
    with feedback.sent_back(layers, feedback.draw_feedback(layers, 1)):
        found = gradients(layers, batch)
    same = {name for name in expected if torch.equal(found[name], expected[name])}
    assert same == {"11.weight", "11.bias"}
    assert all(found[name].abs().max() > 0 for name in found if name.endswith("weight"))


def test_errors_return_by_the_feedback_as_the_formula_says():
    layers, batch = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 2, bias=False)), normal(5, 3)
    back = feedback.draw_feedback(layers, 1)
    with feedback.sent_back(layers, back):
        layers(batch).square().sum().backward()
    errors = 2 * layers(batch).detach()
    torch.testing.assert_close(layers[0].weight.grad, (errors @ back["1"]).T @ batch)


def test_responses_and_the_state_dict_stay_as_they_are_and_it_ends():
    layers, batch = network().eval(), normal(5, 3, 16, 16)
    before, responses = copy.deepcopy(layers.state_dict()), layers(batch)
    with feedback.sent_back(layers, feedback.draw_feedback(layers, 1)):
        assert torch.equal(layers(batch), responses)
        assert list(layers.state_dict()) == list(before)
        assert "_Convolution" in type(layers[0](batch).grad_fn).__name__
    assert "_Convolution" not in type(layers[0](batch).grad_fn).__name__
    assert all(torch.equal(weight, before[name]) for name, weight in layers.state_dict().items())


def test_feedback_is_drawn_from_the_seed_at_the_size_of_the_layers_weights():
    layers = nn.Sequential(nn.Conv2d(8, 64, 3), nn.Flatten(), nn.Linear(64, 100))
    for layer, scale in ((layers[0], 0.3), (layers[2], 0.02)):
        layer.weight.data = scale * normal(*layer.weight.shape)
    one, again, other = (feedback.draw_feedback(layers, seed) for seed in (1, 1, 2))
    assert one["0"].std().item() == pytest.approx(0.3, rel=0.05)
    assert one["2"].std().item() == pytest.approx(0.02, rel=0.05)
    assert torch.equal(one["0"], again["0"]) and not torch.equal(one["0"], other["0"])
    assert not torch.allclose(one["0"], layers[0].weight)


def test_forward_weights_come_to_align_with_the_feedback_as_the_loss_falls():
    # a linear teacher learnt by a linear network of two layers: figure 1 of Lillicrap et al. (2016), smaller
    inputs, teacher = normal(200, 12, seed=1), normal(4, 12, seed=2)
    layers = nn.Sequential(nn.Linear(12, 12, bias=False), nn.Linear(12, 4, bias=False))
    for place, layer in enumerate(layers):
        layer.weight.data = 0.05 * normal(*layer.weight.shape, seed=3 + place)
    back = {name: normal(*layers.get_submodule(name).weight.shape, seed=9) / 3 for name in ("0", "1")}

    def angle():
        cosine = nn.functional.cosine_similarity(layers[1].weight.flatten(), back["1"].flatten(), dim=0)
        return cosine.acos().rad2deg().item()

    first, losses = angle(), []
    optimiser = torch.optim.SGD(layers.parameters(), lr=0.02)
    with feedback.sent_back(layers, back):
        for _ in range(600):
            optimiser.zero_grad()
            loss = (layers(inputs) - inputs @ teacher.T).square().mean()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    assert losses[-1] < 0.05 * losses[0]
    assert first > 80 and angle() < first - 20


def test_a_network_whose_weights_lie_elsewhere_is_refused():
    with pytest.raises(InputError, match="MultiheadAttention.*neither a convolution's"):
        feedback.draw_feedback(nn.TransformerEncoderLayer(8, 2, 16), 1)
