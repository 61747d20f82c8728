"""Feedback alignment: learning that sends errors back through fixed random weights, as a brain might.

Backpropagation needs every connection's weight twice, forwards and, transposed, backwards. Lillicrap, Cownden, Tweed &
Akerman (2016), Nature Communications 7:13276, drop the second: errors return through weights of their own, drawn once
and never learnt, and the forward weights come to align with them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

import torch
from torch import nn

from mien.draws import seed_of
from mien.errors import InputError


def draw_feedback(network: nn.Module, seed: int) -> dict[str, torch.Tensor]:
    """Feedback weights for each convolution and linear layer, by its name: normal, with the size of its own weights.

    Args:
        network: freshly initialised; the standard deviation is its layer's root mean square weight.

    Returns:
        Tensors shaped as the layers' weights, on the same device; `seed` and name alone decide what is drawn.

    Raises:
        InputError: the network has matrices of weights outside convolutions and linear layers, which would go on
            being sent back transposed (attention, for example).
    """
    feedback = {}
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            generator = torch.Generator().manual_seed(seed_of(seed, "feedback", name))
            scale = module.weight.detach().square().mean().sqrt().item()
            drawn = torch.empty(module.weight.shape).normal_(0, 1, generator=generator) * scale
            feedback[name] = torch.empty_like(module.weight, requires_grad=False).copy_(drawn)
        elif any(sum(side > 1 for side in weight.shape) > 1 for weight in module.parameters(recurse=False)):
            raise InputError(
                f"feedback_alignment: {name}, a {type(module).__name__}, has weights that are neither a convolution's "
                "nor a linear layer's. Train this network by backpropagation"
            )
    return feedback


@contextmanager
def sent_back(network: nn.Module, feedback: Mapping[str, torch.Tensor]) -> Iterator[None]:
    """Within it, gradients pass each layer of `feedback` by these weights in place of the layer's own.

    Nothing else changes: neither responses, nor the state dict, nor how a layer's weights follow from the gradient at
    its output. Pooling, normalisation and the like send gradients back as always.
    """
    modules = {network.get_submodule(name): weight for name, weight in feedback.items()}
    for module, weight in modules.items():
        module.forward = partial(_convolve if isinstance(module, nn.Conv2d) else _connect, module, weight)
    try:
        yield
    finally:
        for module in modules:
            del module.forward  # the class's own shows again


def _convolve(module: nn.Conv2d, feedback: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
    padding = module.padding
    if module.padding_mode != "zeros" or isinstance(padding, str):
        mode = "constant" if module.padding_mode == "zeros" else module.padding_mode
        batch, padding = nn.functional.pad(batch, module._reversed_padding_repeated_twice, mode=mode), (0, 0)
    return _Convolution.apply(
        batch, module.weight, module.bias, feedback, module.stride, padding, module.dilation, module.groups
    )


def _connect(module: nn.Linear, feedback: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
    return _Connection.apply(batch, module.weight, module.bias, feedback)


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(ctx, batch, weight, bias, feedback, *geometry):
        ctx.save_for_backward(batch, weight, feedback)
        ctx.geometry, ctx.has_bias = geometry, bias is not None
        return nn.functional.conv2d(batch, weight, bias, *geometry)

    @staticmethod
    def backward(ctx, error):
        batch, weight, feedback = ctx.saved_tensors
        stride, padding, dilation, groups = ctx.geometry
        biases = [len(weight)] if ctx.has_bias else None

        def backwards(through, wanted):
            return torch.ops.aten.convolution_backward(
                error, batch, through, biases, stride, padding, dilation, False, [0, 0], groups, wanted
            )

        back = backwards(feedback, [True, False, False])[0] if ctx.needs_input_grad[0] else None
        _, to_weight, to_bias = backwards(weight, [False, True, ctx.has_bias])
        return back, to_weight, to_bias, *[None] * 5


class _Connection(torch.autograd.Function):
    @staticmethod
    def forward(ctx, batch, weight, bias, feedback):
        ctx.save_for_backward(batch, feedback)
        ctx.has_bias = bias is not None
        return nn.functional.linear(batch, weight, bias)

    @staticmethod
    def backward(ctx, error):
        batch, feedback = ctx.saved_tensors
        errors = error.reshape(-1, error.shape[-1])
        back = error @ feedback if ctx.needs_input_grad[0] else None
        to_bias = errors.sum(0) if ctx.has_bias else None
        return back, errors.T @ batch.reshape(-1, batch.shape[-1]), to_bias, None


#: How errors at a layer's output become errors at its input, by name: what to train a learner within, drawn by a seed.
ALGORITHMS: dict[str, Callable[[nn.Module, int], AbstractContextManager]] = {
    "backpropagation": lambda learner, seed: nullcontext(),
    "feedback_alignment": lambda learner, seed: sent_back(learner, draw_feedback(learner, seed)),
}
