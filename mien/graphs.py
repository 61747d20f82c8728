"""A network as a graph of named operations, to be read at any of them."""

import inspect
import itertools
import math

import torch
from torch import fx, nn

#: What counts as a ReLU: the plain one and the one with a ceiling of 6, as modules and as functions.
_RELU_MODULES = (nn.ReLU, nn.ReLU6)
_RELU_FUNCTIONS = {torch.relu, nn.functional.relu, nn.functional.relu6, "relu"}
_WEIGHTED, _BATCH_NORMS = (nn.Conv2d, nn.Linear), (nn.BatchNorm1d, nn.BatchNorm2d)


def trace(network: nn.Module) -> dict[str, fx.Node]:
    """Every operation of a network by its name, in the order in which they are computed, as they are in evaluation.

    Names are those of `torchvision.models.feature_extraction`, except that a module called once always has its own
    (torchvision calls the second of `ln_1` and `ln_2` `ln_1`), and that containers of torchvision.ops are looked into,
    so that a ReLU in one is a node of its own. No operation works in place: a node's value is never changed by another
    (torch.fx itself makes of `x += y` an addition that gives a new tensor).
    """
    was_training = network.training
    names = _names(network.eval())
    network.train(was_training)
    modules = {node.target for node in names if node.op == "call_module"}
    nodes: dict[str, fx.Node] = {}
    for node, torchvision_name in names.items():
        _not_in_place(node)
        if node.op != "placeholder":
            first = name = node.target if node.op == "call_module" else torchvision_name
            for repeat in itertools.count(1):
                if name not in nodes and (name == first or name not in modules):
                    break
                name = f"{first}_{repeat}"
            nodes[name] = node
    return nodes


def _names(network: nn.Module) -> dict[fx.Node, str]:
    """The nodes of a network's graph, each with torchvision's name for it."""
    if type(network) is nn.Sequential:  # of ours: modules one after another
        graph = _Row().trace(network)
        return {node: str(node.target) for node in graph.nodes if node.op != "output"}
    import torchvision
    from torchvision.models.feature_extraction import NodePathTracer

    tracer = NodePathTracer(autowrap_modules=(math, torchvision.ops))
    tracer.trace(network)
    return tracer.node_to_qualname


class _Row(fx.Tracer):
    def is_leaf_module(self, module: nn.Module, name: str) -> bool:
        return type(module) is not nn.Sequential


def find(nodes: dict[str, fx.Node], layer: str) -> str | None:
    """The node called `layer`, or the last one within the module of that name, as torchvision reads it; else None."""
    if layer in nodes:
        return layer
    return next((name for name in reversed(nodes) if name.startswith(f"{layer}.")), None)


def modules_ending_at(nodes: dict[str, fx.Node], name: str) -> list[str]:
    """The modules, from the inner to the outer, whose name `find`s this node."""
    parts = name.split(".")
    modules = [".".join(parts[:depth]) for depth in range(len(parts) - 1, 0, -1)]
    return [module for module in modules if module not in nodes and find(nodes, module) == name]


def relu_of(network: nn.Module, nodes: dict[str, fx.Node], name: str) -> str | None:
    """The ReLU that directly and alone follows a node, or None; a weighted layer's batch norm may stand between."""
    names = {node: name for name, node in nodes.items()}
    node = nodes[name]
    user = _only_user(node)
    if user is not None and _module(network, node, _WEIGHTED) and _module(network, user, _BATCH_NORMS):
        user = _only_user(user)
    if user is None:
        return None
    function = user.op in ("call_function", "call_method") and user.target in _RELU_FUNCTIONS
    return names[user] if function or _module(network, user, _RELU_MODULES) else None


def upto(network: nn.Module, node: fx.Node) -> fx.GraphModule:
    """The part of a network, sharing its weights, that gives a node's value and computes nothing beyond it."""
    needed = {node}
    for original in reversed(node.graph.nodes):
        if original in needed:
            needed.update(original.all_input_nodes)
    graph, copies = fx.Graph(), {}
    for original in node.graph.nodes:
        if original in needed or original.op == "placeholder":
            copies[original] = graph.node_copy(original, copies.__getitem__)
    graph.output(copies[node])
    return fx.GraphModule(network, graph)


def shapes(network: nn.Module, nodes: dict[str, fx.Node], batch: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """Shape of the value of each node that is a float tensor; on the meta device nothing is computed."""
    graph = next(iter(nodes.values())).graph
    interpreter = _Shapes(fx.GraphModule(network, graph))
    with torch.inference_mode():
        interpreter.run(batch)
    found = interpreter.found  # by the nodes' names in the graph, which the module copied
    return {name: found[node.name] for name, node in nodes.items() if node.name in found}


class _Shapes(fx.Interpreter):
    def __init__(self, module: fx.GraphModule):
        super().__init__(module)
        self.found: dict[str, tuple[int, ...]] = {}

    def run_node(self, node: fx.Node) -> object:
        value = super().run_node(node)
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            self.found[node.name] = tuple(value.shape)
        return value


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def _module(network: nn.Module, node: fx.Node, kinds: type | tuple[type, ...]) -> bool:
    return node.op == "call_module" and isinstance(network.get_submodule(node.target), kinds)


def _not_in_place(node: fx.Node) -> None:
    """Make a functional operation that works in place, such as `relu(x, inplace=True)`, give a new tensor."""
    if node.op != "call_function":
        return
    try:
        parameters = list(inspect.signature(node.target).parameters)
    except ValueError:  # builtins have none, and none works in place
        return
    if "inplace" in parameters:
        place = parameters.index("inplace")
        node.args = node.args[:place]
        node.kwargs = {**node.kwargs, "inplace": False}
