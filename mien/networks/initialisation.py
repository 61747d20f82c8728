"""A network's weights without experience: drawn by a scheme, or a trained network's own in another order."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from mien.draws import generator as named_generator
from mien.errors import InputError
from mien.networks.build import build, drawn, unfilled

#: Standard deviation of a weight, and whether it is normal or uniform, from its fan in and fan out.
#: Xavier: Glorot & Bengio (2010), AISTATS, eq. 16; Kaiming: He et al. (2015), arXiv:1502.01852, eq. 10;
#: LeCun et al. (1998), Efficient BackProp, eq. 16. `torchvision` is what torchvision's constructors draw: for a VGG
#: (`torchvision.models.vgg.VGG`) this in its convolutions, and `_CONNECTED_SD` in its fully connected layers.
SCHEMES: dict[str, tuple[str, Callable[[int, int], float]]] = {
    "xavier_normal": ("normal", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "xavier_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "kaiming_normal": ("normal", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "kaiming_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "lecun_normal": ("normal", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
    "lecun_uniform": ("uniform", lambda fan_in, fan_out: math.sqrt(1 / fan_in)),
    "torchvision": ("normal", lambda fan_in, fan_out: math.sqrt(2 / fan_out)),
}
_CONNECTED_SD = 0.01


def initialised(architecture: Mapping, initialisation: str | Mapping[str, float], seed: int) -> nn.Module:
    """An untrained network: built as `mien.networks.build.build` does, and initialised."""
    network = build(architecture)
    initialise(network, initialisation, seed)
    return network


def initialise(network: nn.Module, initialisation: str | Mapping[str, float], seed: int) -> None:
    """Draw a network's weights, in place. The same seed gives the same bytes.

    Weights of convolutions and linear layers follow the scheme and their biases are zero; batch norms pass on what they
    get. Whatever else a torchvision network has (embeddings, an attention's joint projection, layer norms and scales)
    is as torchvision's constructor makes it, from the seed too; with `torchvision` the whole network is.

    Args:
        network: made by `mien.networks.build.build`.
        initialisation: a key of `SCHEMES`, or `{"normal": SD}` for normal weights of that standard deviation.
        seed: seeds a generator of the network's own; any int64.

    Raises:
        InputError: unknown scheme.
    """
    named = isinstance(initialisation, str)
    if initialisation not in SCHEMES if named else set(initialisation) != {"normal"}:
        raise InputError(f"initialisation '{initialisation}': expected one of {', '.join(SCHEMES)}, or normal: SD")
    made = unfilled(network.settings, seed)
    if drawn(made):
        network.load_state_dict(made.state_dict())
        if initialisation == "torchvision":
            return
    else:
        _reset_norms(network)
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
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


def fans(module: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> tuple[int, int]:
    """Inputs that a unit sums, and units that an input goes to (strides left aside, as is usual); of one group.

    torch's own count for `nn.init` takes all channels of a grouped convolution for its fan out, and those that a
    transposed convolution gives for its fan in.
    """
    outputs, inputs, *window = module.weight.shape
    if isinstance(module, nn.ConvTranspose2d):
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
        for name, module in network.named_modules():
            if isinstance(module, nn.BatchNorm2d):
                order = named_generator(seed, "shuffle", name).permutation(module.num_features)
                module.running_mean.copy_(module.running_mean[order].clone())
                module.running_var.copy_(module.running_var[order].clone())


def _draw_of(initialisation: str | Mapping, module: nn.Module, fan_in: int, fan_out: int) -> tuple[str, float]:
    if not isinstance(initialisation, str):
        return "normal", initialisation["normal"]
    if initialisation == "torchvision" and isinstance(module, nn.Linear):
        return "normal", _CONNECTED_SD
    distribution, sd_of = SCHEMES[initialisation]
    return distribution, sd_of(fan_in, fan_out)


def _reset_norms(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()  # weight 1, bias 0, running mean 0, running variance 1: draws nothing
