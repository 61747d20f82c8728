import math

import numpy as np
import pytest
import torch
import yaml
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from mien import networks
from mien.architectures import layers_of
from mien.errors import InputError
from mien.provenance import ROOT

SMALL = {"name": "vgg16", "width": 1 / 16, "input_size": 32, "classes": 5}
PIXELS = {"name": "pixels", "input_size": 32}
INPUT = {"scale": 1 / 255, "mean": [0.5] * 3, "sd": [0.25] * 3, "channels": "rgb"}


@pytest.fixture(autouse=True)
def one_thread():
    networks.set_threads(1)


def initialised(architecture, seed=1, scheme="kaiming_normal"):
    network = networks.build(architecture)
    networks.initialise(network, scheme, seed)
    return network


def images(n=2, size=32, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size), dtype=np.uint8)


def torchvision_weights(vgg, network):
    """The weights of torchvision's VGG-16 under our names: both list them from input to output."""
    return dict(zip(network.state_dict(), vgg.state_dict().values(), strict=True))


def torchvision_responses(vgg, batch):
    """What each convolution, pool and connected layer of torchvision's VGG-16 gives, before any ReLU."""
    given = []
    for module in [*vgg.features, nn.Flatten(), *vgg.classifier]:
        batch = module(batch.clone())
        if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.Linear):
            given.append(batch)
    return given


def torchvision_vgg(width, side, classes):
    """torchvision's VGG-16, `width` times as wide, for an input that its pools reduce to `side` pixels."""
    from torchvision.models import vgg

    torch.manual_seed(1)
    thinned = [channels if channels == "M" else round(channels * width) for channels in vgg.cfgs["D"]]
    network = vgg.VGG(vgg.make_layers(thinned), num_classes=classes, init_weights=False)
    if (width, side) != (1, 7):
        units = round(4096 * width)
        network.avgpool = nn.Identity()
        network.classifier[0] = nn.Linear(thinned[-2] * side**2, units)
        network.classifier[3] = nn.Linear(units, units)
        network.classifier[6] = nn.Linear(units, classes)
    return network.eval()


