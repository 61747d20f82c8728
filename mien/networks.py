"""Networks in torch: built from their architecture, initialised, saved, loaded, and read out at any layer."""

import ctypes
import json
import math
import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import nn

from mien.architectures import ARCHITECTURES, CLASSIFIER, Layer, check_layer, layer_shape, layers_of
from mien.errors import InputError

# ------------------------------------------------------------------------------------------------------------- building


class Grey(nn.Module):
    """The image itself as a layer."""

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """The mean of a prepared image's three channels: (n, 3, rows, columns) to (n, 1, rows, columns)."""
        return batch.mean(dim=1, keepdim=True)


def build(architecture: Mapping) -> nn.Sequential:
    """A network whose weights are all zero, until `initialise` or `load` sets them.

    Args:
        architecture: `name` (`vgg16` or `pixels`), `input_size` (pixels), `width`, `classes` and `dropout` (of fc6 and
            fc7; 0.5 if not given). Width 1, input size 224 and 1000 classes make the published VGG-16.

    Returns:
        Submodules by the layers' names (`conv1_1` ... `fc8`), each ReLU and dropout a module of its own after its
        layer. It takes what `prepare` gives and is in evaluation mode.

    Raises:
        InputError: unknown name, or an input too small to be pooled five times.
    """
    name, dropout = architecture["name"], architecture.get("dropout", 0.5)
    shape = (3, architecture["input_size"], architecture["input_size"])
    modules: dict[str, nn.Module] = {}
    layers_of(name)  # raises where there is no such architecture
    with torch.device("meta"):  # or torch fills the weights from its global generator
        for layer in ARCHITECTURES[name]:
            before, shape = shape, shape_of(architecture, layer.name)
            modules |= _modules_of(layer, before, shape, dropout)
    network = nn.Sequential(OrderedDict(modules)).to_empty(device="cpu").eval()
    for parameter in network.parameters():
        nn.init.zeros_(parameter)
    network.architecture, network.input_size = name, architecture["input_size"]
    return network.to(memory_format=torch.channels_last)


def shape_of(architecture: Mapping, layer: str) -> tuple[int, int, int]:
    """Shape (channels, rows, columns) of a layer's output, as `mien.architectures.layer_shape`."""
    return layer_shape(
        architecture["name"],
        layer,
        architecture.get("width", 1),
        architecture["input_size"],
        architecture.get("classes", 1000),
    )


def _modules_of(layer: Layer, before: tuple, shape: tuple, dropout: float) -> dict[str, nn.Module]:
    """The modules of one layer, from an input of shape `before` to an output of `shape`, and what follows the layer."""
    if layer.kind == "image":
        return {layer.name: Grey()}
    if layer.kind == "pool":
        return {layer.name: nn.MaxPool2d(2)}
    relu = {_relu_of(layer.name): nn.ReLU(inplace=False)}
    if layer.kind == "convolution":
        return {layer.name: nn.Conv2d(before[0], shape[0], kernel_size=3, padding=1)} | relu
    connected = {f"flat_{layer.name}": nn.Flatten(), layer.name: nn.Linear(math.prod(before), shape[0])}
    if layer.name == CLASSIFIER:
        return connected
    return connected | relu | {f"dropout_{layer.name}": nn.Dropout(dropout)}


def _relu_of(layer: str) -> str:
    return f"relu_{layer}"


# ------------------------------------------------------------------------------------------------------- initialisation

