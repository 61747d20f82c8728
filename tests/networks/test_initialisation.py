import math

import numpy as np
import pytest
import torch
from torch import nn

from mien.errors import InputError
from mien.networks import files
from mien.networks.initialisation import SCHEMES, fans, shuffle
from mien.networks.initialisation import initialised as library_initialised
from tests.helpers.small_networks import SMALL, initialised

RESNET = {"from": "torchvision", "name": "resnet18", "input_size": 32, "classes": 5}


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    "scheme, sd_of",
    [
        ("xavier_normal", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
        ("xavier_uniform", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
        ("kaiming_normal", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
        ("kaiming_uniform", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
        ("lecun_normal", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
        ("lecun_uniform", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
        ({"normal": 0.1}, lambda fan_in, fan_out: 0.1),
    ],
)
def test_initial_weights_have_the_sd_of_their_scheme_and_biases_are_zero(scheme, sd_of):
    network = initialised({**SMALL, "width": 0.25}, scheme=scheme)
    for layer, fan_in, fan_out in (("conv1_2", 9 * 16, 9 * 16), ("conv5_3", 9 * 128, 9 * 128), ("fc6", 128, 1024)):
        weight = network.get_submodule(layer).weight.detach()
        sd = sd_of(fan_in, fan_out)
        assert weight.std().item() == pytest.approx(sd, rel=0.05)
        assert weight.mean().item() == pytest.approx(0, abs=0.05 * sd)
        if str(scheme).endswith("uniform"):
            assert weight.abs().max() <= math.sqrt(3) * sd
        else:
            assert weight.abs().max() > 2.5 * sd
    assert all((bias == 0).all() for name, bias in network.named_parameters() if name.endswith("bias"))


@pytest.mark.parametrize(
    "module, fan_in, fan_out",
    [
        (nn.Conv2d(8, 12, (3, 2)), 8 * 6, 12 * 6),
        (nn.Conv2d(8, 12, 3, groups=4), 2 * 9, 3 * 9),
        (nn.Conv2d(8, 8, 3, groups=8), 9, 9),
        (nn.ConvTranspose2d(8, 12, 3), 8 * 9, 12 * 9),
        (nn.ConvTranspose2d(8, 12, 3, groups=4), 2 * 9, 3 * 9),
        (nn.Conv3d(8, 12, (1, 3, 2)), 8 * 6, 12 * 6),
        (nn.Linear(8, 12), 8, 12),
    ],
)
def test_fans_are_counted_within_a_group(module, fan_in, fan_out):
    assert fans(module) == (fan_in, fan_out)
    with torch.no_grad():  # by what is summed, and by what one input goes to
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)
        if isinstance(module, nn.Linear):
            return
        inputs = torch.ones(1, 8, *[9] * (module.weight.ndim - 2))
        assert module(inputs).max() == fan_in
        inputs.zero_()[(0, 0, *[4] * (module.weight.ndim - 2))] = 1
        assert module(inputs).sum() == fan_out


@pytest.mark.parametrize("scheme", ["xavier_normal", "xavier_uniform"])
def test_depthwise_convolutions_are_not_starved(scheme):
    network = initialised(
        {"from": "torchvision", "name": "mobilenet_v2", "input_size": 32, "classes": 5}, scheme=scheme
    )
    depthwise = network.get_submodule("features.5.conv.1.0")
    assert depthwise.groups == 192
    assert depthwise.weight.std().item() == pytest.approx(math.sqrt(2 / (9 + 9)), rel=0.1)
    with torch.inference_mode():
        given = network.features(torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1)))
    assert given.std() > 1e-6  # it was 1e-12


def test_xavier_is_torchs_own():
    network = initialised(SMALL, seed=5, scheme="xavier_normal")
    expected = torch.empty_like(network.conv1_1.weight, memory_format=torch.contiguous_format)
    nn.init.xavier_normal_(expected, generator=torch.Generator().manual_seed(5))
    torch.testing.assert_close(network.conv1_1.weight.detach(), expected)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        torch.rand(seed)  # the global generator plays no part
        files.save(initialised(SMALL, seed), tmp_path / name, {"seed": "same"})
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize("initialisation", ["normal", "he", {"normal": 0.1, "seed": 1}, {"uniform": 1}])
def test_an_unknown_initialisation_is_refused_with_those_there_are(initialisation):
    with pytest.raises(InputError, match="expected one of xavier_normal.*kaiming_normal.*or normal: SD"):
        library_initialised(SMALL, initialisation, 1)


def test_a_scheme_does_not_draw_weights_that_are_computed_from_others(tmp_path):
    (tmp_path / "normed.py").write_text(
        "from torch import nn\n\n\ndef net():\n    return nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))"
    )
    architecture = {"from": str(tmp_path / "normed.py"), "name": "net", "input_size": 16}
    with pytest.raises(InputError, match="weights of '' are computed from others.*Write constructor"):
        library_initialised(architecture, "kaiming_normal", 1)
    assert library_initialised(architecture, "constructor", 1)(torch.ones(1, 3)).any()


def test_torchvisions_scheme_of_a_vgg_is_torchvisions():
    network = initialised({**SMALL, "name": "vgg11_bn", "width": 0.25}, scheme="constructor")
    assert network.conv4_1.weight.std().item() == pytest.approx(math.sqrt(2 / (9 * 128)), rel=0.02)
    assert network.fc6.weight.std().item() == pytest.approx(0.01, rel=0.02)
    assert (network.fc6.bias == 0).all() and (network.conv4_1.bias == 0).all()
    expected = torch.empty(network.conv1_1.weight.shape)
    generator = torch.Generator().manual_seed(1)
    nn.init.kaiming_normal_(expected, mode="fan_out", nonlinearity="relu", generator=generator)
    torch.testing.assert_close(network.conv1_1.weight.detach(), expected)


def test_batch_norms_pass_on_what_they_get():
    norm = initialised({**SMALL, "name": "vgg11_bn"}).bn3_2
    for tensor, value in ((norm.weight, 1), (norm.bias, 0), (norm.running_mean, 0), (norm.running_var, 1)):
        assert (tensor == value).all()


def test_torchvisions_scheme_of_its_own_networks_is_their_constructor_with_the_seed():
    a, b, c = (initialised(RESNET, seed, "constructor").state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a["layer3.0.conv1.weight"], c["layer3.0.conv1.weight"])
    assert a["layer3.0.conv1.weight"].std().item() == pytest.approx(math.sqrt(2 / (9 * 256)), rel=0.02)
    assert a["fc.weight"].abs().max() <= 1 / math.sqrt(512)  # torch's own for a linear layer, which resnet leaves


def test_a_scheme_sets_convolutions_and_linear_layers_of_any_network_and_leaves_the_rest_to_torchvision():
    architecture = {"from": "torchvision", "name": "vit_b_32", "input_size": 32, "classes": 5}
    ours = initialised(architecture, 3, "lecun_normal").state_dict()
    theirs = initialised(architecture, 3, "constructor").state_dict()
    layer = "encoder.layers.encoder_layer_4"
    assert ours[f"{layer}.mlp.0.weight"].std().item() == pytest.approx(math.sqrt(1 / 768), rel=0.01)
    assert ours["conv_proj.weight"].std().item() == pytest.approx(math.sqrt(1 / (3 * 32**2)), rel=0.01)
    assert (ours[f"{layer}.mlp.0.bias"] == 0).all() and (theirs[f"{layer}.mlp.0.bias"] != 0).any()
    for name in (f"{layer}.self_attention.in_proj_weight", f"{layer}.ln_1.weight", "encoder.pos_embedding"):
        assert torch.equal(ours[name], theirs[name])


def as_trained():
    """A network all of whose values differ, as those of a trained one."""
    network = initialised({**SMALL, "name": "vgg11_bn"})
    with torch.no_grad():
        for number, (name, tensor) in enumerate(network.state_dict().items()):
            if "running" in name or "bias" in name or "bn" in name:
                tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape) + number)
    return network


