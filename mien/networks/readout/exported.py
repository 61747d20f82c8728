"""A network's graph by torch.export, which runs it with tensors that have shapes and no numbers.

It follows branches that depend on shapes, which torch.fx cannot, and not those that depend on numbers. Its graphs are
of ATen's operations, each with the modules within which it is computed. They are read as they are exported: without
decompositions, which turn `reshape` into views that only one memory layout has. What works in place is followed as in
any other graph; programs that a lab has exported, with or without decompositions, are read alike.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import fx, nn

from mien.errors import InputError
from mien.networks.readout.in_place import follow_changes
from mien.networks.readout.named_graph import NamedGraph, holds_tensor
from mien.networks.readout.relus import aten_name, is_aten
from mien.networks.readout.traced import Call, numbered

#: Pictures that a network is exported with; no other size in a network is likely to be the same.
_PICTURES = 11

#: What torch.export adds to a graph that is no part of the network: it would refuse single pictures.
_CHECKS = ("_guards_fn", "_assert", "sym_constrain")


@dataclass
class ExportedGraph(NamedGraph):
    """Its nodes are called after torch.nn's modules, each by the last operation in it, or `{module}.{operation}`.

    So are those of torch.fx. Operations within a module of torch.nn have no name, but for the last, which is taken to
    give what the module gives.
    """

    by = "export"
    seen_given = False

    def evaluate(self) -> None:
        """Leave a program in the mode that it was exported in, and put any other network in evaluation mode."""
        if not is_program(self.network):
            super().evaluate()


def trace(network: nn.Module, batch: torch.Tensor) -> ExportedGraph:
    """Every operation of a network in evaluation mode, for any number of pictures of the size of those in a batch.

    Raises whatever torch.export does where it cannot trace it.
    """
    with torch.inference_mode(False), torch.no_grad():
        pictures = torch.zeros(_PICTURES, *batch.shape[1:], device=batch.device)
        if batch.ndim == 4 and batch.is_contiguous(memory_format=torch.channels_last):
            pictures = pictures.contiguous(memory_format=torch.channels_last)
        dynamic = ({0: torch.export.Dim.AUTO},)
        program = torch.export.export(network, (pictures,), dynamic_shapes=dynamic, strict=False)
        return _named(network, program.module(check_guards=False))


def is_program(network: nn.Module) -> bool:
    """Whether a network is what torch.export makes of one, and what it loads from a file."""
    return isinstance(network, fx.GraphModule) and any(map(is_aten, network.graph.nodes))


def read(program: fx.GraphModule) -> ExportedGraph:
    """A program that has been exported, as it is. It calls no modules, so nothing is known to be given by one.

    Raises:
        InputError: it takes a fixed number of pictures.
    """
    images = next(node for node in program.graph.nodes if node.op == "placeholder")
    pictures = images.meta["val"].shape[0]
    if isinstance(pictures, int):
        raise InputError(
            f"the network was exported for {pictures} pictures at a time, and nothing else. Export it anew for any "
            f"number, with two or more pictures: torch.export.export(network.eval(), (pictures,), "
            f"dynamic_shapes={{'{images.name}': {{0: torch.export.Dim.AUTO}}}})"
        )
    traced = _named(program, program)
    return replace(traced, given_by={}, called=())


def _named(network: nn.Module, program: fx.GraphModule) -> ExportedGraph:
    graph = fx.Graph()
    graph.output(graph.graph_copy(program.graph, {}))
    for node in reversed(graph.nodes):
        if not node.users and str(node.target).removeprefix("aten.").startswith(_CHECKS):
            graph.erase_node(node)
        elif node.target is torch.ops.aten.squeeze.default:  # would take a single picture's row for one to leave out
            sizes = enumerate(node.args[0].meta["val"].shape)
            ones = [place for place, size in sizes if isinstance(size, int) and size == 1]
            node.target, node.args = torch.ops.aten.squeeze.dims, (node.args[0], ones)
    follow_changes(program, graph, {}, ())
    given, ends = _given(graph)
    firsts = {}
    for node in graph.nodes:
        if node in ends:
            firsts[node] = ends[node]
        elif node.op == "call_function" and holds_tensor(node.meta.get("val")) and not _leaf(node):
            firsts[node] = ".".join([*list(_stack(node).values())[-1:], _operation(node)])
    names = dict(zip(firsts, numbered(list(firsts.values()), set(ends.values())), strict=True))
    given_by = defaultdict(list)
    for call, node in given.items():
        given_by[names[node]].append(call)
    nodes = {name: node for node, name in names.items()}
    called = {call.module for call in given}
    return ExportedGraph(network, tuple(nodes), dict(given_by), called, program, graph, nodes)


def _given(graph: fx.Graph) -> tuple[dict[Call, fx.Node], dict[fx.Node, str]]:
    """The last operation with a tensor in each call of a module; and those of torch.nn's modules, with their paths."""
    last: dict[tuple[str, str], fx.Node] = {}
    leaves: set[tuple[str, str]] = set()
    for node in graph.nodes:
        if node.op != "call_function" or not isinstance(node.meta.get("val"), torch.Tensor):
            continue
        leaf = _leaf(node)
        for call in _stack(node).items():
            last[call] = node
            if call == leaf:
                leaves.add(leaf)
                break
    calls: defaultdict[str, list[fx.Node]] = defaultdict(list)
    for (_, path), node in last.items():
        calls[path].append(node)
    given = {Call(path, number): node for path, nodes in calls.items() for number, node in enumerate(nodes)}
    return given, {last[key, path]: path for key, path in leaves}


def _stack(node: fx.Node) -> Mapping[str, str]:
    """The calls of modules within which a node is computed, from the outer to the inner: path by key of the call."""
    return {key: path for key, (path, _) in node.meta.get("nn_module_stack", {}).items() if path and key != path}


def _leaf(node: fx.Node) -> tuple[str, str] | None:
    """Key and path of the outermost module of torch.nn's, but for containers, within which a node is computed."""
    for key, (path, kind) in node.meta.get("nn_module_stack", {}).items():
        name = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
        if path and name.startswith("torch.nn.") and not name.startswith("torch.nn.modules.container."):
            return key, path
    return None


def _operation(node: fx.Node) -> str:
    """What a node computes, in a word."""
    name = aten_name(node) if is_aten(node) else getattr(node.target, "__name__", str(node.target))
    return name.strip("_") or name
