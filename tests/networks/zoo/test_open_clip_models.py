import pytest
import torch

from mien.errors import InputError
from mien.networks.weights.reading import read
from mien.networks.zoo import open_clip_models
from tests.helpers.published_inputs import differences

open_clip = pytest.importorskip("open_clip", reason="open_clip is an extra, not in the lock", exc_type=ImportError)

#: A tower of ViT-B-32 that is small enough to draw.
SMALL = {"input_size": 64, "arguments": {"layers": 1, "width": 64}}


def of(name, **given):
    return {"from": "open_clip", "name": name, **given}


def on_meta(make, *args, **options):
    """A network without memory for its weights."""
    with torch.device("meta"):
        return make(*args, **options)


def test_the_same_seed_constructs_the_same_weights_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    a, b, c = (open_clip_models.build(of("ViT-B-32", **SMALL), seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not torch.equal(a["conv1.weight"], c["conv1.weight"])


@pytest.mark.parametrize("name", ["ViT-B-32", "RN50", "coca_ViT-B-32", "ViT-B-16-SigLIP", "convnext_base_w_320"])
def test_the_image_tower_has_what_the_whole_model_has_and_takes_it_from_its_file(name):
    whole, tower = on_meta(open_clip.create_model, name, device="meta"), on_meta(open_clip_models.build, of(name), 0)
    found = {open_clip_models.tensor(of(name), key): value.shape for key, value in whole.state_dict().items()}
    assert found.pop(None) is not None  # the text tower's
    assert found == {key: value.shape for key, value in tower.state_dict().items()}


def test_a_tower_is_read_from_a_whole_models_file_also_one_of_parallel_training(tmp_path):
    architecture = of("ViT-B-32", **SMALL)
    tower = open_clip_models.build(architecture, 1).state_dict()
    whole = {f"visual.{name}": tensor for name, tensor in tower.items()} | {"positional_embedding": torch.ones(77, 512)}
    torch.save({"state_dict": {f"module.{name}": tensor for name, tensor in whole.items()}}, tmp_path / "whole.pt")
    tensors, _ = read(tmp_path / "whole.pt", architecture)
    assert tensors.keys() == tower.keys() and all(torch.equal(tensors[name], tower[name]) for name in tower)


def test_a_model_whose_text_tower_would_be_fetched_gives_its_image_tower():
    assert "hf_model_name" in open_clip.get_model_config("xlm-roberta-base-ViT-B-32")["text_cfg"]
    tower = on_meta(open_clip_models.build, of("xlm-roberta-base-ViT-B-32"), 0)
    assert tower(torch.zeros(2, 3, 224, 224, device="meta")).shape == (2, 512)


@pytest.mark.parametrize("name", ["ViT-B-32", "ViT-B-16-SigLIP", "RN50", "coca_ViT-B-32"])
def test_a_tower_is_made_for_its_input_size_and_gives_an_embedding_of_so_many_classes(name):
    tower = on_meta(open_clip_models.build, of(name, input_size=96), 0)
    width = open_clip.get_model_config(name)["embed_dim"]
    assert tower.eval()(torch.zeros(2, 3, 96, 96, device="meta")).shape == (2, width)
    assert open_clip_models.build(of("ViT-B-32", classes=7, **SMALL), 0)(torch.zeros(1, 3, 64, 64)).shape == (1, 7)


def test_weights_that_were_trained_with_the_quick_gelu_get_it_under_either_name_of_the_model():
    picture = torch.linspace(-1, 1, 3 * 64 * 64).view(1, 3, 64, 64)

    def response(name):
        return open_clip_models.build(of(name, **SMALL), 0).eval()(picture)

    plain, quick = response("ViT-B-32"), response("ViT-B-32-quickgelu")
    assert torch.equal(response("ViT-B-32.openai"), quick) and not torch.equal(plain, quick)
    assert torch.equal(response("ViT-B-32.laion2b_s34b_b79k"), plain)


def test_arguments_that_the_constructor_does_not_have_are_named():
    with pytest.raises(InputError, match="unexpected keyword argument 'depth'"):
        open_clip_models.build(of("ViT-B-32", arguments={"depth": 3}), 0)


@pytest.mark.parametrize(
    "name, message",
    [
        ("ViT-B-33", "'ViT-B-33' is no model of open_clip; did you mean ViT-B-32"),
        ("ViT-B-32.laion", "ViT-B-32 has no 'laion'; it has .*laion2b_s34b_b79k"),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(name, message):
    for ask in (
        open_clip_models.input,
        open_clip_models.weights,
        lambda architecture: open_clip_models.build(architecture, 0),
    ):
        with pytest.raises(InputError, match=message):
            ask(of(name))


@pytest.mark.parametrize(
    "name",
    [
        "ViT-B-32.openai",  # the shortest side fits
        "ViT-B-16-SigLIP-256.webli",  # squashed
        "MobileCLIP-S1.datacompdr",  # bilinear, levels as they are
    ],
)
def test_pictures_are_prepared_as_open_clip_does(name):
    model, _, tag = name.partition(".")
    published = open_clip.get_pretrained_cfg(model, tag)
    keys = ("mean", "std", "interpolation", "resize_mode")
    size = open_clip.get_model_config(model)["vision_cfg"]["image_size"]
    theirs = open_clip.image_transform(size, is_train=False, **{key: published[key] for key in keys})
    mean, largest = differences(of(name), theirs)
    assert mean < 0.25 and largest < 2


def test_weights_are_in_repositories_under_open_clips_names_or_their_own():
    hub = "https://huggingface.co"
    assert open_clip_models.weights(of("ViT-B-32.laion2b_s34b_b79k"))["from"] == [
        f"{hub}/laion/CLIP-ViT-B-32-laion2B-s34B-b79K/resolve/main/open_clip_model.safetensors",
        f"{hub}/laion/CLIP-ViT-B-32-laion2B-s34B-b79K/resolve/main/open_clip_pytorch_model.bin",
    ]
    assert open_clip_models.weights(of("ViTamin-B.datacomp1b"))["from"] == [
        f"{hub}/jienengchen/ViTamin-B/resolve/main/pytorch_model.safetensors",
        f"{hub}/jienengchen/ViTamin-B/resolve/main/pytorch_model.bin",
    ]
    with pytest.raises(InputError, match="no default ones of ViT-B-32. Name a tag, as MODEL.TAG: .*laion2b_s34b_b79k"):
        open_clip_models.weights(of("ViT-B-32"))
