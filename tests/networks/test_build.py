import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from mien.errors import InputError
from mien.networks import build
from mien.networks.architectures import layers_of, torchvision_names
from tests.helpers.initialised import initialised

SMALL = {"name": "vgg16", "width": 1 / 16, "input_size": 32, "classes": 5}
PIXELS = {"name": "pixels", "input_size": 32}
INPUT = {"scale": 1 / 255, "mean": [0.5] * 3, "sd": [0.25] * 3, "channels": "rgb"}


pytestmark = pytest.mark.usefixtures("one_thread")


def images(n=2, size=32, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size), dtype=np.uint8)


def torchvision_weights(vgg, network):
    """The weights of a torchvision VGG under our names."""
    given, names = vgg.state_dict(), torchvision_names(network.architecture)
    return {name: given[f"{names[name.split('.')[0]]}.{name.split('.')[1]}"] for name in network.state_dict()}


def torchvision_responses(vgg, batch):
    """What each layer of a torchvision VGG gives, before any ReLU."""
    given = []
    for module in [*vgg.features, nn.Flatten(), *vgg.classifier]:
        batch = module(batch.clone())
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d | nn.MaxPool2d | nn.Linear):
            given.append(batch.clone())
    return given


def torchvision_vgg(name, width, side, classes):
    """A torchvision VGG, `width` times as wide, for an input that its pools reduce to `side` pixels."""
    from torchvision.models import vgg

    torch.manual_seed(1)
    blocks = vgg.cfgs[{"vgg11": "A", "vgg13": "B", "vgg16": "D", "vgg19": "E"}[name.removesuffix("_bn")]]
    thinned = [channels if channels == "M" else round(channels * width) for channels in blocks]
    features = vgg.make_layers(thinned, batch_norm=name.endswith("_bn"))
    network = vgg.VGG(features, num_classes=classes, init_weights=False)
    if (width, side) != (1, 7):
        units = round(4096 * width)
        network.avgpool = nn.Identity()
        network.classifier[0] = nn.Linear(thinned[-2] * side**2, units)
        network.classifier[3] = nn.Linear(units, units)
        network.classifier[6] = nn.Linear(units, classes)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.bias.data, module.running_mean, module.running_var):
                tensor.uniform_(0.1, 0.2)
    return network.eval()


