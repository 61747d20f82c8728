"""A network's weights without experience: drawn by a scheme, or a trained network's own in another order."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from mien.draws import generator as named_generator
from mien.errors import InputError
from mien.networks.architectures import called
from mien.networks.build import build, drawn, laid_out, unfilled

#: Standard deviation of a weight, and whether it is normal or uniform, from its fan in and fan out.
#: Xavier: Glorot & Bengio (2010), AISTATS, eq. 16; Kaiming: He et al. (2015), arXiv:1502.01852, eq. 10;
#: LeCun et al. (1998), Efficient BackProp, eq. 16. `constructor` is what the network's own constructor draws: for our
#: VGGs, which draw nothing, what torchvision's do (`torchvision.models.vgg.VGG`): this in their convolutions, and
#: `_CONNECTED_SD` in their fully connected layers.
SCHEMES: dict[str, tuple[str, Callable[[int, int], float]]] = {
    "xavier_normal": ("normal", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "xavier_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "kaiming_normal": ("normal", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "kaiming_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "lecun_normal": ("normal", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
    "lecun_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
    "constructor": ("normal", lambda fan_in, fan_out: math.sqrt(2 / fan_out)),
}
_CONNECTED_SD = 0.01

#: Layers whose weights a scheme draws.
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_DRAWN = (nn.Conv1d, nn.Conv2d, nn.Conv3d, *_TRANSPOSED, nn.Linear)


def initialised(architecture: Mapping, initialisation: str | Mapping[str, float], seed: int) -> nn.Module:
    """An untrained network, as `mien.networks.build.build` gives it, with weights drawn. The same seed, the same bytes.

    Weights of convolutions and linear layers follow the scheme and their biases are zero; batch norms pass on what they
    get. Whatever else a network of others has (embeddings, an attention's joint projection, layer norms and scales) is
    as its constructor makes it, from the seed too; with `constructor` the whole network is.

    Args:
        initialisation: a key of `SCHEMES`, or `{"normal": SD}` for normal weights of that standard deviation.
        seed: seeds a generator of the network's own; any int64.

    Raises:
        InputError: unknown scheme, or one that sets nothing in the network.
    """
    named = isinstance(initialisation, str)
    if initialisation not in SCHEMES if named else set(initialisation) != {"normal"}:
        raise InputError(f"initialisation '{initialisation}': expected one of {', '.join(SCHEMES)}, or normal: SD")
    network = unfilled(architecture, seed)
    if not drawn(network):
        network = build(architecture)
        _reset_norms(network)
    elif initialisation == "constructor":
        return laid_out(network)
    _draw(network, initialisation, seed, called(architecture))
    return laid_out(network)


def _draw(network: nn.Module, initialisation: str | Mapping[str, float], seed: int, name: str) -> None:
    """Draw the weights of a network's convolutions and linear layers by a scheme."""
    generator = torch.Generator().manual_seed(seed)
    drawn_here = {path: module for path, module in network.named_modules() if isinstance(module, _DRAWN)}
    if not drawn_here and list(network.parameters()):
        raise InputError(
            f"initialisation '{initialisation}': {name} has no convolution or linear layer that torch names so, and a "
            "scheme draws no others. Write constructor, for the weights that its own constructor draws"
        )
    for path, module in drawn_here.items():
        if "weight" not in module._parameters:
            raise InputError(
                f"initialisation '{initialisation}': {name}: the weights of '{path}' are computed from others, as by "
                "weight norm, so a scheme cannot draw them. Write constructor, for those that its own constructor draws"
            )
        weight = torch.empty(module.weight.shape)  # of plain memory layout: the draws' order must not depend on it
        distribution, sd = _draw_of(initialisation, module, *fans(module))
        if distribution == "normal":
            weight.normal_(0, sd, generator=generator)
        else:
            weight.uniform_(-math.sqrt(3) * sd, math.sqrt(3) * sd, generator=generator)
        with torch.no_grad():
            module.weight.copy_(weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def fans(module: nn.Module) -> tuple[int, int]:
    """Inputs that a unit sums, and units that an input goes to (strides left aside, as is usual); of one group.

    torch's own count for `nn.init` takes all channels of a grouped convolution for its fan out, and those that a
    transposed convolution gives for its fan in.
    """
    outputs, inputs, *window = module.weight.shape
    if isinstance(module, _TRANSPOSED):
        return outputs // module.groups * math.prod(window), inputs * math.prod(window)
    return inputs * math.prod(window), outputs // getattr(module, "groups", 1) * math.prod(window)


def shuffle(network: nn.Module, seed: int) -> None:
    """Put a trained network's weights in random order, in place: each parameter's values among themselves.

    So each layer's weights, and each layer's biases, keep their exact distribution, and lose all that was learnt of
    where they belong. The running mean and variance of a batch norm are put in one random order, together: they stay
    the statistics of some channel of their layer, though of none that the shuffled network has. Nothing is
    measured anew, which would take a diet, so a batch norm no longer normalises exactly. The same seed, the same bytes.

    Args:
        seed: with a parameter's name, names its random draw.
    """
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            values = parameter.detach().cpu().contiguous().numpy()
            order = named_generator(seed, "shuffle", name)
            parameter.copy_(torch.from_numpy(order.permutation(values.ravel()).reshape(values.shape)))
        buffers = dict(network.named_buffers())
        for name, mean in buffers.items():
            norm, _, statistic = name.rpartition(".")
            if statistic == "running_mean":  # of an exported program, too, whose modules are no batch norms any more
                order = named_generator(seed, "shuffle", norm).permutation(len(mean))
                for values in (mean, buffers[f"{norm}.running_var"]):
                    values.copy_(values[order].clone())


def _draw_of(initialisation: str | Mapping, module: nn.Module, fan_in: int, fan_out: int) -> tuple[str, float]:
    if not isinstance(initialisation, str):
        return "normal", initialisation["normal"]
    if initialisation == "constructor" and isinstance(module, nn.Linear):
        return "normal", _CONNECTED_SD
    distribution, sd_of = SCHEMES[initialisation]
    return distribution, sd_of(fan_in, fan_out)


def _reset_norms(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()  # weight 1, bias 0, running mean 0, running variance 1: draws nothing
