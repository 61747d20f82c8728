"""The outline at which a face is cut out, a smooth closed curve on the template."""

import numpy as np

from mien.stimuli.curves import polygon_distance, smooth_curve

#: Half of the outline, from the forehead's middle down to the chin, in the model's units; by eye.
_HALF = np.array(
    [(0, 8.1), (2.6, 8.05), (4.7, 7.6), (6.0, 6.7), (6.75, 5.0), (6.95, 3.0), (6.8, 1.0), (6.45, -1.0), (5.85, -3.0),
     (4.8, -5.0), (3.5, -6.45), (2.15, -7.45), (1.0, -7.92), (0, -8.02)]
)  # fmt: skip

#: The rectangle of `table`: left, right, bottom, top.
EXTENT = (-9.0, 9.0, -11.0, 11.0)
_STEP = 0.1


def distance(points: np.ndarray) -> np.ndarray:
    """Signed distance (n,) of points (n, 2) to the outline, positive inside."""
    return polygon_distance(points, smooth_curve(np.concatenate([_HALF, (_HALF[1:-1] * [-1, 1])[::-1]])))


def table() -> np.ndarray:
    """Signed distances on a grid over `EXTENT`, from its lower left corner to its upper right one, float32."""
    left, right, bottom, top = EXTENT
    x = np.linspace(left, right, round((right - left) / _STEP) + 1)
    y = np.linspace(bottom, top, round((top - bottom) / _STEP) + 1)
    grid = np.stack(np.meshgrid(x, y), 2)
    return distance(grid.reshape(-1, 2)).reshape(grid.shape[:2]).astype(np.float32)