def assert_equals_torchvision(name, width, size, classes):
    architecture = {"name": name, "width": width, "input_size": size, "classes": classes}
    vgg, network = torchvision_vgg(name, width, size // 32, classes), build.build(architecture)
    network.load_state_dict(torchvision_weights(vgg, network))
    batch = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = torchvision_responses(vgg, batch)
    for layer, responses in zip(layers_of(name), expected, strict=True):
        ours = build.responses_of(network, layer, rectified=False)(batch)
        assert ours.shape[1:] == build.shape_of(architecture, layer)
        assert responses.abs().max() > 1e-4
        torch.testing.assert_close(ours.reshape(responses.shape), responses, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["vgg16", "vgg11", "vgg13_bn", "vgg19", "vgg16_bn"])
def test_the_same_weights_give_every_activation_of_torchvisions_vgg(name):
    assert_equals_torchvision(name, width=0.125, size=64, classes=10)


@pytest.mark.slow
def test_the_full_vgg16_gives_every_activation_of_torchvisions():
    assert_equals_torchvision("vgg16", width=1, size=224, classes=1000)


def test_full_size_parameters_have_torchvisions_shapes():
    from torchvision.models import vgg16

    with torch.device("meta"):
        expected = [tuple(p.shape) for p in vgg16(init_weights=False).parameters()]
    network = build.build({"name": "vgg16", "width": 1, "input_size": 224, "classes": 1000})
    assert [tuple(p.shape) for p in network.parameters()] == expected


def test_without_classes_a_vgg_ends_with_its_last_pool():
    network = build.build({**SMALL, "classes": 0})
    assert list(dict(network.named_children()))[-2:] == ["relu_conv5_3", "pool5"]
    assert network.classes == 0
    with pytest.raises(InputError, match="'fc6'.*without its fully connected layers"):
        build.responses_of(network, "fc6")


def test_a_built_network_is_zero_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    network = build.build(SMALL)
    assert torch.equal(before, torch.get_rng_state())
    assert all((parameter == 0).all() for parameter in network.parameters())
    assert not network.training


@pytest.mark.parametrize("layer", layers_of("vgg16"))
def test_every_layer_has_the_shape_that_its_architecture_says(layer):
    network = initialised(SMALL)
    responses = build.responses_of(network, layer)(build.prepare(images(), INPUT, 32))
    assert responses.shape == (2, *build.shape_of(SMALL, layer))
    assert responses.dtype == torch.float32


@pytest.mark.parametrize("layer", ["conv1_1", "conv5_3", "fc6", "fc7"])
def test_before_and_after_the_relu_are_different_and_neither_changes_the_other(layer):
    network, batch = initialised(SMALL), build.prepare(images(), INPUT, 32)
    before = build.responses_of(network, layer, rectified=False)(batch)
    kept = before.clone()
    after = build.responses_of(network, layer, rectified=True)(batch)
    build.responses_of(network, "fc8")(batch)
    assert (kept < 0).any()
    assert torch.equal(before, kept)
    assert torch.equal(after, kept.clamp(min=0))
    assert torch.equal(build.responses_of(network, layer, rectified=False)(batch), kept)


def test_a_batch_norm_stands_between_a_convolution_and_its_relu():
    network = initialised({**SMALL, "name": "vgg11_bn"})
    network.bn1_1.bias.data.fill_(0.3)
    batch = build.prepare(images(), INPUT, 32)
    conv, norm, after_conv, after_norm = (
        build.responses_of(network, layer, rectified)(batch)
        for rectified in (False, True)
        for layer in ("conv1_1", "bn1_1")
    )
    torch.testing.assert_close(norm, conv / (1 + 1e-5) ** 0.5 + 0.3)
    assert torch.equal(after_conv, norm.clamp(min=0))
    assert torch.equal(after_norm, after_conv)


def test_torchvisions_name_reads_the_same_layer():
    network, batch = initialised(SMALL), build.prepare(images(), INPUT, 32)
    for alias, layer in (("features.28", "conv5_3"), ("classifier.0", "fc6"), ("features.4", "pool1")):
        responses = [build.responses_of(network, name)(batch) for name in (alias, layer)]
        assert torch.equal(*responses) and responses[0].abs().sum() > 0


@pytest.mark.parametrize("layer", ["pool3", "fc8"])
def test_layers_without_a_relu_are_the_same_either_way(layer):
    network, batch = initialised(SMALL), build.prepare(images(), INPUT, 32)
    before, after = (build.responses_of(network, layer, rectified)(batch) for rectified in (False, True))
    assert torch.equal(before, after)
    assert before.abs().sum() > 0


def test_responses_are_the_classifiers_own_and_have_no_dropout_even_in_a_network_that_trains():
    network, batch = initialised(SMALL), build.prepare(images(), INPUT, 32)
    with torch.inference_mode():
        expected = network(batch)
    network.train()
    assert torch.equal(build.responses_of(network, "fc8")(batch)[:, :, 0, 0], expected)


def test_nothing_beyond_the_layer_is_computed():
    network = initialised(SMALL)
    called = []
    for name, module in network.named_children():
        module.register_forward_hook(lambda *_, name=name: called.append(name))
    build.responses_of(network, "conv1_2", rectified=False)(build.prepare(images(), INPUT, 32))
    assert called == ["conv1_1", "relu_conv1_1", "conv1_2"]


def test_an_unknown_layer_is_refused_with_the_networks_layers():
    with pytest.raises(InputError) as error:
        build.responses_of(build.build(SMALL), "relu_conv1_1")
    assert ", ".join(layers_of("vgg16")) in str(error.value)


def test_pixels_gives_the_prepared_image_and_has_no_parameters():
    network, pictures = initialised(PIXELS), images()
    responses = build.responses_of(network, "image")(build.prepare(pictures, INPUT, 32))
    assert list(network.parameters()) == []
    assert responses.shape == (2, 1, 32, 32)
    np.testing.assert_allclose(responses[:, 0], (pictures / 255 - 0.5) / 0.25, atol=1e-5)


def test_grey_images_are_scaled_and_repeated_in_three_channels():
    prepared = build.prepare(np.full((1, 32, 32), 255, np.uint8), {**INPUT, "mean": [0.5, 0.25, 0]}, 32)
    assert prepared.shape == (1, 3, 32, 32)
    assert prepared[0, :, 7, 9].tolist() == [2, 3, 4]


@pytest.mark.parametrize("channels, expected", [("rgb", [10 - 1, 20 - 2, 30 - 3]), ("bgr", [30 - 1, 20 - 2, 10 - 3])])
def test_mean_is_in_the_order_of_the_networks_channels(channels, expected):
    colour = np.tile(np.array([10, 20, 30], np.uint8), (1, 32, 32, 1))
    prepared = build.prepare(colour, {"scale": 1, "mean": [1, 2, 3], "sd": [1, 1, 1], "channels": channels}, 32)
    assert prepared[0, :, 3, 4].tolist() == expected


def test_another_size_is_resized_and_keeps_its_mean():
    pictures = images(1, 96)
    prepared = build.prepare(pictures, {**INPUT, "mean": [0] * 3, "sd": [1] * 3}, 32)
    assert prepared.shape == (1, 3, 32, 32)
    assert prepared.mean().item() == pytest.approx(pictures.mean() / 255, rel=0.01)
    assert prepared.std().item() < 0.5 * pictures.std() / 255  # antialiased: noise averages out


def test_images_that_are_not_square_are_refused():
    with pytest.raises(InputError, match="32 x 40"):
        build.prepare(np.zeros((1, 32, 40), np.uint8), INPUT, 32)


def test_a_saved_network_loads_to_the_same_responses(tmp_path):
    network, batch = initialised(SMALL), build.prepare(images(), INPUT, 32)
    build.save(network, tmp_path / "new" / "1.safetensors", {"seed": 1, "origin": "initialised"})
    loaded = build.load(tmp_path / "new" / "1.safetensors", SMALL, INPUT)
    assert torch.equal(build.responses_of(loaded, "fc8")(batch), build.responses_of(network, "fc8")(batch))
    assert not loaded.training
    with safe_open(tmp_path / "new" / "1.safetensors", "pt") as file:
        assert json.loads(file.metadata()["mien"])["made_of"] == {"origin": "initialised", "seed": 1}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["1.safetensors"]


def test_pixels_is_saved_and_loaded_like_any_network(tmp_path):
    build.save(build.build(PIXELS), tmp_path / "pixels", {})
    assert build.responses_of(build.load(tmp_path / "pixels", PIXELS, INPUT), "image")


def test_a_failed_save_keeps_the_file_there_was_and_leaves_no_other(tmp_path):
    build.save(build.build(SMALL), tmp_path / "weights", {})
    before = (tmp_path / "weights").read_bytes()
    with pytest.raises(TypeError):
        build.save(build.build(SMALL), tmp_path / "weights", {"no JSON": object()})
    assert (tmp_path / "weights").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]


