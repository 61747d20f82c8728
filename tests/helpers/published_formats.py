"""Weight files in the formats in which VGG-Face and VGG-16 are published, of given or random numbers.

`python tests/helpers/published_formats.py FOLDER --seed 0` writes stand-ins of the published files, at full size and
under their names, for a run of the whole workflow without a download. Nothing here uses `networks.weights`, which
reads them.
"""

import argparse
import pickle
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import torch
import torchvision

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # mien is run from its folder and never installed

from mien.networks.build import build  # noqa: E402

#: Of VGG-Face's training pictures; RGB (vgg_face_dag.py, and meta.normalization.averageImage of vgg-face.mat).
FACE_MEAN = (129.186279296875, 104.76238250732422, 93.59396362304688)

Tensors = Mapping[str, torch.Tensor]


def random_weights(architecture: Mapping, seed: int) -> dict[str, torch.Tensor]:
    """Kaiming normal weights (He et al. 2015) and small biases, by the names of the network's state dict."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, tensor in build(architecture).state_dict().items():
        weights[name] = torch.zeros(tensor.shape, dtype=tensor.dtype)
        if tensor.ndim > 1:
            weights[name].normal_(0, (2 / tensor[0].numel()) ** 0.5, generator=generator)
        elif name.endswith((".weight", ".running_var")):  # a batch norm's
            weights[name].uniform_(0.5, 1.5, generator=generator)
        elif tensor.ndim:
            weights[name].normal_(0, 0.1, generator=generator)
    return weights


def reversed_channels(weights: Tensors) -> dict[str, torch.Tensor]:
    """The same network for pictures whose channels come in reverse order: RGB weights made BGR ones."""
    return {**weights, "conv1_1.weight": weights["conv1_1.weight"].flip(1).contiguous()}


def without_top(weights: Tensors) -> dict[str, torch.Tensor]:
    return {name: tensor for name, tensor in weights.items() if not name.startswith("fc")}


def layers_of(weights: Tensors) -> list[str]:
    return [name.removesuffix(".weight") for name in weights if name.endswith(".weight")]


# ----------------------------------------------------------------------------------------------------- PyTorch


def write_torch(path: Path, weights: Tensors, zip_file: bool = False) -> None:
    """A state dict; both published ones are older than PyTorch's zip format."""
    torch.save(dict(weights), path, _use_new_zipfile_serialization=zip_file)


def torchvision_named(weights: Tensors, name: str) -> dict[str, torch.Tensor]:
    """The same weights by the names of torchvision's network, which has them in the same order."""
    with torch.device("meta"):
        names = torchvision.models.get_model(name, weights=None).state_dict()
    return dict(zip((key for key in names if "num_batches" not in key), weights.values(), strict=True))


