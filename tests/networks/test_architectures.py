import subprocess
import sys

import pytest

from mien.errors import InputError
from mien.networks.architectures import (
    ARCHITECTURES,
    aliases,
    check_layer,
    is_own,
    layer_shape,
    layers_of,
    torchvision_names,
)


def test_vgg16_has_13_convolutions_5_pools_and_3_connected_layers_by_their_names_in_the_literature():
    assert layers_of("vgg16") == (
        *("conv1_1", "conv1_2", "pool1", "conv2_1", "conv2_2", "pool2", "conv3_1", "conv3_2", "conv3_3", "pool3"),
        *("conv4_1", "conv4_2", "conv4_3", "pool4", "conv5_1", "conv5_2", "conv5_3", "pool5", "fc6", "fc7", "fc8"),
    )
    kinds = [layer.kind for layer in ARCHITECTURES["vgg16"]]
    assert (kinds.count("convolution"), kinds.count("pool"), kinds.count("connected")) == (13, 5, 3)


def test_full_width_at_224_pixels_has_the_published_shapes():
    assert layer_shape("vgg16", "conv1_1", 1, 224) == (64, 224, 224)
    assert layer_shape("vgg16", "conv5_3", 1, 224) == (512, 14, 14)  # 100,352 units
    assert layer_shape("vgg16", "pool5", 1, 224) == (512, 7, 7)
    assert layer_shape("vgg16", "fc7", 1, 224) == (4096, 1, 1)
    assert layer_shape("vgg16", "fc8", 1, 224, classes=2622) == (2622, 1, 1)


def test_width_scales_channels_but_not_classes():
    assert layer_shape("vgg16", "conv5_3", 0.25, 64) == (128, 4, 4)
    assert layer_shape("vgg16", "fc6", 0.25, 64) == (1024, 1, 1)
    assert layer_shape("vgg16", "fc8", 0.25, 64, classes=32) == (32, 1, 1)


def test_pixels_has_the_image_as_its_one_layer():
    assert layers_of("pixels") == ("image",)
    assert layer_shape("pixels", "image", 1, 64) == (1, 64, 64)


def test_an_unknown_layer_is_refused_with_the_layers_there_are():
    with pytest.raises(InputError) as error:
        check_layer("vgg16", "conv6_1")
    for layer in ("conv6_1", *layers_of("vgg16")):
        assert layer in str(error.value)


def test_any_other_architecture_is_torchvisions_to_judge():
    assert not is_own("resnet18") and is_own("vgg19_bn")
    assert aliases("resnet18") == {}
    with pytest.raises(InputError, match="'resnet18'.*vgg16.*pixels; torchvision knows the layers of its own"):
        layers_of("resnet18")


def test_the_vggs_have_the_convolutions_of_their_name():
    counts = {name: [layer.kind for layer in stages].count("convolution") for name, stages in ARCHITECTURES.items()}
    assert counts == {
        **{f"vgg{weights}{bn}": weights - 3 for weights in (11, 13, 16, 19) for bn in ("", "_bn")},
        "pixels": 0,
    }
    assert layers_of("vgg11_bn")[:6] == ("conv1_1", "bn1_1", "pool1", "conv2_1", "bn2_1", "pool2")
    assert layers_of("vgg19")[-8:-3] == ("conv5_1", "conv5_2", "conv5_3", "conv5_4", "pool5")


def test_without_classes_a_vgg_ends_with_its_last_pool_and_says_why():
    assert layers_of("vgg16", classes=0)[-1] == "pool5"
    assert layer_shape("vgg16", "pool5", 0.5, 64, classes=0) == (256, 2, 2)
    with pytest.raises(InputError, match="'fc7'.*vgg16 has no such layer without its fully connected.*classes: 0"):
        check_layer("vgg16", "fc7", classes=0)


def test_a_layer_may_have_its_name_in_torchvision():
    assert (torchvision_names("vgg16")["conv5_3"], torchvision_names("vgg16")["fc8"]) == ("features.28", "classifier.6")
    assert aliases("vgg16_bn")["features.41"] == "bn5_3"
    check_layer("vgg16", "features.28")
    assert layer_shape("vgg16", "features.28", 1, 224) == (512, 14, 14)
    with pytest.raises(InputError, match="features.29"):  # a ReLU: conv5_3 with rectified: true
        check_layer("vgg16", "features.29")


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if name != "pixels"])
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
    with pytest.raises(InputError, match="input_size 31.*pool5"):
        layer_shape("vgg16", "pool5", 1, 31)
    assert layer_shape("vgg16", "pool4", 1, 31) == (512, 1, 1)


def test_importing_it_needs_nothing_beyond_the_standard_library():
    code = (
        "import sys, mien.networks.architectures; print([m for m in sys.modules if m in ('torch', 'numpy', 'pandas')])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
