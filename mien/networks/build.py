"""Networks in torch: built from their architecture, saved, loaded, and read out at any layer."""

import difflib
import hashlib
import json
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import fx, nn

from mien.atomic import atomically
from mien.errors import MAKE_AGAIN, InputError, reading
from mien.networks import graphs, torchvision_models
from mien.networks.architectures import (
    CLASSIFIER,
    Layer,
    aliases,
    check_layer,
    is_own,
    layer_shape,
    layers_of,
    stages_of,
)

# ------------------------------------------------------------------------------------------------------------- building


class Grey(nn.Module):
    """The image itself as a layer."""

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """The mean of a prepared image's three channels: (n, 3, rows, columns) to (n, 1, rows, columns)."""
        return batch.mean(dim=1, keepdim=True)


def build(architecture: Mapping) -> nn.Module:
    """A network before it is initialised or loaded: the same bytes each time, and zeros where the weights are ours.

    Args:
        architecture: `name` (one of ours, see `architectures`, or a classification model of torchvision's),
            `input_size` (pixels), `classes` (1000 if not given; 0 leaves out a VGG's fully connected layers), and for
            ours `width` and `dropout` (of fc6 and fc7). Width 1 and input size 224 make the published VGGs.

    Returns:
        The network in evaluation mode, of channels-last layout, with nothing in it that works in place, and with
        attributes `architecture` (the name), `input_size` and `classes`. It takes what `prepare` gives. Ours have
        submodules by the layers' names (`conv1_1`, `bn1_1` ... `fc8`), each ReLU and dropout a module of its own after
        its layer. torchvision's are torchvision's own, with the state dict of its published weights; auxiliary
        classifiers are part of that, but the network gives only its main output.

    Raises:
        InputError: unknown name, a key that the architecture does not have, or an input size that it cannot take.
    """
    network = _unfilled(architecture)
    if is_own(network.architecture):
        network.to_empty(device="cpu")
        for tensor in (*network.parameters(), *network.buffers()):
            nn.init.zeros_(tensor)
    return network.to(memory_format=torch.channels_last)


def _unfilled(architecture: Mapping) -> nn.Module:
    """A network of ours without memory for its weights, or torchvision's with those its constructor draws."""
    name, size, classes = architecture["name"], architecture["input_size"], architecture.get("classes", 1000)
    if is_own(name):
        with torch.device("meta"):  # or torch fills the weights from its global generator
            network = nn.Sequential(_modules(architecture))
    else:
        network = torchvision_models.construct(*torchvision_models.settings_of(architecture), seed=0)
    for module in network.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    network.architecture, network.input_size, network.classes = name, size, classes
    return network.eval()


def _modules(architecture: Mapping) -> OrderedDict[str, nn.Module]:
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    shape = (3, architecture["input_size"], architecture["input_size"])
    for layer in stages_of(architecture["name"], architecture.get("classes", 1000)):
        before, shape = shape, shape_of(architecture, layer.name)
        _add(modules, layer, before, shape, architecture.get("dropout", 0.5))
    return modules


def shape_of(architecture: Mapping, layer: str) -> tuple[int, int, int]:
    """Shape (channels, rows, columns) of a layer's output, as `mien.networks.architectures.layer_shape`."""
    return layer_shape(
        architecture["name"],
        layer,
        architecture.get("width", 1),
        architecture["input_size"],
        architecture.get("classes", 1000),
    )


def _add(modules: OrderedDict[str, nn.Module], layer: Layer, before: tuple, shape: tuple, dropout: float) -> None:
    """Add the modules of one layer, from an input of shape `before` to an output of `shape`, and what follows it."""
    relu = {f"relu_{layer.name}": nn.ReLU()}
    match layer.kind:
        case "image":
            modules[layer.name] = Grey()
        case "pool":
            modules[layer.name] = nn.MaxPool2d(2)
        case "convolution":
            modules |= {layer.name: nn.Conv2d(before[0], shape[0], kernel_size=3, padding=1)} | relu
        case "norm":  # goes between the convolution and its ReLU
            relu = dict([modules.popitem()])
            modules |= {layer.name: nn.BatchNorm2d(shape[0])} | relu
        case "connected":
            modules |= {f"flat_{layer.name}": nn.Flatten(), layer.name: nn.Linear(math.prod(before), shape[0])}
            if layer.name != CLASSIFIER:
                modules |= relu | {f"dropout_{layer.name}": nn.Dropout(dropout)}


# ------------------------------------------------------------------------------------------------------------ responses


