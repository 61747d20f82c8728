import pytest
import torch
from torch import nn

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.preprocess import prepare
from mien.networks.readout.responses import responses_of
from mien.networks.zoo.vgg import ARCHITECTURES, layers_of, shapes_of, torchvision_names
from tests.helpers.small_networks import INPUT, SMALL, images, initialised

pytestmark = pytest.mark.usefixtures("one_thread")


def torchvision_weights(vgg, network, name):
    """The weights of a torchvision VGG under our names."""
    given, names = vgg.state_dict(), torchvision_names(name)
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
    vgg, network = torchvision_vgg(name, width, size // 32, classes), build(architecture)
    network.load_state_dict(torchvision_weights(vgg, network, name))
    batch = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = torchvision_responses(vgg, batch)
    for layer, responses in zip(layers_of(name), expected, strict=True):
        ours = responses_of(network, layer, rectified=False)(batch)
        assert ours.shape[1:] == shapes_of(architecture)[layer]
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
    network = build({"name": "vgg16", "width": 1, "input_size": 224, "classes": 1000})
    assert [tuple(p.shape) for p in network.parameters()] == expected


def test_without_classes_a_vgg_ends_with_its_last_pool():
    network = build({**SMALL, "classes": 0})
    assert list(dict(network.named_children()))[-2:] == ["relu_conv5_3", "pool5"]
    with pytest.raises(InputError, match="layer 'fc6': the network has no such layer"):
        responses_of(network, "fc6")(prepare(images(), INPUT))


@pytest.mark.parametrize("layer", layers_of("vgg16"))
def test_every_layer_has_the_shape_that_its_architecture_says(layer):
    network = initialised(SMALL)
    responses = responses_of(network, layer)(prepare(images(), INPUT))
    assert responses.shape == (2, *shapes_of(SMALL)[layer])
    assert responses.dtype == torch.float32


def test_a_batch_norm_stands_between_a_convolution_and_its_relu():
    network = initialised({**SMALL, "name": "vgg11_bn"})
    network.bn1_1.bias.data.fill_(0.3)
    batch = prepare(images(), INPUT)
    conv, norm, after_conv, after_norm = (
        responses_of(network, layer, rectified)(batch) for rectified in (False, True) for layer in ("conv1_1", "bn1_1")
    )
    torch.testing.assert_close(norm, conv / (1 + 1e-5) ** 0.5 + 0.3)
    assert torch.equal(after_conv, norm.clamp(min=0))
    assert torch.equal(after_norm, after_conv)


def test_vgg16_has_13_convolutions_5_pools_and_3_connected_layers_by_their_names_in_the_literature():
    assert layers_of("vgg16") == (
        *("conv1_1", "conv1_2", "pool1", "conv2_1", "conv2_2", "pool2", "conv3_1", "conv3_2", "conv3_3", "pool3"),
        *("conv4_1", "conv4_2", "conv4_3", "pool4", "conv5_1", "conv5_2", "conv5_3", "pool5", "fc6", "fc7", "fc8"),
    )
    kinds = [layer.kind for layer in ARCHITECTURES["vgg16"]]
    assert (kinds.count("convolution"), kinds.count("pool"), kinds.count("connected")) == (13, 5, 3)


def test_full_width_at_224_pixels_has_the_published_shapes():
    shapes = shapes_of({"name": "vgg16", "input_size": 224, "classes": 2622})
    expected = {"conv1_1": (64, 224, 224), "conv5_3": (512, 14, 14), "pool5": (512, 7, 7)}
    expected |= {"fc7": (4096, 1, 1), "fc8": (2622, 1, 1)}
    assert {layer: shapes[layer] for layer in expected} == expected  # conv5_3 has 100,352 units
    assert list(shapes) == list(layers_of("vgg16"))


def test_width_scales_channels_but_not_classes():
    shapes = shapes_of({"name": "vgg16", "width": 0.25, "input_size": 64, "classes": 32})
    assert [shapes[layer] for layer in ("conv5_3", "fc6", "fc8")] == [(128, 4, 4), (1024, 1, 1), (32, 1, 1)]


def test_the_vggs_have_the_convolutions_of_their_name():
    counts = {name: [layer.kind for layer in stages].count("convolution") for name, stages in ARCHITECTURES.items()}
    assert counts == {f"vgg{weights}{bn}": weights - 3 for weights in (11, 13, 16, 19) for bn in ("", "_bn")}
    assert layers_of("vgg11_bn")[:6] == ("conv1_1", "bn1_1", "pool1", "conv2_1", "bn2_1", "pool2")
    assert layers_of("vgg19")[-8:-3] == ("conv5_1", "conv5_2", "conv5_3", "conv5_4", "pool5")


def test_without_classes_its_layers_end_with_the_last_pool():
    assert layers_of("vgg16", classes=0)[-1] == "pool5"
    assert shapes_of({"name": "vgg16", "width": 0.5, "input_size": 64, "classes": 0})["pool5"] == (256, 2, 2)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_torchvisions_names_are_those_of_its_modules(name):
    import torch
    import torchvision

    with torch.device("meta"):
        modules = dict(torchvision.models.get_model(name, weights=None, init_weights=False).named_modules())
    kinds = {"convolution": "Conv2d", "norm": "BatchNorm2d", "pool": "MaxPool2d", "connected": "Linear"}
    found = {layer: type(modules[alias]).__name__ for layer, alias in torchvision_names(name).items()}
    assert found == {layer.name: kinds[layer.kind] for layer in ARCHITECTURES[name]}
    connected = [alias for alias, module in modules.items() if kinds["connected"] in str(module)]
    assert torchvision_names(name)["fc8"] == connected[-1]


def test_an_input_that_cannot_be_pooled_five_times_is_refused():
    with pytest.raises(InputError, match="input.size 31.*pool5"):
        shapes_of({"name": "vgg16", "input_size": 31})
