"""The categories: each a function that draws an exemplar's shape, and the view in which that kind of thing is seen.

To add one, write a function from a generator to solids in the module where it belongs, and give it a line here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mien.objects import furniture, outdoors, tools, vessels
from mien.objects.solids import Solids


class Category(NamedTuple):
    """A kind of thing.

    `shape`: draws the solids of one exemplar. `yaw`, `elevation` (of the viewer above it), `roll`: degrees, its usual
    view. `freedom`: half-ranges of the three, within which an exemplar's own view is drawn before `Views` turn it.
    """

    shape: Callable[[np.random.Generator], Solids]
    yaw: float
    elevation: float
    roll: float = 0.0
    freedom: tuple[float, float, float] = (40.0, 10.0, 5.0)


_FREE_ROLL = (25.0, 15.0, 25.0)  # for what lies about any way round

CATALOGUE: dict[str, Category] = {
    # vessels
    "mug": Category(vessels.mug, 0, 25),
    "bottle": Category(vessels.bottle, 0, 8, freedom=(180, 12, 20)),
    "wine_glass": Category(vessels.wine_glass, 0, 14, freedom=(180, 10, 10)),
    "bowl": Category(vessels.bowl, 0, 28, freedom=(180, 10, 8)),
    "vase": Category(vessels.vase, 0, 12, freedom=(180, 10, 6)),
    "teapot": Category(vessels.teapot, 0, 18),
    "saucepan": Category(vessels.saucepan, 0, 28, freedom=(45, 8, 5)),
    "bucket": Category(vessels.bucket, 20, 22, freedom=(30, 8, 5)),
    "barrel": Category(vessels.barrel, 0, 20, freedom=(180, 10, 8)),
    "watering_can": Category(vessels.watering_can, 0, 18),
    "basket": Category(vessels.basket, 20, 22, freedom=(30, 8, 4)),
    "candle": Category(vessels.candle, 0, 20),
    "trophy": Category(vessels.trophy, 0, 10, freedom=(30, 8, 5)),
    # furniture
    "chair": Category(furniture.chair, 35, 18, freedom=(25, 8, 4)),
    "stool": Category(furniture.stool, 0, 18, freedom=(180, 8, 4)),
    "table": Category(furniture.table, 30, 20, freedom=(22, 8, 4)),
    "lamp": Category(furniture.lamp, 0, 8, freedom=(180, 10, 5)),
    "bench": Category(furniture.bench, 30, 18, freedom=(22, 8, 4)),
    "bed": Category(furniture.bed, -40, 28, freedom=(20, 8, 4)),
    "ladder": Category(furniture.ladder, 25, 10, 15, freedom=(20, 10, 12)),
    "bookcase": Category(furniture.bookcase, 30, 12, freedom=(18, 8, 4)),
    "sofa": Category(furniture.sofa, 25, 20, freedom=(25, 8, 4)),
    # tools
    "hammer": Category(tools.hammer, 0, 0, -25, freedom=_FREE_ROLL),
    "key": Category(tools.key, 0, 0, -30, freedom=_FREE_ROLL),
    "screwdriver": Category(tools.screwdriver, 0, 0, -40, freedom=_FREE_ROLL),
    "scissors": Category(tools.scissors, 0, 0, 30, freedom=_FREE_ROLL),
    "spoon": Category(tools.spoon, 0, 0, -35, freedom=_FREE_ROLL),
    "fork": Category(tools.fork, 0, 0, -35, freedom=_FREE_ROLL),
    "pencil": Category(tools.pencil, 0, 0, 40, freedom=_FREE_ROLL),
    "dumbbell": Category(tools.dumbbell, 30, 15, 15, freedom=(20, 10, 20)),
    "gear": Category(tools.gear, 30, 15, freedom=(22, 12, 180)),
    "saw": Category(tools.saw, 0, 0, 20, freedom=_FREE_ROLL),
    "spanner": Category(tools.spanner, 0, 0, -40, freedom=_FREE_ROLL),
    "brush": Category(tools.brush, 0, 0, -30, freedom=_FREE_ROLL),
    "umbrella": Category(tools.umbrella, 0, 4, 12, freedom=(180, 12, 15)),
    "book": Category(tools.book, -35, 25, 5, freedom=(15, 8, 10)),
    "hat": Category(tools.hat, 0, 22, freedom=(180, 10, 12)),
    "pushpin": Category(tools.pushpin, 0, 12, -25, freedom=(180, 20, 20)),
    "arrow": Category(tools.arrow, 25, 15, -60, freedom=(20, 12, 40)),
    "bolt": Category(tools.bolt, 0, 20, -20, freedom=(180, 12, 20)),
    # outdoors
    "house": Category(outdoors.house, 35, 18, freedom=(22, 8, 4)),
    "conifer": Category(outdoors.conifer, 0, 8, freedom=(180, 10, 5)),
    "broadleaf": Category(outdoors.broadleaf, 0, 8, freedom=(180, 10, 5)),
    "mushroom": Category(outdoors.mushroom, 0, 8, freedom=(180, 15, 12)),
    "cactus": Category(outdoors.cactus, 0, 12, freedom=(40, 8, 4)),
    "bridge": Category(outdoors.bridge, 30, 15, freedom=(20, 8, 4)),
    "lighthouse": Category(outdoors.lighthouse, 0, 10, freedom=(180, 10, 4)),
    "windmill": Category(outdoors.windmill, 25, 10, freedom=(25, 8, 4)),
    "sailboat": Category(outdoors.sailboat, 15, 10, freedom=(35, 8, 8)),
    "aeroplane": Category(outdoors.aeroplane, 55, 28, freedom=(25, 12, 12)),
    "truck": Category(outdoors.truck, 25, 14, freedom=(20, 8, 4)),
    "rocket": Category(outdoors.rocket, 20, 8, -20, freedom=(180, 12, 20)),
    "wheelbarrow": Category(outdoors.wheelbarrow, 25, 22, freedom=(25, 8, 4)),
    "pyramid": Category(outdoors.pyramid, 40, 20, freedom=(25, 8, 4)),
}