def prepare(images: np.ndarray, input: Mapping, size: int, device: torch.device | str = "cpu") -> torch.Tensor:
    """Images as a network wants them: channel order, scale and mean belong to its weights.

    Args:
        images: (n, rows, columns) grey or (n, rows, columns, 3) RGB, uint8, square.
        input: `scale` (what grey levels 0 to 255 are multiplied by), `mean` and `sd` (three each, of the scaled levels,
            in the order of `channels`), `channels` (`rgb` or `bgr`).
        size: side of the network's input, pixels; a network knows its own as `input_size`.

    Returns:
        (n, 3, size, size) float32 on `device`: (level * scale - mean) / sd, after a bilinear, antialiased resizing
        where the size differs. Grey images have three equal channels before mean and sd.

    Raises:
        InputError: images are not square.
    """
    if images.shape[1] != images.shape[2]:
        raise InputError(
            f"images of {images.shape[1]} x {images.shape[2]} pixels: a network's input is square; crop or pad them"
        )
    batch = torch.from_numpy(images).to(device)
    batch = batch[:, None] if batch.ndim == 3 else batch.permute(0, 3, 1, 2)
    batch = batch.float()
    if batch.shape[-1] != size:
        batch = nn.functional.interpolate(batch, (size, size), mode="bilinear", antialias=True)
    if input["channels"] == "bgr":
        batch = batch.flip(1)
    mean, sd = (torch.tensor(input[key], dtype=torch.float32, device=device).view(1, 3, 1, 1) for key in ("mean", "sd"))
    return ((batch * input["scale"] - mean) / sd).contiguous(memory_format=torch.channels_last)


def responses_of(network: nn.Module, layer: str, rectified: bool = True) -> Callable[[torch.Tensor], torch.Tensor]:
    """A function from a prepared batch to a layer's responses; it computes nothing beyond that layer, and no dropout.

    The network is put in evaluation mode, and has to stay in it.

    Args:
        layer: a layer of ours or its alias; of a torchvision network the name of a node, as in
            `torchvision.models.feature_extraction`, or of a module for the last node in it.
        rectified: after the ReLU that directly follows the layer, or follows its batch norm (True), or before them
            (False); without a difference where none follows.

    Returns:
        A function of (n, 3, size, size) float32 that gives float32 on the same device: (n, channels, rows, columns) as
        the layer gives it; (n, units, 1, 1) of a layer of (n, units), and (n, features, tokens, 1) of a
        transformer's of (n, tokens, features).

    Raises:
        InputError: the network has no such layer; the message lists those it has, the nearest first.
    """
    nodes = graphs.trace(network.eval())
    part = graphs.upto(network, nodes[node_read(network, nodes, layer, rectified)])

    @torch.inference_mode()
    def respond(batch: torch.Tensor) -> torch.Tensor:
        value = part(batch)
        if isinstance(value, torch.Tensor) and value.shape[:1] == batch.shape[:1] and value.ndim in _AS_MAPS:
            return _AS_MAPS[value.ndim](value)
        raise InputError(f"layer '{layer}': {network.architecture} has no units there that respond to one image each")

    return respond


#: Values of (n, units), (n, tokens, features) and (n, channels, rows, columns) as (n, channels, rows, columns).
_AS_MAPS: dict[int, Callable[[torch.Tensor], torch.Tensor]] = {
    2: lambda value: value[:, :, None, None],
    3: lambda value: value.transpose(1, 2)[:, :, :, None],
    4: lambda value: value,
}


def node_read(network: nn.Module, nodes: dict[str, fx.Node], layer: str, rectified: bool) -> str:
    """The node that `responses_of` reads for a layer, of those that `graphs.trace` gives. Raises `InputError` alike."""
    name = _node_of(network, nodes, layer)
    return (rectified and graphs.relu_of(network, nodes, name)) or name


def _node_of(network: nn.Module, nodes: dict[str, fx.Node], layer: str) -> str:
    if is_own(network.architecture):
        check_layer(network.architecture, layer, network.classes)
        layer = aliases(network.architecture).get(layer, layer)
    if name := graphs.find(nodes, layer):
        return name
    raise _unknown_layer(network.architecture, layer, list(nodes))


def _unknown_layer(architecture: str, layer: str, layers: Sequence[str]) -> InputError:
    near = difflib.get_close_matches(layer, layers, n=3)
    listed = ", ".join([*near, *(name for name in layers if name not in near)])
    return InputError(f"layer '{layer}': {architecture} has no such layer; its layers, nearest first, are {listed}")


#: Said of a layer that is read as it is, rectified or not.
NO_RELU = "no ReLU directly follows"

#: Images in the batch that goes through a network without being computed; nothing else in a network is as many.
_SHAPE_BATCH = 11


