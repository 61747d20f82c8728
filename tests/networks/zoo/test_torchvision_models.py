import pytest
import torch
import torchvision

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.zoo import torchvision_models


def construct(name, input_size, classes, seed):
    return torchvision_models.build({"name": name, "input_size": input_size, "classes": classes}, seed)


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


@pytest.mark.parametrize(
    "given, message",
    [
        ({"width": 0.5}, "architecture.width: not a key of torchvision's resnet18. Leave it out"),
        ({"dropout": 0.1}, "architecture.dropout: not a key of torchvision's resnet18. Leave it out"),
        ({"classes": 0}, "architecture.classes: 0; only a VGG can do without its last layers"),
    ],
)
def test_keys_and_values_of_our_own_are_refused_before_anything_is_built(given, message):
    for refuse in (torchvision_models.check, build):
        with pytest.raises(InputError, match=message):
            refuse({"from": "torchvision", "name": "resnet18", "input_size": 64, **given})


def test_auxiliary_classifiers_have_weights_and_no_output_even_while_it_trains():
    network = build({"from": "torchvision", "name": "googlenet", "input_size": 64, "classes": 5})
    published = torchvision.models.googlenet(weights=None, num_classes=5, init_weights=False, aux_logits=True)
    assert list(network.state_dict()) == list(published.state_dict())
    output = network.train()(torch.zeros(2, 3, 64, 64))
    assert output.shape == (2, 5)
    assert network.aux1(output) is None  # not even computed: Inception's takes no small pictures
