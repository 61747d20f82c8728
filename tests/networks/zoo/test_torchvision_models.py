import math

import pytest
import torch
import torchvision

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.zoo import torchvision_models
from tests.helpers.published_inputs import differences


def of(name, **given):
    return {"from": "torchvision", "name": name, **given}


def construct(name, input_size, classes, seed):
    return torchvision_models.build(of(name, input_size=input_size, classes=classes), seed)


def weights_of(name):
    model, _, tag = name.partition(".")
    return torchvision.models.get_model_weights(model)[tag]


def test_the_same_seed_constructs_the_same_weights_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    a, b, c = (construct("resnet18", 64, 5, seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a["conv1.weight"], c["conv1.weight"])
    assert a["fc.weight"].shape == (5, 512)


def test_an_unknown_name_is_refused_with_the_nearest_and_an_unknown_tag_with_those_there_are():
    with pytest.raises(InputError, match="'resnet81' is no classification model .*did you mean .*resnet18"):
        construct("resnet81", 64, 5, 0)
    with pytest.raises(InputError, match="resnet50 has no 'V3'; it has IMAGENET1K_V1, IMAGENET1K_V2"):
        torchvision_models.input(of("resnet50.V3"))


@pytest.mark.parametrize("name", ["fasterrcnn_resnet50_fpn", "raft_small", "fcn_resnet50", "r3d_18"])
def test_only_classification_models_are_known(name):
    assert name in torchvision.models.list_models()
    with pytest.raises(InputError, match="no classification model"):
        construct(name, 64, 5, 0)


def test_a_transformer_is_made_for_its_input_size_or_the_published_one_and_refuses_what_its_patches_do_not_tile():
    assert construct("vit_b_32", 64, 5, 0).encoder.pos_embedding.shape == (1, 5, 768)
    with torch.device("meta"):
        at_published_size = torchvision_models.build(of("vit_b_16.IMAGENET1K_SWAG_E2E_V1"), 0)
    assert at_published_size.encoder.pos_embedding.shape == (1, 1 + (384 // 16) ** 2, 768)
    with pytest.raises(InputError, match="vit_b_32.*indivisible by patch size"):
        construct("vit_b_32", 60, 5, 0)


def test_arguments_reach_the_constructor_and_those_it_does_not_have_are_named():
    with torch.device("meta"):
        wide = torchvision_models.build(of("resnet50", arguments={"width_per_group": 128}), 0)
        published = torchvision.models.wide_resnet50_2()
    assert {k: v.shape for k, v in wide.state_dict().items()} == {k: v.shape for k, v in published.state_dict().items()}
    with pytest.raises(InputError, match="unexpected keyword argument 'depth'"):
        torchvision_models.build(of("resnet50", arguments={"depth": 3}), 0)


@pytest.mark.parametrize(
    "given, message",
    [
        ({"width": 0.5}, "architecture.width: not a key of a network from torchvision. Leave it out"),
        ({"classes": 0}, "architecture.classes: 0; torchvision's resnet18 has a last layer"),
        ({"arguments": {"transform_input": True}}, "transform_input: leave it out; input.mean and input.sd say it"),
    ],
)
def test_keys_and_values_of_our_own_are_refused_before_anything_is_built(given, message):
    for refuse in (torchvision_models.check, build):
        with pytest.raises(InputError, match=message):
            refuse(of("resnet18", input_size=64, **given))


@pytest.mark.parametrize("model", ["googlenet", "inception_v3"])
def test_a_network_with_auxiliary_classifiers_does_without_them_also_in_training_and_in_published_files(model):
    with torch.device("meta"):
        network = torchvision_models.build(of(model, classes=5), 0)
        published = torchvision.models.get_model(model, weights=None, init_weights=False, aux_logits=True)
    assert network.train()(torch.zeros(2, 3, 299, 299, device="meta")).shape == (2, 5)
    named = {torchvision_models.tensor(of(model), name) for name in published.state_dict()}
    assert named == {*network.state_dict(), None}


def test_names_in_published_densenets_become_those_that_networks_have():
    def own(name):
        return torchvision_models.tensor(of("densenet121.IMAGENET1K_V1"), name)

    block = "features.denseblock1.denselayer2"
    assert own(f"{block}.norm.1.running_mean") == f"{block}.norm1.running_mean"
    assert own(f"{block}.conv.2.weight") == f"{block}.conv2.weight"
    assert own("features.transition1.norm.weight") == "features.transition1.norm.weight"


@pytest.mark.parametrize("name", ["resnet50.IMAGENET1K_V2", "efficientnet_b1.IMAGENET1K_V1", "vit_b_16.IMAGENET1K_V1"])
def test_pictures_are_prepared_as_torchvision_does_for_the_weights(name):
    mean, largest = differences(of(name), weights_of(name).transforms())
    assert mean < 0.25 and largest < 2


def test_inception_is_given_what_it_makes_for_itself_with_published_weights():
    name = "inception_v3.IMAGENET1K_V1"
    with torch.device("meta"):
        published = torchvision.models.inception_v3(weights=None, init_weights=False, transform_input=True)
    transforms = weights_of(name).transforms()
    mean, largest = differences(of(name), lambda picture: published._transform_input(transforms(picture)[None])[0])
    assert mean < 0.25 and largest < 2


def test_every_tag_publishes_an_input_and_weights_with_the_beginning_of_their_digest():
    models = torchvision.models.list_models(module=torchvision.models)
    tags = [(model, weights) for model in models for weights in torchvision.models.get_model_weights(model)]
    assert len(tags) > 100
    for model, published in tags:
        tagged = of(f"{model}.{published.name}")
        input = torchvision_models.input(tagged)
        assert [math.floor(input["size"] / input["crop"])] == published.transforms().resize_size, tagged
        if published.name != "IMAGENET1K_FEATURES":
            weights = torchvision_models.weights(tagged)
            assert weights["from"] == [published.url] and f"-{weights['sha256_starts']}.pth" in published.url


def test_a_model_without_a_tag_has_the_default_weights():
    default, first = of("resnet50.IMAGENET1K_V2"), of("resnet50.IMAGENET1K_V1")
    assert torchvision_models.weights(of("resnet50")) == torchvision_models.weights(default)
    assert torchvision_models.weights(of("resnet50")) != torchvision_models.weights(first)
    assert torchvision_models.input(of("resnet50")) == torchvision_models.input(default)
    assert torchvision_models.input(of("resnet50")) != torchvision_models.input(first)


def test_weights_without_fully_connected_layers_are_refused_with_the_way_to_have_them():
    with pytest.raises(InputError, match="mien's own vgg16 with classes: 0.*vgg16_features-amdegroot-88682ab5.pth"):
        torchvision_models.weights(of("vgg16.IMAGENET1K_FEATURES"))


def test_a_model_without_weights_publishes_nothing_and_can_be_built(monkeypatch):
    class Unpublished(torchvision.models.WeightsEnum):
        pass

    monkeypatch.setattr(torchvision.models, "get_model_weights", lambda model: Unpublished)
    assert torchvision_models.input(of("vit_b_32")) == {}
    with pytest.raises(InputError, match="torchvision publishes none of vit_b_32. Give weights.from"):
        torchvision_models.weights(of("vit_b_32"))
    with torch.device("meta"):
        assert torchvision_models.build(of("vit_b_32"), 0).image_size == 224