#: Standard deviation of a weight, and whether it is normal or uniform, from its fan in and fan out.
#: Xavier: Glorot & Bengio (2010), AISTATS, eq. 16; Kaiming: He et al. (2015), arXiv:1502.01852, eq. 10;
#: LeCun et al. (1998), Efficient BackProp, eq. 16; `normal` is VGG's own (Simonyan & Zisserman 2015, section 3.1).
SCHEMES: dict[str, tuple[str, Callable[[int, int], float]]] = {
    "xavier_normal": ("normal", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "xavier_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "kaiming_normal": ("normal", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "kaiming_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "lecun_normal": ("normal", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
    "lecun_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
    "normal": ("normal", lambda fan_in, fan_out: 0.1),
}


def initialise(network: nn.Module, scheme: str, seed: int) -> None:
    """Draw a network's weights, in place; biases are zero. The same seed gives the same bytes.

    Args:
        scheme: a key of `SCHEMES`.
        seed: seeds a generator of the network's own; any int64.

    Raises:
        InputError: unknown scheme.
    """
    if scheme not in SCHEMES:
        raise InputError(f"initialisation '{scheme}': expected one of {', '.join(SCHEMES)}")
    distribution, sd_of = SCHEMES[scheme]
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            weight = torch.empty(module.weight.shape)  # of plain memory layout: the draws' order must not depend on it
            sd = sd_of(*nn.init._calculate_fan_in_and_fan_out(weight))
            if distribution == "normal":
                weight.normal_(0, sd, generator=generator)
            else:
                weight.uniform_(-math.sqrt(3) * sd, math.sqrt(3) * sd, generator=generator)
            with torch.no_grad():
                module.weight.copy_(weight)
            nn.init.zeros_(module.bias)


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


def responses_of(network: nn.Sequential, layer: str, rectified: bool = True) -> Callable[[torch.Tensor], torch.Tensor]:
    """A function from a prepared batch to a layer's responses; it computes nothing beyond that layer, and no dropout.

    Args:
        rectified: after the layer's ReLU (True) or before it (False); without a difference in layers that have none.

    Returns:
        A function of (n, 3, size, size) float32 that gives (n, channels, rows, columns) float32 on the same device.

    Raises:
        InputError: the network has no such layer; the message lists those it has.
    """
    check_layer(network.architecture, layer)
    upto = nn.Sequential(*_upto(network, layer, rectified))

    @torch.inference_mode()
    def respond(batch: torch.Tensor) -> torch.Tensor:
        responses = upto(batch)
        return responses if responses.ndim == 4 else responses[:, :, None, None]

    return respond


def _upto(network: nn.Sequential, layer: str, rectified: bool) -> Iterator[nn.Module]:
    last = _relu_of(layer) if rectified and hasattr(network, _relu_of(layer)) else layer
    for name, module in network.named_children():
        if not isinstance(module, nn.Dropout):
            yield module
        if name == last:
            return


# ---------------------------------------------------------------------------------------------------------------- files


def save(network: nn.Module, path: str | Path, made_of: Mapping[str, object]) -> None:
    """Write a network's weights as safetensors, atomically and with the same bytes each time.

    Args:
        made_of: what the weights were made of, by name; kept as JSON in the file.
    """
    weights = {name: weight.detach().cpu().contiguous() for name, weight in network.state_dict().items()}
    partial = Path(f"{path}.{os.getpid()}.partial")  # a killed run's orphan may be writing the same file
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        safetensors.torch.save_file(weights, partial, metadata={"mien": json.dumps(made_of, sort_keys=True)})
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def save_info(info: Mapping[str, object], path: str | Path) -> None:
    """Write what is known of a network (`origin`, `heldout_accuracy`, training curve, digests) as JSON, atomically."""
    partial = Path(f"{path}.{os.getpid()}.partial")
    partial.write_text(json.dumps(info, indent=1, sort_keys=True) + "\n")
    os.replace(partial, path)


def load(path: str | Path, architecture: Mapping) -> nn.Sequential:
    """The network of an architecture with the weights of a safetensors file, which runs no code; in evaluation mode.

    Raises:
        InputError: the file is missing or damaged, or its tensors are not those of the architecture.
    """
    network = build(architecture)
    try:
        weights = safetensors.torch.load_file(path)
    except (SafetensorError, OSError) as error:
        raise InputError(
            f"{path}: not a whole safetensors file ({error}). Delete it and run the same command again: "
            "Snakemake makes it anew"
        ) from None
    expected = {name: tuple(weight.shape) for name, weight in network.state_dict().items()}
    found = {name: tuple(weight.shape) for name, weight in weights.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise InputError(
                f"{path}: {name}: expected {expected.get(name, 'no such tensor')}, found "
                f"{found.get(name, 'no such tensor')}; the architecture in the configuration is {dict(architecture)}"
            )
    network.load_state_dict(weights)
    return network


# --------------------------------------------------------------------------------------------------------------- device


def choose_device(name: str) -> torch.device:
    """The device called `auto` (a GPU where there is one), `cpu` or `cuda`, set to full float32 and to repeat itself.

    Raises:
        InputError: `cuda` where torch finds none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("device 'cuda': torch finds no GPU here; set device to auto or cpu")
    device = torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what torch asks for before matrix products repeat
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
    return device


def set_threads(n: int) -> None:
    """Compute with n threads on the CPU; sums, and so results, depend on their number.

    Also has glibc reuse the memory of large tensors rather than fetch zeroed pages from the kernel for every batch:
    training is 1.1 to 1.5 times as fast.
    """
    torch.set_num_threads(n)
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
        libc.mallopt(mmap_threshold, 2**25)  # the largest that glibc takes
        libc.mallopt(trim_threshold, 2**31 - 1)
