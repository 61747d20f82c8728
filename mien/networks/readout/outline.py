"""The few nodes of a network by which a reader knows it."""

import numpy as np
import pandas as pd

MOST = 20
#: Layers of its own that a trunk has, or there is none to speak of, as in a network of branches side by side.
_TRUNK = 3
_SHAPE = ["channels", "rows", "columns"]
#: The last part of the names of nodes that hand on what the node before them gave.
_PASSED_ON = r"(?:^|[._])(?:(?:max|avg)?pool|relu|bn|dropout)_?\d*(?:_\d+)?$"


def after_image(nodes: pd.DataFrame, size: int) -> pd.DataFrame:
    """The nodes of a network with, before them, the image of `size` x `size` pixels, unless it is one of them."""
    if (nodes["layer"] == "image").any():
        return nodes
    image = {"layer": "image", "channels": 3, "rows": size, "columns": size, "trunk": True}
    return pd.concat([pd.DataFrame([image | nodes.iloc[0][["traced_by"]].to_dict()]), nodes], ignore_index=True)


def outline(nodes: pd.DataFrame, layer: str) -> pd.DataFrame:
    """The nodes that a network can be drawn by: at most `MOST`, `layer` among them.

    All on the trunk, since branches are no chain, that have units of their own, neither pooled nor only rectified or
    normalised; of too many, the first of each shape; of still too many, evenly spaced ones. A `layer` that is not on
    the trunk is kept as a branch. Where there is no trunk to speak of, or it is not known, as of a network that was
    traced by hooks, all count, in the order in which they are computed.
    """
    module = [any(other.startswith(f"{name}.") for other in nodes["layer"]) for name in nodes["layer"]]
    own = ~nodes["layer"].str.contains(_PASSED_ON) & ~np.array(module)
    chain = own & nodes["trunk"] & (nodes["layer"] != "image")
    kept = nodes[(own & nodes["trunk"] if chain.sum() >= _TRUNK else own) | (nodes["layer"] == layer)]
    if len(kept) > MOST:
        kept = kept[~kept.duplicated(_SHAPE) | (kept["layer"] == layer)]
    if len(kept) > MOST:
        others = kept[kept["layer"] != layer]
        places = np.linspace(0, len(others) - 1, MOST - 1).round().astype(int)
        kept = kept[kept["layer"].isin([layer, *others["layer"].iloc[places]])]
    return kept[["layer", *_SHAPE, "trunk", "traced_by"]].reset_index(drop=True)
