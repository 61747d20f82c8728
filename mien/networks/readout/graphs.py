"""A network as a graph of named operations, to be read at any of them."""

import inspect
import itertools
import math
import operator
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

import torch
from torch import fx, nn

#: What counts as a ReLU: the plain one and the one with a ceiling of 6, as modules and as functions.
_RELU_MODULES = (nn.ReLU, nn.ReLU6)
_RELU_FUNCTIONS = {torch.relu, torch.relu_, nn.functional.relu, nn.functional.relu6, "relu", "relu_"}
_WEIGHTED, _BATCH_NORMS = (nn.Conv2d, nn.Linear), (nn.BatchNorm1d, nn.BatchNorm2d)

#: Python's operators that may work in place, as `x += y` does.
_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift")


def trace(network: nn.Module) -> dict[str, fx.Node]:
    """Every operation of a network by its name, in the order in which they are computed, as they are in evaluation.

    Names are those of `torchvision.models.feature_extraction`, except that a module called once always has its own
    (torchvision calls the second of `ln_1` and `ln_2` `ln_1`), and that containers of torchvision.ops are looked into,
    so that a ReLU in one is a node of its own. A node's value is what it is when the node is computed. Nodes that
    change a tensor in place say so (`meta["in_place"]`), and what uses that tensor later uses them. Nodes that give
    what a module gives say at which of its calls (`meta["given_by"]`: (module, call) pairs).
    """
    was_training = network.training
    tracer = _traced(network.eval())
    network.train(was_training)
    _follow_changes(network, tracer)
    names = {node: name for node, name in tracer.node_to_qualname.items() if node.op not in ("placeholder", "output")}
    modules = {node.target for node in names if node.op == "call_module"}
    nodes: dict[str, fx.Node] = {}
    for node, torchvision_name in names.items():
        first = name = node.target if node.op == "call_module" else torchvision_name
        for repeat in itertools.count(1):
            if name not in nodes and (name == first or name not in modules):
                break
            name = f"{first}_{repeat}"
        nodes[name] = node
    return nodes


def _traced(network: nn.Module) -> "_Tracer":
    """A tracer that has made a network's graph, with torchvision's name for each node, in `node_to_qualname`."""
    if type(network) is nn.Sequential:  # of ours: modules one after another
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


def _follow_changes(network: nn.Module, tracer: _Tracer) -> None:
    """Mark the nodes that work in place, and have what is computed after them use them in place of what they changed.

    Such a node gives the very tensor that it changed. Where it changed a part, or a view, of another one, or is an
    operator, which leaves numbers as they are, only the order tells, which `reading` keeps.
    """
    place = {node: number for number, node in enumerate(tracer.graph.nodes)}
    given = {(name, call): at for name, calls in tracer.given.items() for call, at in enumerate(calls)}
    for node in tracer.graph.nodes:
        node.meta["in_place"] = _works_in_place(network, node)
        tensor = node.kwargs.get("out", node.args[0] if node.args else None)
        if node.meta["in_place"] and isinstance(tensor, fx.Node):
            for user in list(tensor.users):
                if place[user] > place[node]:
                    user.replace_input_with(tensor, node)
            for call, (value, last) in given.items():
                if value is tensor and place[node] <= place[last]:
                    given[call] = (node, last)
    for call, (value, _) in given.items():
        if value is not None:
            value.meta.setdefault("given_by", []).append(call)


def _works_in_place(network: nn.Module, node: fx.Node) -> bool:
    """Whether an operation may change a tensor that it is given: by its name in torch, or because it is told so."""
    if node.op == "call_module":
        return bool(getattr(network.get_submodule(node.target), "inplace", False))
    if node.op not in ("call_function", "call_method"):
        return False
    name = node.target if node.op == "call_method" else getattr(node.target, "__name__", "")
    named = name.endswith("_") and not name.endswith("__") and getattr(operator, name, None) is not node.target  # and_
    if named or node.target in (_assign, _update) or node.kwargs.get("out") is not None:
        return True
    if node.op == "call_method":
        return False
    try:
        told = inspect.signature(node.target).bind(*node.args, **node.kwargs).arguments
    except (TypeError, ValueError):  # builtins have no signature, and none has such an argument
        return False
    return bool(told.get("inplace"))


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
    return names[user] if user is not None and is_relu(network, user) else None


