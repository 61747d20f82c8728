"""The layers of an architecture, listed without computing any response."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import torch
from torch import fx, nn

from mien.errors import InputError
from mien.networks.architectures import called, zoo_of
from mien.networks.build import unfilled
from mien.networks.input import resolved
from mien.networks.readout import graphs
from mien.networks.readout.responses import AS_MAPS, node_of, unknown_layer

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
    size = resolved(architecture, {})["size"]
    network = unfilled(architecture).to("meta")
    nodes = graphs.trace(network)
    try:
        values, _ = graphs.values(network, nodes, torch.empty(_SHAPE_BATCH, 3, size, size, device="meta"))
    except (RuntimeError, AssertionError, ValueError) as error:
        raise InputError(
            f"architecture {called(architecture)}: it takes no images of input.size {size} ({error})"
        ) from None
    trunk = graphs.trunk(nodes, [node for node, value in values.items() if _holds_tensor(value)])
    rows = []
    for node, value in values.items():
        if not isinstance(value, torch.Tensor) or not value.is_floating_point():
            continue
        if value.shape[:1] == (_SHAPE_BATCH,) and value.ndim in AS_MAPS:
            channels, height, width = AS_MAPS[value.ndim](value).shape[1:]
            shape = (channels, height, width, channels * height * width)
            given = (*shape, _rectified_by(network, nodes, node), node in trunk)
            rows += [(layer, *given) for layer in (node, *graphs.modules_ending_at(nodes, node))]
    columns = ["layer", "channels", "rows", "columns", "units", "rectified_by", "trunk"]
    table = pd.DataFrame(rows, columns=columns)
    listed = zoo_of(architecture).layers(architecture.get("name", ""), architecture.get("classes", 1000))
    return table if listed is None else table[table["layer"].isin(listed)].reset_index(drop=True)


def _holds_tensor(value: object) -> bool:
    held = value if isinstance(value, tuple | list) else (value,)
    return any(isinstance(part, torch.Tensor) for part in held)


def _rectified_by(network: nn.Module, nodes: dict[str, fx.Node], name: str) -> str:
    return name if graphs.is_relu(network, nodes[name]) else graphs.relu_of(network, nodes, name) or NO_RELU


def rectified_by(network: nn.Module, layers: Sequence[str]) -> dict[str, str]:
    """What `rectified_by` in `layer_table` says of layers. Raises `InputError` as `responses_of`."""
    nodes = graphs.trace(network)
    return {layer: _rectified_by(network, nodes, node_of(network, nodes, layer)) for layer in layers}


def unrectified(architecture: Mapping, layer: str, rectified_by: str) -> str:
    """What to tell people who ask for `rectified: true` where it makes no difference, else ""; pixels have no ReLU."""
    if rectified_by != NO_RELU or not zoo_of(architecture).has_weights:
        return ""
    return f"{called(architecture)}, layer '{layer}': {NO_RELU} it, so `rectified: true` reads it as it is"


def unrectified_among(table: pd.DataFrame, settings: Mapping) -> Iterator[str]:
    """What `unrectified` says of the layers that a network's settings list, by its `layer_table`."""
    architecture, relus = settings["architecture"], table.set_index("layer")["rectified_by"]
    for layer in settings["layers"] if settings["rectified"] else ():
        if note := unrectified(architecture, layer, relus[layer]):
            yield note


def check_layers(table: pd.DataFrame, layers: Sequence[str]) -> None:
    """Raise `InputError`, with the layers there are in its message, if one is not in the `layer_table` given."""
    known = list(table["layer"])
    for layer in layers:
        if layer not in known:
            raise unknown_layer(layer, known)