def test_weights_of_another_shape_are_refused_naming_file_tensor_and_both_shapes(tmp_path):
    build.save(build.build({**SMALL, "classes": 7}), tmp_path / "weights", {})
    with pytest.raises(InputError) as error:
        build.load(tmp_path / "weights", SMALL, INPUT)
    for part in (str(tmp_path / "weights"), "fc8.bias", "(5,)", "(7,)"):
        assert part in str(error.value)


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_missing_and_extra_tensors_are_refused_by_name(tmp_path, change):
    network = build.build(SMALL)
    if change == "missing":
        del network.conv3_2.weight
    else:
        network.register_buffer("conv9_1", torch.zeros(3))
    build.save(network, tmp_path / "weights", {})
    with pytest.raises(InputError, match="conv3_2.weight" if change == "missing" else "conv9_1"):
        build.load(tmp_path / "weights", SMALL, INPUT)


@pytest.mark.parametrize("damage", ["torn", "no safetensors", "absent", "of another program"])
def test_a_damaged_file_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "weights"
    build.save(build.build(SMALL), path, {})
    if damage == "torn":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "absent":
        path.unlink()
    elif damage == "no safetensors":
        path.write_bytes(b"PK not weights")
    else:
        save_file(load_file(path), path)
    with pytest.raises(InputError, match=str(path)):
        build.load(path, SMALL, INPUT)