def test_shuffling_keeps_each_tensors_values_and_puts_them_elsewhere():
    trained, shuffled = as_trained().state_dict(), as_trained()
    shuffle(shuffled, 7)
    for name, tensor in shuffled.state_dict().items():
        assert torch.equal(tensor.flatten().sort().values, trained[name].flatten().sort().values)
        if tensor.numel() >= 16:
            assert not torch.equal(tensor, trained[name]), name
    places = (trained["conv5_1.weight"] == shuffled.conv5_1.weight).float().mean()
    assert places < 0.01


def test_a_channels_running_mean_and_variance_stay_together():
    network = as_trained()
    gap = network.bn4_1.running_var - network.bn4_1.running_mean
    shuffle(network, 7)
    assert torch.equal(network.bn4_1.running_var - network.bn4_1.running_mean, gap)


def test_shuffles_of_one_seed_are_the_same_and_of_two_seeds_are_not():
    a, b, c = as_trained(), as_trained(), as_trained()
    for network, seed in ((a, 7), (b, 7), (c, 8)):
        shuffle(network, seed)
    assert all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))
    assert not torch.equal(a.conv1_1.weight, c.conv1_1.weight)


def test_a_shuffled_networks_order_does_not_depend_on_its_memory_layout():
    plain = as_trained().to(memory_format=torch.contiguous_format)
    last = as_trained()
    shuffle(plain, 7)
    shuffle(last, 7)
    np.testing.assert_array_equal(plain.conv2_1.weight.detach(), last.conv2_1.weight.detach())


def test_the_schemes_are_those_that_the_documentation_names():
    drawn = {f"{scheme}_{shape}" for scheme in ("xavier", "kaiming", "lecun") for shape in ("normal", "uniform")}
    assert set(SCHEMES) == drawn | {"constructor"}
