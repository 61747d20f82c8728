"""A network's graph by torch.fx, which runs its Python once, with stand-ins for tensors."""

import math
import operator
from collections import defaultdict
from dataclasses import dataclass

import torch
from torch import fx, nn

from mien.networks.readout.in_place import follow_changes
from mien.networks.readout.named_graph import NamedGraph
from mien.networks.readout.traced import Call, numbered

#: Python's operators that may work in place, as `x += y` does.
_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift")


@dataclass
class FxGraph(NamedGraph):
    """Its nodes have the names of `torchvision.models.feature_extraction`, but for three things.

    A module called once always has its own name (torchvision calls the second of `ln_1` and `ln_2` `ln_1`), containers
    of torchvision.ops are looked into, so that a ReLU in one is a node of its own, and what works in place is a node.
    """

    by = "fx"


def trace(network: nn.Module) -> FxGraph:
    """Every operation of a network in evaluation mode. Raises whatever torch.fx does where it cannot trace it."""
    tracer = _tracer_of(network)
    given = {Call(module, number): at for module, calls in tracer.given.items() for number, at in enumerate(calls)}
    follow_changes(network, tracer.graph, given, (_assign, _update))
    nodes = [node for node in tracer.node_to_qualname if node.op not in ("placeholder", "output")]
    firsts = [node.target if node.op == "call_module" else tracer.node_to_qualname[node] for node in nodes]
    names = numbered(firsts, {node.target for node in nodes if node.op == "call_module"})
    by_node = dict(zip(nodes, names, strict=True))
    given_by = defaultdict(list)
    for call, (node, _) in given.items():
        if node in by_node:
            given_by[by_node[node]].append(call)
    named = dict(zip(names, nodes, strict=True))
    return FxGraph(network, tuple(names), dict(given_by), set(tracer.given), network, tracer.graph, named)


def _tracer_of(network: nn.Module) -> "_Tracer":
    """A tracer that has made a network's graph, with torchvision's name for each node, in `node_to_qualname`."""
    if _is_row(network):
        tracer = _Row()
        graph = tracer.trace(network)
        tracer.node_to_qualname = {node: str(node.target) for node in graph.nodes}
        return tracer
    import torchvision
    from torchvision.models.feature_extraction import NodePathTracer

    class Paths(_Tracer, NodePathTracer):
        pass

    tracer = Paths(autowrap_modules=(math, torchvision.ops))
    tracer.trace(network)
    return tracer


def _is_row(network: nn.Module) -> bool:
    """Whether a network is modules one after another, as ours are; it takes no torchvision, which is slow to import."""
    rest = [module for module in network.modules() if type(module) is not nn.Sequential]
    return type(network) is nn.Sequential and not any(True for module in rest for _ in module.children())


class _Tracer(fx.Tracer):
    """Sees what torch.fx does not: assignments to parts of a tensor, operators in place, and what modules give."""

    def proxy(self, node: fx.Node) -> fx.Proxy:
        return _Proxy(node, self)

    def trace(self, *given: object, **named: object) -> fx.Graph:
        #: for each module, and each of its calls, the node that it gave, and the last one computed by then
        self.given: defaultdict[str, list[tuple[object, fx.Node]]] = defaultdict(list)
        return super().trace(*given, **named)

    def call_module(self, module: nn.Module, *call: object) -> object:
        value = super().call_module(module, *call)
        node = value.node if isinstance(value, fx.Proxy) else None
        self.given[self.path_of_module(module)].append((node, next(iter(reversed(self.graph.nodes)))))
        return value


class _Row(_Tracer):
    def is_leaf_module(self, module: nn.Module, name: str) -> bool:
        return type(module) is not nn.Sequential


def _assign(tensor: torch.Tensor, place: object, value: object) -> torch.Tensor:
    """`tensor[place] = value`, as a function with a value."""
    tensor[place] = value
    return tensor


def _update(operation: str, value: object, other: object) -> object:
    """`value += other` and the like; what torch.fx makes of `operator.iadd` would change numbers too."""
    return getattr(operator, operation)(value, other)


class _InPlace:
    """What changes a tensor in place is a node of the graph, as any other operation is."""

    def __getattr__(self, name: str) -> fx.Proxy:
        return _Attribute(self, name)

    def __setitem__(self, place: object, value: object) -> None:
        self.tracer.create_proxy("call_function", _assign, (self, place, value), {}, "setitem")


for _operator in _OPERATORS:

    def _updated(self: fx.Proxy, other: object, name: str = _operator) -> fx.Proxy:
        return self.tracer.create_proxy("call_function", _update, (f"i{name}", self, other), {}, name)

    setattr(_InPlace, f"__i{_operator}__", _updated)


class _Proxy(_InPlace, fx.Proxy):
    pass


class _Attribute(_InPlace, fx.proxy.Attribute):
    pass
