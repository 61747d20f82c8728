"""ReLUs in a network's graph: which nodes are one, and which one follows another node."""

import operator
from collections.abc import Collection

import torch
from torch import fx, nn

#: What counts, as modules, and as functions and methods: the plain ReLU and the one with a ceiling of 6.
MODULES = (nn.ReLU, nn.ReLU6)
_FUNCTIONS = {torch.relu, torch.relu_, nn.functional.relu, nn.functional.relu6, "relu", "relu_"}
_WEIGHTED, _BATCH_NORMS = (nn.Conv2d, nn.Linear), (nn.BatchNorm1d, nn.BatchNorm2d)
_WEIGHTED_FUNCTIONS = {nn.functional.conv2d, nn.functional.linear}
_BATCH_NORM_FUNCTIONS = {nn.functional.batch_norm}

#: The same by ATen's names, of which graphs of torch.export are made. Clamping is a ReLU at certain limits.
_ATEN_RELUS = {"relu", "relu_", "relu6", "relu6_"}
_ATEN_LIMITS = {
    **dict.fromkeys(("clamp", "clamp_", "hardtanh", "hardtanh_"), {(0, None), (0, 6)}),
    **dict.fromkeys(("clamp_min", "clamp_min_"), {(0, None)}),
}
_ATEN_WEIGHTED = {"conv2d", "convolution", "linear", "addmm"}
_ATEN_BATCH_NORMS = {"batch_norm", "_native_batch_norm_legit_no_training"}


def is_relu(root: nn.Module, node: fx.Node) -> bool:
    """Whether a node of a graph is a ReLU; `root` has the modules that the graph calls."""
    if not is_aten(node):
        return _is(root, node, MODULES, _FUNCTIONS, ())
    told = _arguments(node)
    limits = told.get("min", told.get("min_val")), told.get("max", told.get("max_val"))
    return aten_name(node) in _ATEN_RELUS or limits in _ATEN_LIMITS.get(aten_name(node), ())


def relu_after(root: nn.Module, node: fx.Node) -> fx.Node | None:
    """The ReLU that directly and alone follows a node, or None; a weighted layer's batch norm may stand between."""
    user = _only_user(root, node)
    weighted = _is(root, node, _WEIGHTED, _WEIGHTED_FUNCTIONS, _ATEN_WEIGHTED)
    if weighted and user is not None and _is(root, user, _BATCH_NORMS, _BATCH_NORM_FUNCTIONS, _ATEN_BATCH_NORMS):
        user = _only_user(root, user)
        if user is not None and user.target is operator.getitem:  # some of ATen's norms give their moments too
            user = _only_user(root, user)
    return user if user is not None and is_relu(root, user) else None


def is_aten(node: fx.Node) -> bool:
    """Whether a node is one of ATen's operations."""
    return isinstance(node.target, torch._ops.OpOverload)


def aten_name(node: fx.Node) -> str:
    """The name of one of ATen's operations: `add` of `aten.add.Tensor`."""
    return node.target.__name__.partition(".")[0]


def _arguments(node: fx.Node) -> dict[str, object]:
    """What one of ATen's operations is told, by its own names, with what it takes where it is told nothing."""
    schema = node.target._schema.arguments
    given = {each.name: value for each, value in zip(schema, node.args, strict=False)}
    return {each.name: each.default_value for each in schema} | given | node.kwargs


def _is(
    root: nn.Module, node: fx.Node, modules: tuple[type, ...], functions: Collection[object], aten: Collection[str]
) -> bool:
    if node.op == "call_module":
        return isinstance(root.get_submodule(node.target), modules)
    if is_aten(node):
        return aten_name(node) in aten
    return node.op in ("call_function", "call_method") and node.target in functions


def _only_user(root: nn.Module, node: fx.Node) -> fx.Node | None:
    """The one node that uses another's tensor, and not only its size; an identity uses it in another's place."""
    users = [user for user in node.users if not (is_aten(user) and aten_name(user).startswith("sym_"))]
    if len(users) != 1:
        return None
    return _only_user(root, users[0]) if _is(root, users[0], (nn.Identity,), (), ()) else users[0]