def assert_equals_torchvision(width, size, classes):
    architecture = {"name": "vgg16", "width": width, "input_size": size, "classes": classes}
    vgg, network = torchvision_vgg(width, size // 32, classes), networks.build(architecture)
    network.load_state_dict(torchvision_weights(vgg, network))
    batch = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = torchvision_responses(vgg, batch)
    for layer, responses in zip(layers_of("vgg16"), expected, strict=True):
        ours = networks.responses_of(network, layer, rectified=False)(batch)
        assert ours.shape[1:] == networks.shape_of(architecture, layer)
        assert responses.abs().max() > 1e-4
        torch.testing.assert_close(ours.reshape(responses.shape), responses, rtol=1e-4, atol=1e-5)


def test_the_same_weights_give_every_activation_of_torchvisions_vgg16():
    assert_equals_torchvision(width=0.25, size=64, classes=10)


@pytest.mark.slow
def test_the_full_vgg16_gives_every_activation_of_torchvisions():
    assert_equals_torchvision(width=1, size=224, classes=1000)


def test_full_size_parameters_have_torchvisions_shapes():
    from torchvision.models import vgg16

    with torch.device("meta"):
        expected = [tuple(p.shape) for p in vgg16(init_weights=False).parameters()]
    network = networks.build({"name": "vgg16", "width": 1, "input_size": 224, "classes": 1000})
    assert [tuple(p.shape) for p in network.parameters()] == expected


def test_a_built_network_is_zero_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    network = networks.build(SMALL)
    assert torch.equal(before, torch.get_rng_state())
    assert all((parameter == 0).all() for parameter in network.parameters())
    assert not network.training


@pytest.mark.parametrize("layer", layers_of("vgg16"))
def test_every_layer_has_the_shape_that_its_architecture_says(layer):
    network = initialised(SMALL)
    responses = networks.responses_of(network, layer)(networks.prepare(images(), INPUT, 32))
    assert responses.shape == (2, *networks.shape_of(SMALL, layer))
    assert responses.dtype == torch.float32


@pytest.mark.parametrize("layer", ["conv1_1", "conv5_3", "fc6", "fc7"])
def test_before_and_after_the_relu_are_different_and_neither_changes_the_other(layer):
    network, batch = initialised(SMALL), networks.prepare(images(), INPUT, 32)
    before = networks.responses_of(network, layer, rectified=False)(batch)
    kept = before.clone()
    after = networks.responses_of(network, layer, rectified=True)(batch)
    networks.responses_of(network, "fc8")(batch)
    assert (kept < 0).any()
    assert torch.equal(before, kept)
    assert torch.equal(after, kept.clamp(min=0))
    assert torch.equal(networks.responses_of(network, layer, rectified=False)(batch), kept)


@pytest.mark.parametrize("layer", ["pool3", "fc8"])
def test_layers_without_a_relu_are_the_same_either_way(layer):
    network, batch = initialised(SMALL), networks.prepare(images(), INPUT, 32)
    before, after = (networks.responses_of(network, layer, rectified)(batch) for rectified in (False, True))
    assert torch.equal(before, after)
    assert before.abs().sum() > 0


def test_responses_are_the_classifiers_own_and_have_no_dropout_even_in_a_network_that_trains():
    network, batch = initialised(SMALL), networks.prepare(images(), INPUT, 32)
    with torch.inference_mode():
        expected = network(batch)
    network.train()
    assert torch.equal(networks.responses_of(network, "fc8")(batch)[:, :, 0, 0], expected)


def test_nothing_beyond_the_layer_is_computed():
    network = initialised(SMALL)
    called = []
    for name, module in network.named_children():
        module.register_forward_hook(lambda *_, name=name: called.append(name))
    networks.responses_of(network, "conv1_2", rectified=False)(networks.prepare(images(), INPUT, 32))
    assert called == ["conv1_1", "relu_conv1_1", "conv1_2"]


def test_an_unknown_layer_is_refused_with_the_networks_layers():
    with pytest.raises(InputError) as error:
        networks.responses_of(networks.build(SMALL), "relu_conv1_1")
    assert ", ".join(layers_of("vgg16")) in str(error.value)


def test_pixels_gives_the_prepared_image_and_has_no_parameters():
    network, pictures = initialised(PIXELS), images()
    responses = networks.responses_of(network, "image")(networks.prepare(pictures, INPUT, 32))
    assert list(network.parameters()) == []
    assert responses.shape == (2, 1, 32, 32)
    np.testing.assert_allclose(responses[:, 0], (pictures / 255 - 0.5) / 0.25, atol=1e-5)


@pytest.mark.parametrize(
    "scheme, sd_of",
    [
        ("xavier_normal", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
        ("xavier_uniform", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
        ("kaiming_normal", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
        ("kaiming_uniform", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
        ("lecun_normal", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
        ("lecun_uniform", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
        ("normal", lambda fan_in, fan_out: 0.1),
    ],
)
def test_initial_weights_have_the_sd_of_their_scheme_and_biases_are_zero(scheme, sd_of):
    network = initialised({**SMALL, "width": 0.25}, scheme=scheme)
    for layer, fan_in, fan_out in (("conv1_2", 9 * 16, 9 * 16), ("conv5_3", 9 * 128, 9 * 128), ("fc6", 128, 1024)):
        weight = network.get_submodule(layer).weight.detach()
        sd = sd_of(fan_in, fan_out)
        assert weight.std().item() == pytest.approx(sd, rel=0.05)
        assert weight.mean().item() == pytest.approx(0, abs=0.05 * sd)
        if scheme.endswith("uniform"):
            assert weight.abs().max() <= math.sqrt(3) * sd
        else:
            assert weight.abs().max() > 2.5 * sd
    assert all((bias == 0).all() for name, bias in network.named_parameters() if name.endswith("bias"))


def test_xavier_is_torchs_own():
    network = initialised(SMALL, seed=5, scheme="xavier_normal")
    expected = torch.empty_like(network.conv1_1.weight, memory_format=torch.contiguous_format)
    nn.init.xavier_normal_(expected, generator=torch.Generator().manual_seed(5))
    torch.testing.assert_close(network.conv1_1.weight.detach(), expected)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        torch.rand(seed)  # the global generator plays no part
        networks.save(initialised(SMALL, seed), tmp_path / name, {"seed": "same"})
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_an_unknown_initialisation_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="'he'.*kaiming_normal"):
        networks.initialise(networks.build(SMALL), "he", 1)


def test_grey_images_are_scaled_and_repeated_in_three_channels():
    prepared = networks.prepare(np.full((1, 32, 32), 255, np.uint8), {**INPUT, "mean": [0.5, 0.25, 0]}, 32)
    assert prepared.shape == (1, 3, 32, 32)
    assert prepared[0, :, 7, 9].tolist() == [2, 3, 4]


@pytest.mark.parametrize("channels, expected", [("rgb", [10 - 1, 20 - 2, 30 - 3]), ("bgr", [30 - 1, 20 - 2, 10 - 3])])
def test_mean_is_in_the_order_of_the_networks_channels(channels, expected):
    colour = np.tile(np.array([10, 20, 30], np.uint8), (1, 32, 32, 1))
    prepared = networks.prepare(colour, {"scale": 1, "mean": [1, 2, 3], "sd": [1, 1, 1], "channels": channels}, 32)
    assert prepared[0, :, 3, 4].tolist() == expected


def test_another_size_is_resized_and_keeps_its_mean():
    pictures = images(1, 96)
    prepared = networks.prepare(pictures, {**INPUT, "mean": [0] * 3, "sd": [1] * 3}, 32)
    assert prepared.shape == (1, 3, 32, 32)
    assert prepared.mean().item() == pytest.approx(pictures.mean() / 255, rel=0.01)
    assert prepared.std().item() < 0.5 * pictures.std() / 255  # antialiased: noise averages out


def test_images_that_are_not_square_are_refused():
    with pytest.raises(InputError, match="32 x 40"):
        networks.prepare(np.zeros((1, 32, 40), np.uint8), INPUT, 32)


def test_a_saved_network_loads_to_the_same_responses(tmp_path):
    network, batch = initialised(SMALL), networks.prepare(images(), INPUT, 32)
    networks.save(network, tmp_path / "new" / "1.safetensors", {"seed": 1, "origin": "initialised"})
    loaded = networks.load(tmp_path / "new" / "1.safetensors", SMALL)
    assert torch.equal(networks.responses_of(loaded, "fc8")(batch), networks.responses_of(network, "fc8")(batch))
    assert not loaded.training
    with safe_open(tmp_path / "new" / "1.safetensors", "pt") as file:
        assert file.metadata() == {"mien": '{"origin": "initialised", "seed": 1}'}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["1.safetensors"]


def test_pixels_is_saved_and_loaded_like_any_network(tmp_path):
    networks.save(networks.build(PIXELS), tmp_path / "pixels", {})
    assert networks.responses_of(networks.load(tmp_path / "pixels", PIXELS), "image")


def test_a_failed_save_keeps_the_file_there_was_and_leaves_no_other(tmp_path):
    networks.save(networks.build(SMALL), tmp_path / "weights", {})
    before = (tmp_path / "weights").read_bytes()
    with pytest.raises(TypeError):
        networks.save(networks.build(SMALL), tmp_path / "weights", {"no JSON": object()})
    assert (tmp_path / "weights").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]


def test_weights_of_another_shape_are_refused_naming_file_tensor_and_both_shapes(tmp_path):
    networks.save(networks.build({**SMALL, "classes": 7}), tmp_path / "weights", {})
    with pytest.raises(InputError) as error:
        networks.load(tmp_path / "weights", SMALL)
    for part in (str(tmp_path / "weights"), "fc8.bias", "(5,)", "(7,)"):
        assert part in str(error.value)


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_missing_and_extra_tensors_are_refused_by_name(tmp_path, change):
    weights = {name: weight.contiguous() for name, weight in networks.build(SMALL).state_dict().items()}
    if change == "missing":
        del weights["conv3_2.weight"]
    else:
        weights["conv9_1.weight"] = torch.zeros(3)
    save_file(weights, tmp_path / "weights")
    with pytest.raises(InputError, match="conv3_2.weight" if change == "missing" else "conv9_1.weight"):
        networks.load(tmp_path / "weights", SMALL)


@pytest.mark.parametrize("damage", ["torn", "no safetensors", "absent"])
def test_a_damaged_file_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "weights"
    networks.save(networks.build(SMALL), path, {})
    if damage == "torn":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "absent":
        path.unlink()
    else:
        path.write_bytes(b"PK not weights")
    with pytest.raises(InputError, match=str(path)):
        networks.load(path, SMALL)


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert networks.choose_device("auto") == networks.choose_device("cpu") == torch.device("cpu")
    with pytest.raises(InputError, match="no GPU"):
        networks.choose_device("cuda")
    assert not torch.backends.cuda.matmul.allow_tf32 and not torch.backends.cudnn.allow_tf32


def test_threads_are_those_asked_for():
    networks.set_threads(2)
    assert torch.get_num_threads() == 2


def test_the_configuration_offers_every_initialisation():
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    network = schema["properties"]["networks"]["additionalProperties"]["properties"]
    assert set(network["initialisation"]["enum"]) == set(networks.SCHEMES)