def is_relu(network: nn.Module, node: fx.Node) -> bool:
    """Whether a node is a ReLU itself."""
    function = node.op in ("call_function", "call_method") and node.target in _RELU_FUNCTIONS
    return function or _module(network, node, _RELU_MODULES)


def reading(
    network: nn.Module, read: Sequence[fx.Node]
) -> Callable[[torch.Tensor, Callable[[int, object], None]], None]:
    """A function that computes part of a network, with its weights, and hands on the values of some nodes on the way.

    Each is handed on as soon as it is computed, with its place in `read`, so that what works in place later does not
    change what is seen; it is forgotten when no operation needs it any more. Nothing is computed after the last of
    these nodes. Before it nothing is computed but what they need, and what works in place, in the network's own order;
    which leaves the images that it is given as they are.
    """
    last = max(read, key=list(read[0].graph.nodes).index)
    before = list(itertools.takewhile(lambda original: original is not last, last.graph.nodes))
    needed, in_place = set(read), False
    for original in reversed([*before, last]):
        if original in needed or original.meta["in_place"]:
            needed.update((original, *original.all_input_nodes))
            in_place |= original.meta["in_place"]
    graph, copies = fx.Graph(), {}
    for original in [*before, last]:
        if original in needed or original.op == "placeholder":
            copies[original] = graph.node_copy(original, copies.__getitem__)
            if original.op == "placeholder" and in_place:
                copies[original] = graph.call_method("clone", (copies[original],))
    graph.output(None)
    module = fx.GraphModule(network, graph)
    places = {copies[node].name: [place for place, other in enumerate(read) if other is node] for node in read}

    def respond(batch: torch.Tensor, seen: Callable[[int, object], None]) -> None:
        def see(name: str, value: object) -> None:
            for place in places.get(name, ()):
                seen(place, value)

        with torch.inference_mode():
            _Seeing(module, see).run(batch)

    return respond


def values(network: nn.Module, nodes: Mapping[str, fx.Node], batch: torch.Tensor) -> tuple[dict[str, object], object]:
    """The value of each node, as it is when it is computed, and the output; on the meta device nothing is computed."""
    seen: dict[str, object] = {}  # by the nodes' names in the graph, which the module copied

    def see(name: str, value: object) -> None:
        seen[name] = value.clone() if isinstance(value, torch.Tensor) else value

    interpreter = _Seeing(fx.GraphModule(network, next(iter(nodes.values())).graph), see)
    with torch.inference_mode():
        output = interpreter.run(batch.clone())
    return {name: seen[node.name] for name, node in nodes.items()}, output


class _Seeing(fx.Interpreter):
    """Runs a graph and tells the name and the value of each node when it is computed."""

    def __init__(self, module: fx.GraphModule, see: Callable[[str, object], None]):
        super().__init__(module)
        self.see, self.extra_traceback = see, False  # errors stay as they are raised

    def run_node(self, node: fx.Node) -> object:
        value = super().run_node(node)
        self.see(node.name, value)
        return value


def trunk(nodes: Mapping[str, fx.Node], carrying: Collection[str]) -> set[str]:
    """The nodes that every way from the images to the output goes through; a branch or what is left out has others.

    Args:
        carrying: names of the nodes whose value holds a tensor; sizes, by way of which there is none, have numbers.
    """
    graph = next(iter(nodes.values())).graph
    names = {nodes[name]: name for name in carrying}
    reached, reaching = set(), set()
    for node in graph.nodes:
        inputs = node.op == "placeholder" or reached.intersection(node.all_input_nodes)
        if inputs and (node in names or node.op in ("placeholder", "output")):
            reached.add(node)
    for node in reversed(graph.nodes):
        if node in reached and (node.op == "output" or reaching.intersection(node.users)):
            reaching.add(node)
    place = {node: number for number, node in enumerate(node for node in graph.nodes if node in reaching)}
    farthest, found = 0, set()
    for node, number in place.items():
        if number >= farthest and node in names:  # no earlier node is used after this one
            found.add(names[node])
        farthest = max([farthest, *(place[user] for user in node.users if user in place)])
    return found


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def _module(network: nn.Module, node: fx.Node, kinds: type | tuple[type, ...]) -> bool:
    return node.op == "call_module" and isinstance(network.get_submodule(node.target), kinds)
