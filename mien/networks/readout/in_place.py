"""What changes a tensor in place, in a graph, whose edges do not tell."""

import inspect
import operator
from collections.abc import Collection

from torch import fx, nn

from mien.networks.readout.relus import is_aten
from mien.networks.readout.traced import Call


def follow_changes(
    root: nn.Module, graph: fx.Graph, given: dict[Call, tuple[fx.Node | None, fx.Node]], updating: Collection[object]
) -> None:
    """Mark the nodes that work in place, and have what is computed after them use them in place of what they changed.

    Such a node gives the very tensor that it changed. Where it changed a part, or a view, of another one, or is an
    operator, which leaves numbers as they are, only the order tells, which `NamedGraph.reading` keeps.

    Args:
        root: has the modules that the graph calls.
        given: of each call the node that it gave, and the last one computed by then; follows the changes too.
        updating: functions that work in place although neither their name nor an argument says so.
    """
    place = {node: number for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        node.meta["in_place"] = node.target in updating or _works_in_place(root, node)
        tensor = node.kwargs.get("out", node.args[0] if node.args else None)
        if node.meta["in_place"] and isinstance(tensor, fx.Node):
            for user in list(tensor.users):
                if place[user] > place[node]:
                    user.replace_input_with(tensor, node)
            for call, (value, last) in given.items():
                if value is tensor and place[node] <= place[last]:
                    given[call] = (node, last)


def _works_in_place(root: nn.Module, node: fx.Node) -> bool:
    """Whether an operation may change a tensor that it is given: by its name in torch, or because it is told so."""
    if node.op == "call_module":
        return bool(getattr(root.get_submodule(node.target), "inplace", False))
    if node.op not in ("call_function", "call_method"):
        return False
    if is_aten(node):
        return node.target._schema.is_mutable
    name = node.target if node.op == "call_method" else getattr(node.target, "__name__", "")
    named = name.endswith("_") and not name.endswith("__") and getattr(operator, name, None) is not node.target  # and_
    if named or node.kwargs.get("out") is not None:
        return True
    if node.op == "call_method":
        return False
    try:
        told = inspect.signature(node.target).bind(*node.args, **node.kwargs).arguments
    except (TypeError, ValueError):  # builtins have no signature, and none has such an argument
        return False
    return bool(told.get("inplace"))