@pytest.mark.parametrize("place", [-1, -5000, "rgb", "seed", "conv2_1"])
def test_a_flipped_bit_is_found(tmp_path, place):
    path = tmp_path / "weights"
    build.save(initialised(SMALL), path, {"seed": 1, "channels": "rgb"})
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(place.encode()) if isinstance(place, str) else place] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(InputError, match=f"{path}: damaged|{path}: not a whole"):
        build.load(path, SMALL, INPUT)


# ----------------------------------------------------------------------------------------------------------- references

RGB = {"scale": 1, "mean": [129.2, 104.8, 93.6], "sd": [1, 1, 1], "channels": "rgb"}
COLOUR = np.random.default_rng(3).integers(0, 256, (40, 40, 3), dtype=np.uint8)


def reference_of(network, input=RGB, picture=COLOUR, layers=("conv3_2", "fc7")):
    batch = build.prepare(picture[None], input, network.input_size)
    responses = {layer: build.responses_of(network, layer)(batch)[0].clone() for layer in layers}
    return {"picture": torch.from_numpy(picture), **responses}


def test_a_file_carries_reference_responses_and_is_checked_with_them(tmp_path):
    network = initialised(SMALL)
    build.save(network, tmp_path / "weights", {}, reference_of(network))
    loaded = build.load(tmp_path / "weights", SMALL, RGB)
    assert list(loaded.state_dict()) == list(network.state_dict())
    tensors = load_file(tmp_path / "weights")
    assert sorted(name for name in tensors if name.startswith("reference.")) == [
        *("reference.conv3_2", "reference.fc7", "reference.picture")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"channels": "bgr"},
        {"mean": [93.6, 104.8, 129.2]},
        {"mean": [129.2, 104.8, 94.6]},
        {"scale": 1 / 255},
        {"sd": [1, 1, 1.01]},
    ],
)
def test_an_input_that_the_weights_were_not_trained_with_is_refused(tmp_path, change):
    network = initialised(SMALL)
    build.save(network, tmp_path / "weights", {}, reference_of(network))
    with pytest.raises(InputError) as error:
        build.load(tmp_path / "weights", SMALL, RGB | change)
    for part in (str(tmp_path / "weights"), "layer conv3_2", "standard deviations", *(f"input.{key}" for key in INPUT)):
        assert part in str(error.value)


def test_rounding_of_another_processor_is_no_difference():
    network = initialised(SMALL)
    reference = reference_of(network)
    noise = torch.randn(reference["fc7"].shape, generator=torch.Generator().manual_seed(1))
    reference["fc7"] = reference["fc7"] + 2e-5 * reference["fc7"].std() * noise
    build.check_reference(network, reference, RGB, "weights")
    reference["fc7"][3] += 0.01 * reference["fc7"].std()
    with pytest.raises(InputError, match=r"weights: layer fc7 .* 0.01 standard deviations"):
        build.check_reference(network, reference, RGB, "weights")


@pytest.mark.parametrize(
    "spoil, message",
    [
        ({"picture": torch.zeros(40, 40, 3, dtype=torch.uint8)}, "reference.picture: expected a picture in colour"),
        ({"fc7": torch.full((256, 1, 1), float("nan"))}, "layer fc7 .* nan standard deviations"),
        ({"fc7": torch.zeros(9, 1, 1)}, r"reference.fc7: has shape \(9, 1, 1\), the network gives \(256, 1, 1\)"),
        ({"fc9": torch.zeros(9, 1, 1)}, "layer 'fc9': vgg16 has no such layer"),
    ],
)
def test_a_reference_that_can_show_nothing_is_refused(spoil, message):
    network = initialised(SMALL)
    with pytest.raises(InputError, match=message):
        build.check_reference(network, reference_of(network) | spoil, RGB, "weights")
