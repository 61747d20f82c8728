import pytest
import torch
import torchvision

from mien.errors import InputError
from mien.networks import build
from mien.networks.torchvision_models import construct, settings_of


def test_the_same_seed_constructs_the_same_weights_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    a, b, c = (construct("resnet18", 64, 5, seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a["conv1.weight"], c["conv1.weight"])
    assert a["fc.weight"].shape == (5, 512)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="'resnet81'.*did you mean .*resnet18"):
        construct("resnet81", 64, 5, 0)


@pytest.mark.parametrize("name", ["fasterrcnn_resnet50_fpn", "raft_small", "fcn_resnet50", "r3d_18"])
def test_only_classification_models_are_known(name):
    assert name in torchvision.models.list_models()
    with pytest.raises(InputError, match="no classification model"):
        construct(name, 64, 5, 0)


def test_a_transformer_is_made_for_its_input_size_and_refuses_one_that_its_patches_do_not_tile():
    assert construct("vit_b_32", 64, 5, 0).encoder.pos_embedding.shape == (1, 5, 768)
    with pytest.raises(InputError, match="vit_b_32: takes no input_size of 60"):
        construct("vit_b_32", 60, 5, 0)


@pytest.mark.parametrize("key, value", [("width", 0.5), ("dropout", 0.1)])
def test_keys_of_our_own_are_refused(key, value):
    with pytest.raises(InputError, match=f"resnet18: {key} is not a key"):
        settings_of({"name": "resnet18", "input_size": 64, key: value})
    assert settings_of({"name": "resnet18", "input_size": 64, "width": 1, "dropout": 0.5}) == ("resnet18", 64, 1000)


def test_only_a_vgg_goes_without_classes():
    with pytest.raises(InputError, match="classes 0"):
        build.build({"name": "resnet18", "input_size": 64, "classes": 0})


def test_auxiliary_classifiers_have_weights_and_no_output_even_while_it_trains():
    network = build.build({"name": "googlenet", "input_size": 64, "classes": 5})
    published = torchvision.models.googlenet(weights=None, num_classes=5, init_weights=False, aux_logits=True)
    assert list(network.state_dict()) == list(published.state_dict())
    output = network.train()(torch.zeros(2, 3, 64, 64))
    assert output.shape == (2, 5)
    assert network.aux1(output) is None  # not even computed: Inception's takes no small pictures