def layer_table(architecture: Mapping) -> pd.DataFrame:
    """Every layer of an architecture that has units for each image, from input to output; computes no responses.

    Returns:
        Columns `layer`, `channels`, `rows`, `columns`, `units` (their product); `rectified_by`, the ReLU after which
        `rectified: true` reads the layer (itself if it is one), or `NO_RELU`; and `trunk`, whether every way from the
        image to the output goes through it. Modules of torchvision's that hold several nodes come after the last of
        them, which is what their name reads. A layer that puts its channels last, as Swin's do and some of ConvNeXt's,
        has them in `columns`: units are the same, their places are not.

    Raises:
        InputError: as `build`, or an input of a size that the architecture cannot take.
    """
    name, size = architecture["name"], architecture["input_size"]
    network = _unfilled(architecture).to("meta")
    nodes = graphs.trace(network)
    try:
        values, _ = graphs.values(network, nodes, torch.empty(_SHAPE_BATCH, 3, size, size, device="meta"))
    except (RuntimeError, AssertionError, ValueError) as error:
        raise InputError(f"architecture {name}: input_size {size}: it takes no images of this size ({error})") from None
    trunk = graphs.trunk(nodes, [node for node, value in values.items() if _holds_tensor(value)])
    rows = []
    for node, value in values.items():
        if not isinstance(value, torch.Tensor) or not value.is_floating_point():
            continue
        if value.shape[:1] == (_SHAPE_BATCH,) and value.ndim in _AS_MAPS:
            channels, height, width = _AS_MAPS[value.ndim](value).shape[1:]
            shape = (channels, height, width, channels * height * width)
            given = (*shape, _rectified_by(network, nodes, node), node in trunk)
            rows += [(layer, *given) for layer in (node, *graphs.modules_ending_at(nodes, node))]
    columns = ["layer", "channels", "rows", "columns", "units", "rectified_by", "trunk"]
    table = pd.DataFrame(rows, columns=columns)
    return table[table["layer"].isin(layers_of(name))].reset_index(drop=True) if is_own(name) else table


def _holds_tensor(value: object) -> bool:
    held = value if isinstance(value, tuple | list) else (value,)
    return any(isinstance(part, torch.Tensor) for part in held)


def _rectified_by(network: nn.Module, nodes: dict[str, fx.Node], name: str) -> str:
    return name if graphs.is_relu(network, nodes[name]) else graphs.relu_of(network, nodes, name) or NO_RELU


def rectified_by(network: nn.Module, layer: str) -> str:
    """What `rectified_by` in `layer_table` says of a layer. Raises `InputError` as `responses_of`."""
    nodes = graphs.trace(network)
    return _rectified_by(network, nodes, _node_of(network, nodes, layer))


def unrectified(architecture: str, layer: str, rectified_by: str) -> str:
    """What to tell people who ask for `rectified: true` where it makes no difference, else ""; pixels have no ReLU."""
    if rectified_by != NO_RELU or architecture == "pixels":
        return ""
    return f"{architecture}, layer '{layer}': {NO_RELU} it, so `rectified: true` reads it as it is"


def check_layers(architecture: Mapping, table: pd.DataFrame, layers: Sequence[str]) -> None:
    """Raise `InputError`, with the layers there are in its message, if one is not in the `layer_table` given."""
    known = list(table["layer"])
    for layer in layers:
        if aliases(architecture["name"]).get(layer, layer) not in known:
            raise _unknown_layer(architecture["name"], layer, known)


# ---------------------------------------------------------------------------------------------------------------- files

#: How a weight file names the reference picture and the responses to it.
_REFERENCE = "reference."


def save(
    network: nn.Module,
    path: str | Path,
    made_of: Mapping[str, object],
    reference: Mapping[str, torch.Tensor] | None = None,
) -> None:
    """Write a network's weights as safetensors, atomically and with the same bytes each time.

    Args:
        made_of: what the weights were made of, by name; kept as JSON in the file, with a SHA-256 over it and all
            tensors.
        reference: what whoever published the weights computed with them, for `check_reference`: `picture`, (rows,
            columns, 3) uint8 RGB, and by the layers' names their responses to it after their ReLU, (channels, rows,
            columns) float32. The file has them as `reference.picture`, `reference.conv5_3` and so on.
    """
    tensors = network.state_dict() | {f"{_REFERENCE}{name}": tensor for name, tensor in (reference or {}).items()}
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    known = {"made_of": made_of, "sha256": _digest(tensors, made_of)}
    with atomically(path) as partial:
        # all in one entry: safetensors writes several in any order
        safetensors.torch.save_file(tensors, partial, metadata={"mien": json.dumps(known, sort_keys=True)})


