"""A made-up face model of some 240 vertices with every part and every shape that the renderer needs."""

import numpy as np

from mien.stimuli.ict import shapes
from mien.stimuli.ict.model import REGIONS


def arrays():
    """The arrays of a compact file: a face with holes for the eyes, and what lies behind it."""
    x, y = np.meshgrid(np.linspace(-7.4, 7.4, 9), np.linspace(-8.8, 9.2, 11))
    points, triangles, region = [*np.stack([x, y, relief(x, y)], 2).reshape(-1, 3)], [], ["face"] * x.size
    for row in range(10):
        for column in range(8):
            a = 9 * row + column
            middle = x[row, column] + 0.925, y[row, column] + 0.9
            if min(np.hypot(middle[0] - at[0], (middle[1] - at[1]) / 0.8) for at in EYES) > 1.4:
                triangles += [(a, a + 1, a + 10), (a, a + 10, a + 9)]

    def add(name, corners):
        start = len(points)
        points.extend(corners)
        region.extend([name] * len(corners))
        triangles.extend((start, start + k, start + k + 1) for k in range(1, len(corners) - 1))

    def square(name, cx, cy, depth, half):
        add(name, [(cx + i * half, cy + j * half, depth) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))])

    for side, name in ((1, "eyeball_left"), (-1, "eyeball_right")):
        ring = np.linspace(0, 2 * np.pi, 7)
        add(name, [(3.1 * side, 3.5, 9.9)] + [(3.1 * side + np.cos(t), 3.5 + np.sin(t), 9.2) for t in ring])
        square("eye_socket", 3.1 * side, 3.5, 6.0, 3.1)
        square("eyelash", 3.1 * side, 4.3, 11.4, 0.6)
    square("mouth_socket", 0, -3.4, 7.0, 3.0)
    square("gums_tongue", 0, -4.2, 9.0, 1.0)
    square("teeth", 0, -2.9, 10.0, 1.0)
    marks = landmarks()
    first = len(points)
    points.extend(np.column_stack([marks, relief(*marks.T)]))
    region += ["face"] * 68
    neutral = np.array(points, np.float32)
    names = sorted({name for of in shapes.SHAPES.values() for name in of})
    names = [full for name in names for full in ((name,) if name == "jawOpen" else (f"{name}_L", f"{name}_R"))]
    waves = np.random.default_rng(1).normal(0, 0.25, (4, 3, 2))
    return {
        "neutral": neutral,
        "triangles": np.array(triangles, np.uint16),
        "region": np.array([REGIONS.index(name) for name in region], np.uint8),
        "region_names": np.array(REGIONS),
        "landmarks68": np.arange(first, first + 68, dtype=np.int32),
        "ao": np.ones(len(neutral), np.float16),
        "identity": np.stack([np.sin(neutral[:, :2] @ wave.T) * 0.3 for wave in waves]).astype(np.float16),
        "expression": np.stack([movement(name, neutral) for name in names]).astype(np.float16),
        "expression_names": np.array(names),
    }


EYES = ((-3.1, 3.5), (3.1, 3.5))


def relief(x, y):
    return 12 - 0.11 * x**2 - 0.02 * y**2


def landmarks():
    """68 places (x, y) in the order of Multi-PIE."""
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    eye = [np.pi, 2 * np.pi / 3, np.pi / 3, 0, -np.pi / 3, -2 * np.pi / 3]
    brow = np.stack([np.linspace(1.2, 5.8, 5), [5.9, 6.2, 6.3, 6.0, 5.2]], 1)
    return np.concatenate(
        [
            np.stack([-7.3 * np.cos(np.linspace(0, np.pi, 17)), 3.6 - 11 * np.sin(np.linspace(0, np.pi, 17))], 1),
            (brow * [-1, 1])[::-1],
            brow,
            np.stack([np.zeros(4), [3.7, 2.6, 1.6, 0.4]], 1),
            np.stack([np.linspace(-1.2, 1.2, 5), np.full(5, -1.1)], 1),
            *(np.stack([side * 3.1 + 1.3 * np.cos(eye), 3.5 + 0.5 * np.sin(eye)], 1) for side in (-1, 1)),
            np.stack([-2.5 * np.cos(turn), -3.4 + np.sin(turn)], 1),
            np.stack([-2.2 * np.cos(turn[::2]), -3.4 + 0.1 * np.sin(turn[::2])], 1),
            np.stack([np.linspace(-1, 1, 2), np.full(2, -3.4)], 1),
        ]
    )


def movement(name, neutral):
    """What a shape of this name moves: skin where the name says, on its side."""
    centre = {"brow": 6.0, "eyeW": 3.5, "eyeS": 3.5, "chee": 0.5, "nose": 0.5, "jawO": -7.0}.get(name[:4], -3.4)
    spread = np.exp(-0.5 * ((neutral[:, 1] - centre) / 1.2) ** 2)
    x = neutral[:, 0]
    spread *= {"_L": x > 0.01, "_R": x < -0.01}.get(name[-2:], True)
    stretch = sum(map(ord, name[:-2])) % 7 / 7  # shapes of one place differ
    return spread[:, None] * (np.stack([0.4 * stretch * np.sign(x), 0 * x + 0.9 - stretch, 0 * x], 1))
