"""The image towers of open_clip's language-image models: `ViT-B-32`, or `ViT-B-32.laion2b_s34b_b79k` with the weights.

open_clip is not in the lock: a lab that wants it writes it into `requirements-extra.txt`.
"""

import os.path
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo import libraries
from mien.networks.zoo.constructor import constructed
from mien.networks.zoo.interface import Zoo, from_of
from mien.networks.zoo.packages import version_of

if TYPE_CHECKING:
    from torch import nn

#: Arguments that are not to be given, and what to do instead.
_TAKEN = {
    "image_size": "input.size says it",
    "timm_model_name": "architecture.name says it",
    "timm_model_pretrained": "weights: pretrained gives the published ones",
}

#: Files of weights in open_clip's repositories that name no other.
_FILES = ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """An image tower with the weights that its constructor draws from a seed. No text tower is made, nothing fetched.

    Weights that were trained with the quick GELU get it, also without `-quickgelu` in the model's name, where open_clip
    itself only warns that the two do not match.

    Args:
        architecture: `name`; `classes` (units of the last layer: the length of an embedding, the model's if not given),
            `input_size` (pixels; the model's if not given) and `arguments`: fields of open_clip's `CLIPVisionCfg`.

    Raises:
        InputError: open_clip is not installed, has no model or tag of this name, or does not take what is given.
    """
    config, tag = _configuration(architecture)
    quick_gelu = config.get("quick_gelu", False) or tag.get("quick_gelu", False)
    vision = {**config["vision_cfg"], "output_tokens": False, **architecture.get("arguments", {})}  # only the embedding
    vision |= {"timm_model_pretrained": False, "image_size": architecture.get("input_size", vision["image_size"])}

    def make() -> "nn.Module":
        from open_clip.model import _build_vision_tower  # of which CLIP, CustomTextCLIP and CoCa make theirs

        tower = _build_vision_tower(architecture.get("classes", config["embed_dim"]), vision, quick_gelu)
        if "timm_model_name" in vision and "input_size" in architecture:
            tower.set_input_size(architecture["input_size"])  # as open_clip.create_model does
        return tower

    return constructed(make, architecture, seed)


def input(architecture: Mapping) -> dict[str, object]:
    """What open_clip does to pictures for the weights that are named, or without any.

    Of square pictures all of its ways to fit them in (`resize_mode`) see the whole.
    """
    config, tag = _configuration(architecture)
    from open_clip.transform import PreprocessCfg, merge_preprocess_dict

    published = PreprocessCfg(**merge_preprocess_dict(PreprocessCfg(), tag))
    return {
        "size": config["vision_cfg"]["image_size"],
        "crop": 1,
        "interpolation": published.interpolation,
        "scale": 1 / 255,
        "mean": list(published.mean),
        "sd": list(published.std),
        "channels": "rgb",
    }


def weights(architecture: Mapping) -> dict[str, object]:
    """Where the tag's weights are, in open_clip's own form and names. No digest is published."""
    _, tag = _configuration(architecture)
    if not tag:
        name = architecture["name"]
        tags = ", ".join(_library().list_pretrained_tags_by_model(name)) or "none"
        raise InputError(
            f"weights: pretrained: open_clip has no default ones of {name}. Name a tag, as MODEL.TAG: {tags}"
        )
    folder, file = os.path.split(tag["hf_hub"])
    files = [f"{os.path.splitext(file)[0]}.safetensors", file] if file else _FILES  # in the order of open_clip
    return {"from": [f"https://huggingface.co/{folder}/resolve/main/{file}" for file in files], "sha256": None}


def tensor(architecture: Mapping, name: str) -> str | None:
    """The tower's name for a tensor of a whole model's file; None of what is not the image tower's."""
    return name.removeprefix("visual.") if name.startswith("visual.") else None


def _library() -> ModuleType:
    try:
        import open_clip
    except ImportError as error:
        raise InputError(
            f"architecture.from: open_clip cannot be imported ({error}). Write open_clip_torch, ftfy, regex and "
            "wcwidth into requirements-extra.txt, beside requirements.txt, and run the same command again"
        ) from None
    return open_clip


def _configuration(architecture: Mapping) -> tuple[dict, dict]:
    """open_clip's configuration of the model that is named, and of the tag's weights; {} without a tag."""
    open_clip, name = _library(), architecture["name"]
    model, _, tag = name.partition(".")
    if model not in open_clip.list_models():  # before get_model_config, which knows hubs
        raise libraries.unknown(name, "model of open_clip", open_clip.list_models())
    tags = open_clip.list_pretrained_tags_by_model(model)
    if tag and tag not in tags:
        raise libraries.unknown(name, "", [model, *(f"{model}.{tag}" for tag in tags)])
    return open_clip.get_model_config(model), open_clip.get_pretrained_cfg(model, tag)


ZOO = Zoo(
    known=lambda architecture: from_of(architecture) == "open_clip",
    check=lambda architecture: libraries.check(architecture, _TAKEN),
    build=build,
    source=lambda architecture: (
        f"{version_of('open_clip_torch')}, timm {version_of('timm')}"
    ),  # of which many towers are
    input=input,
    weights=weights,
    tensor=tensor,
)