class Trap:
    """Unpickled without care, it writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple:
        return open, (self.path, "w")


def write_trap(path: Path, touches: Path, bare: bool = False) -> None:
    """A file that creates the file `touches` when it is unpickled: PyTorch's, or Python's own (`bare`)."""
    if bare:
        path.write_bytes(pickle.dumps(Trap(touches), protocol=2))
    else:
        torch.save({"conv1_1.weight": torch.zeros(1), "more": Trap(touches)}, path)


# ------------------------------------------------------------------------------------------------------- Keras

_APPLICATIONS = {"fc6": "fc1", "fc7": "fc2", "fc8": "predictions"}


def write_keras(
    path: Path,
    weights: Tensors,
    version: int = 2,
    whole_model: bool = False,
    names: str = "literature",
    convolutional_top: bool = False,
    reference: Tensors | None = None,
) -> None:
    """A file of Keras' `save_weights`, or of its `save` (`whole_model`).

    Args:
        version: of Keras, 1 or 2; their arrays' names differ.
        names: `literature`, as keras-vggface has them; `applications`, as `keras.applications` has them.
        convolutional_top: fully connected layers as convolutions, as in deepface's model.
    """
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if whole_model else file
        listed = ["input_1"]
        for layer in layers_of(weights):
            kernel, bias = _keras_arrays(weights, layer, convolutional_top)
            block, _, place = layer.removeprefix("conv").partition("_")
            title = layer if names == "literature" else _APPLICATIONS.get(layer, f"block{block}_conv{place}")
            keys = (f"{title}/kernel:0", f"{title}/bias:0") if version == 2 else (f"{title}_W", f"{title}_b")
            group = root.create_group(title)
            group.attrs["weight_names"] = np.array([key.encode() for key in keys])
            for key, array in zip(keys, (kernel, bias), strict=True):
                group.create_dataset(key, data=array)
            listed.append(title)
            if layer.startswith("fc") and names == "literature":
                listed.append(f"{title}/{'softmax' if layer == 'fc8' else 'relu'}")
            elif layer in ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"):
                listed += [f"pool{layer[4]}"] + ["flatten"] * (layer[4] == "5" and "fc6.weight" in weights)
        for title in listed:
            if title not in root or "weight_names" not in root[title].attrs:
                root.require_group(title).attrs["weight_names"] = np.array([], dtype="S1")
        root.attrs["layer_names"] = np.array([title.encode() for title in listed])
        root.attrs["backend"], root.attrs["keras_version"] = b"tensorflow", f"{version}.0.6".encode()
        for name, response in (reference or {}).items():
            file.create_dataset(f"reference/{name}", data=response.numpy())


def _keras_arrays(weights: Tensors, layer: str, convolutional_top: bool) -> tuple[np.ndarray, np.ndarray]:
    weight, bias = weights[f"{layer}.weight"].numpy(), weights[f"{layer}.bias"].numpy()
    if weight.ndim == 4:
        return np.einsum("oihw->hwio", weight), bias
    if convolutional_top:
        return matconvnet_kernel(weights, layer), bias
    if layer == "fc6":  # Keras flattens rows, columns, channels; torch channels, rows, columns
        return np.einsum("ochw->hwco", _places(weights, weight)).reshape(weight.shape[1], weight.shape[0]), bias
    return weight.T, bias


def _places(weights: Tensors, weight: np.ndarray) -> np.ndarray:
    """The weight of fc6 as (units, channels, rows, columns)."""
    channels = len([value for name, value in weights.items() if name.startswith("conv")][-1])
    side = round((weight.shape[1] / channels) ** 0.5)
    return weight.reshape(weight.shape[0], channels, side, side)


# -------------------------------------------------------------------------------------------------- MatConvNet


def matconvnet_kernel(weights: Tensors, layer: str) -> np.ndarray:
    """(rows, columns, inputs, units); fully connected layers are convolutions too."""
    weight = weights[f"{layer}.weight"].numpy()
    if layer == "fc6":
        weight = _places(weights, weight)
    elif weight.ndim == 2:
        weight = weight[:, :, None, None]
    return np.einsum("oihw->hwio", weight)


def write_matconvnet(
    path: Path,
    weights: Tensors,
    older: bool = False,
    within_net: bool = False,
    compressed: bool = True,
    reference: Tensors | None = None,
) -> None:
    """A SimpleNN network: `layers` and `meta`, or both within `net`; `older` has filters and biases for weights."""
    layers: list[dict] = []
    for layer in layers_of(weights):
        kernel, bias = matconvnet_kernel(weights, layer), weights[f"{layer}.bias"].numpy()[:, None]
        held = {"filters": kernel, "biases": bias} if older else {"weights": cells((kernel, bias))}
        pad = 0.0 if layer.startswith("fc") else 1.0
        layers.append({"name": layer, "type": "conv", **held, "stride": np.ones((1, 2)), "pad": np.full((1, 4), pad)})
        if layer != "fc8":
            layers.append({"name": f"relu{layer.removeprefix('conv').removeprefix('fc')}", "type": "relu"})
        if layer in ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"):
            pooling = {"method": "max", "pool": np.full((1, 2), 2.0), "stride": np.full((1, 2), 2.0)}
            layers.append({"name": f"pool{layer[4]}", "type": "pool", **pooling, "pad": np.zeros((1, 4))})
    layers.append({"name": "prob", "type": "softmax"})
    mean = np.array(FACE_MEAN, dtype=np.float32).reshape(1, 1, 3)
    meta = {"normalization": {"averageImage": mean, "imageSize": np.array([[224.0, 224.0, 3.0]])}}
    variables: dict = {"layers": cells(layers), "meta": meta}
    variables = {"net": variables} if within_net else variables
    if reference:
        variables["reference"] = {name: response.numpy() for name, response in reference.items()}
    scipy.io.savemat(path, variables, do_compression=compressed)


def cells(values: Iterable) -> np.ndarray:
    """A MATLAB cell array of one row."""
    values = list(values)
    row = np.empty((1, len(values)), dtype=object)
    row[0, :] = values
    return row


# --------------------------------------------------------------------------------------------------- full size


def write_all(folder: Path, seed: int) -> list[Path]:
    """Every published file, at full size: VGG-Face's, all of one network's numbers, and VGG-16's, of another's."""
    folder.mkdir(parents=True, exist_ok=True)
    face = random_weights({"name": "vgg16", "input_size": 224, "classes": 2622}, seed)
    write_torch(folder / "vgg_face_dag.pth", face)
    write_keras(folder / "rcmalli_vggface_tf_vgg16.h5", reversed_channels(face))
    write_keras(folder / "rcmalli_vggface_tf_notop_vgg16.h5", reversed_channels(without_top(face)))
    write_matconvnet(folder / "vgg-face.mat", face, compressed=False)
    del face
    objects = random_weights({"name": "vgg16", "input_size": 224, "classes": 1000}, seed + 1)
    write_torch(folder / "vgg16-397923af.pth", torchvision_named(objects, "vgg16"))
    return sorted(folder.iterdir())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for file in write_all(arguments.folder, arguments.seed):
        print(f"{file.stat().st_size / 2**20:7.1f} MiB  {file}")
