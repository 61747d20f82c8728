import importlib

import pytest
import timm
import torch
from timm.data import create_transform, resolve_model_data_config

from mien.errors import InputError
from mien.networks.zoo import timm_models
from tests.helpers.published_inputs import differences

#: The smallest that timm has, made for its tests, and with published weights.
SMALL, SMALL_TRANSFORMER = "test_resnet.r160_in1k", "test_vit.r160_in1k"


def of(name, **given):
    return {"from": "timm", "name": name, **given}


def on_meta(make, *args, **options):
    """A network without memory for its weights."""
    with torch.device("meta"):
        return make(*args, **options)


def shapes(network):
    return {name: tensor.shape for name, tensor in network.state_dict().items()}


def test_the_same_seed_constructs_the_same_weights_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    a, b, c = (timm_models.build(of(SMALL), seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a["conv1.0.weight"], c["conv1.0.weight"])


@pytest.mark.parametrize("name", ["resnet50", "vit_base_patch16_224.augreg_in21k", "convnext_tiny.in12k"])
def test_a_network_is_timms_with_the_classes_of_its_tag(name):
    assert shapes(on_meta(timm_models.build, of(name), 0)) == shapes(on_meta(timm.create_model, name))


def test_classes_may_be_given_and_none_leaves_out_the_last_layer():
    assert timm_models.build(of(SMALL, classes=7), 0).get_classifier().out_features == 7
    assert isinstance(timm_models.build(of(SMALL, classes=0), 0).get_classifier(), torch.nn.Identity)


def test_a_transformer_is_made_for_its_input_size_and_a_convolutional_network_takes_any():
    for name, size in ((SMALL_TRANSFORMER, 96), (SMALL, 96), ("swin_tiny_patch4_window7_224", 448)):
        network = on_meta(timm_models.build, of(name, input_size=size, classes=5), 0).eval()
        assert network(torch.zeros(2, 3, size, size, device="meta")).shape == (2, 5)


def test_arguments_reach_the_constructor_and_those_it_does_not_have_are_named():
    assert len(timm_models.build(of(SMALL_TRANSFORMER, arguments={"depth": 2}), 0).blocks) == 2
    with pytest.raises(InputError, match="unexpected keyword argument 'dephts'"):
        timm_models.build(of(SMALL_TRANSFORMER, arguments={"dephts": 2}), 0)


@pytest.mark.parametrize(
    "name, message",
    [
        ("resnett50", "'resnett50' is no model of timm; did you mean resnet50"),
        ("resnet18.a1_in2k", "resnet18 has no 'a1_in2k'; it has a1_in1k, a2_in1k"),
        ("convnext_tiny_in22ft1k", "is convnext_tiny.fb_in22k_ft_in1k in timm now"),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(name, message):
    for ask in (timm_models.input, timm_models.weights, lambda architecture: timm_models.build(architecture, 0)):
        with pytest.raises(InputError, match=message):
            ask(of(name))


@pytest.mark.parametrize("argument", ["num_classes", "img_size", "in_chans"])
def test_arguments_that_the_configuration_has_keys_for_are_refused(argument):
    with pytest.raises(InputError, match=f"architecture.arguments.{argument}: leave it out"):
        timm_models.ZOO.check(of(SMALL, arguments={argument: 3}))


@pytest.mark.parametrize(
    "name",
    [
        "resnet50.a1_in1k",  # its crop at evaluation by timm.data, not its test_crop_pct
        "convnextv2_tiny.fcmae_ft_in22k_in1k_384",  # bicubic, the whole picture, squashed
        "vit_base_patch16_224.augreg_in21k_ft_in1k",
        "resnet18.tv_in1k",  # bilinear
        "deepseek_vit_412m.deepseek_v4_1_flash",  # with a border
    ],
)
def test_pictures_are_prepared_as_timm_does(name):
    network = on_meta(timm.create_model, name)
    mean, largest = differences(of(name), create_transform(**resolve_model_data_config(network), is_training=False))
    assert mean < 0.25 and largest < 2


def test_a_tag_has_an_input_of_its_own_and_a_model_that_of_its_default_tag():
    assert timm_models.input(of("vit_base_patch16_224")) == timm_models.input(
        of("vit_base_patch16_224.augreg2_in21k_ft_in1k")
    )
    assert timm_models.input(of("vit_base_patch16_224.augreg_in1k"))["mean"] == [0.5, 0.5, 0.5]
    assert timm_models.input(of("vit_base_patch16_224.orig_in21k"))["crop"] == 0.9
    a1, tv = (timm_models.input(of(f"resnet50.{tag}")) for tag in ("a1_in1k", "tv_in1k"))
    assert (a1["crop"], a1["interpolation"]) == (0.95, "bicubic")
    assert (tv["crop"], tv["interpolation"]) == (0.875, "bilinear")


def test_an_oblong_size_and_a_crop_with_a_frame_are_not_published():
    assert timm.get_pretrained_cfg("vit_base_patch16_sapiens2.fb").input_size == (3, 1024, 768)
    assert "size" not in timm_models.input(of("vit_base_patch16_sapiens2.fb"))
    assert timm.get_pretrained_cfg("volo_d4_448.sail_in1k").crop_pct == 1.15
    assert "crop" not in timm_models.input(of("volo_d4_448.sail_in1k"))


def test_weights_are_in_timms_repository_or_as_first_published_with_the_digest_in_their_name():
    hub = "https://huggingface.co/timm/resnet50.a1_in1k/resolve/main"
    assert timm_models.weights(of("resnet50"))["from"] == [f"{hub}/model.safetensors", f"{hub}/pytorch_model.bin"]
    legacy = timm_models.weights(of("legacy_senet154.in1k"))
    assert legacy["from"] == [timm.get_pretrained_cfg("legacy_senet154.in1k").url]
    assert legacy["sha256_starts"] == "e9eb9fe6"
    with pytest.raises(InputError, match="timm publishes none of davit_giant"):
        timm_models.weights(of("davit_giant"))


@pytest.mark.parametrize(
    "name, module, old",
    [
        ("swin_tiny_patch4_window7_224", "swin_transformer", ["relative_position_index", "attn_mask"]),
        (
            "swinv2_tiny_window8_256",
            "swin_transformer_v2",
            ["relative_position_index", "relative_coords_table", "attn_mask"],
        ),
        ("tiny_vit_5m_224", "tiny_vit", ["attention_bias_idxs"]),
        ("efficientvit_m0", "efficientvit_msra", ["attention_bias_idxs"]),
    ],
)
def test_what_older_files_have_and_networks_compute_is_left_out_as_timm_does(name, module, old):
    network = on_meta(timm_models.build, of(name), 0)
    found = network.state_dict() | {f"layers.0.blocks.1.attn.{buffer}": torch.zeros(4, 4) for buffer in old}
    filtered = importlib.import_module(f"timm.models.{module}").checkpoint_filter_fn(dict(found), network)
    assert (
        {timm_models.tensor(of(name), tensor) for tensor in found} - {None}
        == set(filtered)
        == set(network.state_dict())
    )


def test_what_looks_computed_and_is_not_stays():
    names = set(on_meta(timm_models.build, of("efficientformer_l1"), 0).state_dict())
    assert any(name.endswith("attention_bias_idxs") for name in names)
    assert {timm_models.tensor(of("efficientformer_l1"), name) for name in names} == names


@pytest.mark.parametrize("name", [SMALL_TRANSFORMER, "crossvit_9_240.in1k"])  # the latter has two last layers
def test_without_a_last_layer_that_of_a_published_file_is_left_out(name):
    whole, headless = on_meta(timm.create_model, name), on_meta(timm_models.build, of(name, classes=0), 0)
    named = {timm_models.tensor(of(name, classes=0), tensor) for tensor in whole.state_dict()}
    assert named - {None} == set(headless.state_dict())
    assert {timm_models.tensor(of(name), tensor) for tensor in whole.state_dict()} == set(whole.state_dict())