def save_info(info: Mapping[str, object], path: str | Path) -> None:
    """Write what is known of a network (`origin`, `score`, training curve, digests) as JSON, atomically."""
    with atomically(path) as partial:
        partial.write_text(json.dumps(info, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load(path: str | Path, architecture: Mapping, input: Mapping) -> nn.Module:
    """The network of an architecture with the weights of a file that `save` wrote, which runs no code.

    It is in evaluation mode, and has been checked with the file's reference responses if there are any.

    Args:
        input: how the network wants its images, see `prepare`.

    Raises:
        InputError: the file is missing or damaged, its tensors are not those of the architecture, or the network does
            not give the reference responses.
    """
    tensors = _read(path)
    reference = {name.removeprefix(_REFERENCE): tensors.pop(name) for name in list(tensors) if _is_reference(name)}
    network = build(architecture)
    expected = {name: tuple(weight.shape) for name, weight in network.state_dict().items()}
    found = {name: tuple(weight.shape) for name, weight in tensors.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise InputError(
                f"{path}: {name}: expected {expected.get(name, 'no such tensor')}, found "
                f"{found.get(name, 'no such tensor')}; the architecture in the configuration is {dict(architecture)}"
            )
    fill(network, tensors)
    if reference:
        check_reference(network, reference, input, path)
    return network


def fill(network: nn.Module, tensors: Mapping[str, torch.Tensor]) -> None:
    """Give a network all its weights, by its own names."""
    state = network.state_dict()  # its metadata has the versions of modules, without which some refuse to load
    state.update(tensors)
    network.load_state_dict(state)


def _is_reference(name: str) -> bool:
    return name.startswith(_REFERENCE)


def _read(path: str | Path) -> dict[str, torch.Tensor]:
    """The tensors of a weight file, if they are those that were written."""
    with reading(path, "safetensors", MAKE_AGAIN, (SafetensorError, ValueError)):
        with safe_open(path, "pt") as file:
            known = json.loads((file.metadata() or {}).get("mien", "{}"))
        tensors = safetensors.torch.load_file(path)
    if known.get("sha256") != _digest(tensors, known.get("made_of")):
        raise InputError(f"{path}: damaged: its tensors are not those that its SHA-256 was made of. {MAKE_AGAIN}")
    return tensors


def _digest(tensors: Mapping[str, torch.Tensor], made_of: Mapping | None) -> str:
    """SHA-256 over what the weights were made of, and each tensor's name, type, shape and bytes."""
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode())
    for name in sorted(tensors):
        digest.update(f"\n{name} {tensors[name].dtype} {tuple(tensors[name].shape)}\n".encode())
        digest.update(tensors[name].numpy().reshape(-1).data)
    return digest.hexdigest()


#: Largest difference from a reference response, in standard deviations of the layer's responses. Measured on vgg16,
#: resnet50 and vit_b_16 at 224 pixels: float32 is within 2e-5 of float64, whoever computes it; one grey level of one
#: channel's mean is at least 0.017, another order of channels at least 0.67.
TOLERANCE = 1e-3


def check_reference(
    network: nn.Module, reference: Mapping[str, torch.Tensor], input: Mapping, path: str | Path
) -> None:
    """Compare a network's responses with those that whoever published its weights computed.

    Args:
        reference: see `save`.
        input: how the network is to get its images, see `prepare`; a wrong one shows.
        path: of the weights, for the message.

    Raises:
        InputError: the picture is not a colour picture, a layer is unknown, or its responses differ by more than
            `TOLERANCE`.
    """
    picture = reference["picture"].cpu().numpy()
    if picture.ndim != 3 or picture.shape[2] != 3 or not np.ptp(picture, axis=2).any():
        raise InputError(f"{path}: reference.picture: expected a picture in colour, which shows the order of channels")
    device = next((weight.device for weight in network.parameters()), torch.device("cpu"))
    batch = prepare(picture[None], input, network.input_size, device)
    for layer in sorted(reference.keys() - {"picture"}):
        expected = reference[layer].to(device)
        found = responses_of(network, layer)(batch)[0]
        if found.shape != expected.shape:
            raise InputError(
                f"{path}: reference.{layer}: has shape {tuple(expected.shape)}, the network gives {tuple(found.shape)}"
            )
        difference = ((found - expected).abs().max() / expected.std()).item()
        if not difference <= TOLERANCE:
            raise InputError(
                f"{path}: layer {layer} responds to the file's reference picture otherwise: by up to {difference:.2g} "
                f"standard deviations, at most {TOLERANCE} expected. Most likely the network's input is not what its "
                f"weights were trained with: check input.channels (now {input['channels']}), input.mean (now "
                f"{input['mean']}), input.scale (now {input['scale']}) and input.sd (now {input['sd']})"
            )
