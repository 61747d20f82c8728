"""The categories: each a function that draws an exemplar's shape, and the view in which that kind of thing is seen.

To add one, write a function from a generator to solids in the module where it belongs, and give it a line here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mien.stimuli.objects import furniture, outdoors, tools, vessels
from mien.stimuli.objects.solids import Solids


class Category(NamedTuple):
    """A kind of thing.

    `shape`: draws the solids of one exemplar. `yaw`, `elevation` (of the viewer above it): degrees, its usual view.
    `freedom`: half-ranges of yaw, elevation and roll, within which an exemplar's own view is drawn before `Views`
    turn it.
    """

    shape: Callable[[np.random.Generator], Solids]
    yaw: float = 0.0
    elevation: float = 0.0
    freedom: tuple[float, float, float] = (0.0, 0.0, 0.0)


_ANY_WAY = (30.0, 20.0, 90.0)  # of what lies about any way round
_UPRIGHT = (180.0, 15.0, 10.0)  # of what stands and looks the same from all sides
_FRONT = (40.0, 12.0, 8.0)  # of what stands and has a front

CATALOGUE: dict[str, Category] = {
    # vessels
    "mug": Category(vessels.mug, 0, 25, freedom=(65, 15, 10)),
    "bottle": Category(vessels.bottle, 0, 10, freedom=(180, 20, 60)),
    "wine_glass": Category(vessels.wine_glass, 0, 14, freedom=(180, 15, 20)),
    "bowl": Category(vessels.bowl, 0, 28, freedom=(180, 18, 20)),
    "vase": Category(vessels.vase, 0, 14, freedom=_UPRIGHT),
    "teapot": Category(vessels.teapot, 0, 20, freedom=(50, 15, 10)),
    "saucepan": Category(vessels.saucepan, 0, 30, freedom=(60, 15, 10)),
    "bucket": Category(vessels.bucket, 0, 24, freedom=(60, 14, 10)),
    "barrel": Category(vessels.barrel, 0, 20, freedom=(180, 15, 30)),
    "watering_can": Category(vessels.watering_can, 0, 20, freedom=(50, 14, 10)),
    "basket": Category(vessels.basket, 0, 24, freedom=(55, 14, 8)),
    "candle": Category(vessels.candle, 0, 22, freedom=(65, 14, 6)),
    "trophy": Category(vessels.trophy, 0, 12, freedom=(45, 14, 12)),
    # furniture
    "chair": Category(furniture.chair, 30, 18, freedom=_FRONT),
    "stool": Category(furniture.stool, 0, 20, freedom=_UPRIGHT),
    "table": Category(furniture.table, 30, 20, freedom=(30, 12, 6)),
    "lamp": Category(furniture.lamp, 0, 8, freedom=_UPRIGHT),
    "bench": Category(furniture.bench, 25, 18, freedom=(35, 12, 6)),
    "bed": Category(furniture.bed, 35, 28, freedom=(35, 12, 6)),
    "ladder": Category(furniture.ladder, 20, 5, freedom=(30, 15, 40)),
    "bookcase": Category(furniture.bookcase, 25, 10, freedom=(30, 12, 8)),
    "sofa": Category(furniture.sofa, 20, 20, freedom=_FRONT),
    # tools
    "hammer": Category(tools.hammer, freedom=_ANY_WAY),
    "key": Category(tools.key, freedom=_ANY_WAY),
    "screwdriver": Category(tools.screwdriver, freedom=_ANY_WAY),
    "scissors": Category(tools.scissors, freedom=_ANY_WAY),
    "spoon": Category(tools.spoon, freedom=_ANY_WAY),
    "fork": Category(tools.fork, freedom=_ANY_WAY),
    "pencil": Category(tools.pencil, freedom=_ANY_WAY),
    "dumbbell": Category(tools.dumbbell, 20, 15, freedom=(20, 15, 60)),
    "gear": Category(tools.gear, 25, 15, freedom=(30, 15, 90)),
    "saw": Category(tools.saw, freedom=_ANY_WAY),
    "spanner": Category(tools.spanner, freedom=_ANY_WAY),
    "brush": Category(tools.brush, freedom=_ANY_WAY),
    "umbrella": Category(tools.umbrella, 0, 4, freedom=(180, 15, 50)),
    "book": Category(tools.book, -35, 25, freedom=(25, 12, 30)),
    "hat": Category(tools.hat, 0, 22, freedom=(180, 15, 20)),
    "pushpin": Category(tools.pushpin, 0, 12, freedom=(180, 30, 70)),
    "arrow": Category(tools.arrow, 20, 15, freedom=(30, 15, 90)),
    "bolt": Category(tools.bolt, 0, 20, freedom=(180, 20, 70)),
    # outdoors
    "house": Category(outdoors.house, 35, 18, freedom=(35, 12, 5)),
    "conifer": Category(outdoors.conifer, 0, 8, freedom=_UPRIGHT),
    "broadleaf": Category(outdoors.broadleaf, 0, 8, freedom=_UPRIGHT),
    "mushroom": Category(outdoors.mushroom, 0, 8, freedom=(180, 22, 25)),
    "cactus": Category(outdoors.cactus, 0, 12, freedom=(55, 12, 6)),
    "bridge": Category(outdoors.bridge, 25, 15, freedom=(30, 12, 6)),
    "lighthouse": Category(outdoors.lighthouse, 0, 10, freedom=_UPRIGHT),
    "windmill": Category(outdoors.windmill, 20, 8, freedom=(35, 12, 6)),
    "sailboat": Category(outdoors.sailboat, 10, 10, freedom=(50, 12, 15)),
    "aeroplane": Category(outdoors.aeroplane, 65, 28, freedom=(35, 25, 30)),
    "truck": Category(outdoors.truck, 15, 14, freedom=(35, 12, 6)),
    "rocket": Category(outdoors.rocket, 20, 8, freedom=(180, 20, 70)),
    "wheelbarrow": Category(outdoors.wheelbarrow, 20, 22, freedom=(45, 12, 6)),
    "pyramid": Category(outdoors.pyramid, 35, 22, freedom=(45, 15, 8)),
}
