"""timm's networks, by its names: `resnet50`, or `resnet50.a1_in1k` with the weights.

A name without a tag is that of timm's default tag of the model. timm takes seconds to import: it is imported where it
is asked.
"""

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo import libraries
from mien.networks.zoo.constructor import constructed
from mien.networks.zoo.interface import Zoo, from_of
from mien.networks.zoo.packages import version_of

if TYPE_CHECKING:
    from timm.models import PretrainedCfg
    from torch import nn

#: Arguments that are not to be given, and what to do instead.
_TAKEN = {
    "num_classes": "architecture.classes says it",
    "img_size": "input.size says it",
    "in_chans": "pictures have three channels here",
}

#: What older files have and networks now compute: `checkpoint_filter_fn` of timm's swin_transformer,
#: swin_transformer_v2, beit, tiny_vit and efficientvit_msra leaves it out. EfficientFormers still have theirs.
_COMPUTED = re.compile(r"(^|\.)(relative_position_index|relative_coords_table|attn_mask|attention_bias_idxs)$")


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """A network with the weights that timm's constructor draws from a seed. Nothing is fetched.

    Args:
        architecture: `name`; `classes` (0: without the last layer; the tag's if not given), `input_size` (pixels; the
            tag's if not given) and `arguments` of timm's constructor.

    Raises:
        InputError: timm has no model or tag of this name, or does not take what is given.
    """
    import timm

    _published(architecture)  # or the message is timm's, which says nothing of the names that it has
    size = {"img_size": architecture.get("input_size")}
    given = {"num_classes": architecture.get("classes"), **architecture.get("arguments", {})}

    def make() -> "nn.Module":  # with img_size for models that are made for one size
        return timm.create_model(**timm.models.resolve_model_input_args(architecture["name"], size, **given))

    return constructed(make, architecture, seed)


def input(architecture: Mapping) -> dict[str, object]:
    """What timm does to pictures by `create_transform(**resolve_model_data_config(network))`.

    That is the size that the network was trained for, with its crop, and not the larger `test_input_size` at which timm
    reports some accuracies. Of square pictures all of timm's ways to crop (`crop_mode`) see the same. What this
    workflow does not do is left out: a size that is not square, and a crop beyond 1, which puts a black frame around.
    """
    import timm.data

    published = timm.data.resolve_data_config(pretrained_cfg=_published(architecture).to_dict())
    (_, rows, columns), crop = published["input_size"], published["crop_pct"]
    return {
        **({"size": rows} if rows == columns else {}),
        **({"crop": crop} if crop <= 1 else {}),
        "interpolation": published["interpolation"],
        "scale": 1 / 255,
        "mean": list(published["mean"]),
        "sd": list(published["std"]),
        "channels": "rgb",
    }


def weights(architecture: Mapping) -> dict[str, object]:
    """Where the tag's weights are: in timm's own names, without a digest; where there are none, as first published."""
    published = _published(architecture)
    if published.hf_hub_id:
        files = [published.hf_hub_filename] if published.hf_hub_filename else ["model.safetensors", "pytorch_model.bin"]
        return {
            "from": [f"https://huggingface.co/{published.hf_hub_id}/resolve/main/{file}" for file in files],
            "sha256": None,
        }
    if published.url:
        return {"from": [published.url], "sha256": None, **libraries.digest_in(published.url)}
    raise InputError(f"weights: pretrained: timm publishes none of {architecture['name']}. Give weights.from")


def tensor(architecture: Mapping, name: str) -> str | None:
    """A network's name for a tensor of a file, which is the same; None where it has none or computes it itself."""
    if _COMPUTED.search(name) and not architecture["name"].startswith("efficientformer_"):
        return None
    if architecture.get("classes") == 0:
        last = _published(architecture).classifier or ()
        if name.rpartition(".")[0] in ((last,) if isinstance(last, str) else last):
            return None
    return name


@functools.cache
def _names() -> frozenset[str]:
    """timm's models, with and without tags."""
    import timm

    return frozenset((*timm.list_models(), *timm.list_models(include_tags=True)))


def _published(architecture: Mapping) -> "PretrainedCfg":
    """What timm publishes with a name."""
    import timm

    name = architecture["name"]
    if name in _names():
        return timm.models.get_pretrained_cfg(name)
    now = timm.models.get_deprecated_models().get(name)
    if now:
        raise InputError(f"architecture.name: '{name}' is {now} in timm now. Give that")
    raise libraries.unknown(name, "model of timm", _names())


ZOO = Zoo(
    known=lambda architecture: from_of(architecture) == "timm",
    check=lambda architecture: libraries.check(architecture, _TAKEN),
    build=build,
    source=lambda architecture: version_of("timm"),
    input=input,
    weights=weights,
    tensor=tensor,
)
