"""The layers of an architecture, listed without computing any response."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import torch
from torch._subclasses import FakeTensorMode

from mien.errors import InputError
from mien.networks.architectures import called, zoo_of
from mien.networks.build import laid_out, unfilled
from mien.networks.input import resolved
from mien.networks.readout import graphs
from mien.networks.readout.named_graph import holds_tensor
from mien.networks.readout.responses import AS_MAPS, named, unknown_layer
from mien.networks.readout.traced import Traced

#: Said of a layer that is read as it is, rectified or not; the second where it is not known what follows.
NO_RELU = "no ReLU directly follows"
NOT_KNOWN = "not known: read by hooks on modules"

#: Images in the batch by which shapes are found; nothing else in a network is as many.
_SHAPE_BATCH = 11


def layer_table(architecture: Mapping) -> pd.DataFrame:
    """Every layer of an architecture that has units for each image, from input to output; tells no responses.

    Returns:
        Columns `layer`, `channels`, `rows`, `columns`, `units` (their product); `rectified_by`, the ReLU after which
        `rectified: true` reads the layer (itself if it is one), or `NO_RELU`, or `NOT_KNOWN`; `trunk`, whether every
        way from the image to the output goes through it, as far as is known; and `traced_by`, how the network's
        operations were found, see `graphs.trace`. Modules that hold several nodes come after the last of them, which
        is what their name reads. A layer that puts its channels last, as Swin's do and some of ConvNeXt's, has them in
        `columns`: units are the same, their places are not.

    Raises:
        InputError: as `build`, or an input of a size that the architecture cannot take.
    """
    size = resolved(architecture, {})["size"]
    network = laid_out(unfilled(architecture))
    device = next((weight.device for weight in network.parameters()), torch.device("cpu"))
    pictures = graphs.noise(size, device)
    try:
        traced = graphs.trace(network, pictures)
        values = _shapes(traced, pictures)
    except (InputError, RuntimeError, AssertionError, ValueError) as error:
        raise InputError(f"architecture {called(architecture)}, input.size {size}: {error}") from None
    trunk = traced.trunk([node for node, value in values.items() if holds_tensor(value)])
    rows = []
    for node, value in values.items():
        if not isinstance(value, torch.Tensor) or not value.is_floating_point():
            continue
        if value.shape[:1] == (_SHAPE_BATCH,) and value.ndim in AS_MAPS:
            channels, height, width = AS_MAPS[value.ndim](value).shape[1:]
            shape = (channels, height, width, channels * height * width)
            given = (*shape, _rectified_by(traced, node), node in trunk, traced.by)
            rows += [(layer, *given) for layer in (node, *traced.modules_ending_at(node))]
    columns = ["layer", "channels", "rows", "columns", "units", "rectified_by", "trunk", "traced_by"]
    table = pd.DataFrame(rows, columns=columns)
    listed = zoo_of(architecture).layers(architecture.get("name", ""), architecture.get("classes", 1000))
    return table if listed is None else table[table["layer"].isin(listed)].reset_index(drop=True)


def _shapes(traced: Traced, pictures: torch.Tensor) -> dict[str, object]:
    """Everything that has a name, with a value of its shape for `_SHAPE_BATCH` pictures, on the meta device.

    No numbers are computed, unless the network decides by them what to compute.
    """
    batch = pictures.repeat(_SHAPE_BATCH, 1, 1, 1)[:_SHAPE_BATCH].contiguous(memory_format=torch.channels_last)
    found: dict[str, object] = {}
    if batch.is_meta:
        traced.values(batch, found.__setitem__)
        return found
    try:
        with FakeTensorMode(allow_non_fake_inputs=True) as fake:
            traced.values(fake.from_tensor(batch), found.__setitem__)
    except Exception:  # whatever a network makes of tensors without numbers
        found.clear()
        traced.values(batch, lambda name, value: found.update({name: _on_meta(value)}))
    return found


def _on_meta(value: object) -> object:
    return value.to("meta") if isinstance(value, torch.Tensor) else value


def _rectified_by(traced: Traced, name: str) -> str:
    if traced.is_relu(name):
        return name
    return traced.relu_of(name) or (NO_RELU if traced.knows_order else NOT_KNOWN)


def rectified_by(traced: Traced, layers: Sequence[str]) -> dict[str, str]:
    """What `rectified_by` in `layer_table` says of layers. Raises `InputError` as `responses_of`."""
    return {layer: _rectified_by(traced, named(traced, layer)) for layer in layers}


def unrectified(relus: Mapping[str, str], settings: Mapping) -> Iterator[str]:
    """What to tell people of layers that make no difference to `rectified: true`, if they ask for it.

    Args:
        relus: `rectified_by` of each layer.
        settings: the network's; of one without weights, as pixels are, there is nothing to tell.
    """
    if not settings["rectified"] or not zoo_of(settings["architecture"]).has_weights:
        return
    why = {
        NO_RELU: "no ReLU directly follows it",
        NOT_KNOWN: "the network is read by hooks on its modules, which don't tell whether a ReLU follows",
    }
    for layer, relu in relus.items():
        if relu in why:
            yield f"layer '{layer}': {why[relu]}, so `rectified: true` reads it as it is"


def unrectified_among(table: pd.DataFrame, settings: Mapping) -> Iterator[str]:
    """What `unrectified` says of the layers that a network's settings list, by its `layer_table`."""
    relus = table.set_index("layer")["rectified_by"]
    return unrectified({layer: relus[layer] for layer in settings["layers"]}, settings)


def check_layers(table: pd.DataFrame, layers: Sequence[str]) -> None:
    """Raise `InputError`, with the layers there are in its message, if one is not in the `layer_table` given."""
    known = list(table["layer"])
    for layer in layers:
        if layer not in known:
            raise unknown_layer(layer, known)
