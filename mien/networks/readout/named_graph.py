"""A network as a graph of named operations, to be read at any of them."""

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import torch
from torch import fx, nn

from mien.networks.readout import relus
from mien.networks.readout.traced import Traced, tensors


@dataclass
class NamedGraph(Traced):
    """A graph of torch.fx. A node's value is what it is when the node is computed.

    Nodes that change a tensor in place say so (`meta["in_place"]`), and what uses that tensor later uses them.
    """

    root: nn.Module  #: has what the graph calls and gets
    graph: fx.Graph
    nodes: dict[str, fx.Node]  #: by `names`

    def reading(self, read: Sequence[str]) -> Callable[[torch.Tensor, Callable[[int, object], None]], None]:
        """As `Traced.reading`; a value is forgotten when no operation needs it any more.

        Before the last of what is read nothing is computed but what is needed, and what works in place, in the
        network's own order.
        """
        nodes = [self.nodes[name] for name in read]
        last = max(nodes, key=list(self.graph.nodes).index)
        before = list(itertools.takewhile(lambda original: original is not last, self.graph.nodes))
        needed, in_place = set(nodes), False
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
        module = fx.GraphModule(self.root, graph)
        places = {copies[node].name: [place for place, other in enumerate(nodes) if other is node] for node in nodes}

        def respond(batch: torch.Tensor, seen: Callable[[int, object], None]) -> None:
            def see(name: str, value: object) -> None:
                for place in places.get(name, ()):
                    seen(place, value)

            with torch.inference_mode():
                _Seeing(module, see).run(batch)

        return respond

    def values(self, batch: torch.Tensor, seen: Callable[[str, object], None]) -> list[torch.Tensor]:
        """As `Traced.values`."""
        names = {node.name: name for name, node in self.nodes.items()}  # which the module's copy of the graph keeps

        def see(node: str, value: object) -> None:
            if node in names:
                seen(names[node], value)

        with torch.inference_mode():
            return tensors(_Seeing(fx.GraphModule(self.root, self.graph), see).run(batch.clone()))

    def is_relu(self, name: str) -> bool:
        """As `Traced.is_relu`."""
        return relus.is_relu(self.root, self.nodes[name])

    def relu_of(self, name: str) -> str | None:
        """As `Traced.relu_of`."""
        relu = relus.relu_after(self.root, self.nodes[name])
        return next((name for name, node in self.nodes.items() if node is relu), None)

    def trunk(self, carrying: Collection[str]) -> set[str]:
        """As `Traced.trunk`."""
        names = {node: name for name, node in self.nodes.items()}

        def carries(node: fx.Node) -> bool:  # what has no name is within a module, or no operation
            if node in names:
                return names[node] in carrying
            return node.op in ("placeholder", "output") or holds_tensor(node.meta.get("val"))

        reached, reaching = set(), set()
        for node in self.graph.nodes:
            inputs = node.op == "placeholder" or reached.intersection(node.all_input_nodes)
            if inputs and carries(node):
                reached.add(node)
        for node in reversed(self.graph.nodes):
            if node in reached and (node.op == "output" or reaching.intersection(node.users)):
                reaching.add(node)
        place = {node: number for number, node in enumerate(node for node in self.graph.nodes if node in reaching)}
        farthest, found = 0, set()
        for node, number in place.items():
            if number >= farthest and node in names:  # no earlier node is used after this one
                found.add(names[node])
            farthest = max([farthest, *(place[user] for user in node.users if user in place)])
        return found


def holds_tensor(value: object) -> bool:
    """Whether a value is a tensor, or several things of which one is."""
    held = value if isinstance(value, tuple | list) else (value,)
    return any(isinstance(part, torch.Tensor) for part in held)


class _Seeing(fx.Interpreter):
    """Runs a graph and tells the name and the value of each node when it is computed."""

    def __init__(self, module: fx.GraphModule, see: Callable[[str, object], None]):
        super().__init__(module)
        self.see, self.extra_traceback = see, False  # errors stay as they are raised

    def run_node(self, node: fx.Node) -> object:
        value = super().run_node(node)
        self.see(node.name, value)
        return value
