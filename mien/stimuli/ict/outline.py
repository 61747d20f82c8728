"""The outline at which a face is cut out, a smooth closed curve on the template, and distances to such curves."""

import numpy as np

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


def smooth_curve(points: np.ndarray, steps: int = 8, closed: bool = True) -> np.ndarray:
    """Points on the Catmull-Rom spline through (m, 2) points, `steps` to each of its pieces."""
    points = np.asarray(points, float)
    ends = (points[-1:], points[:2]) if closed else (points[:1], points[-1:])
    p = np.concatenate([ends[0], points, ends[1]])
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (p[k : len(p) - 3 + k, None] for k in range(4))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([curve.reshape(-1, 2)] + ([] if closed else [points[-1:]]))


def polygon_distance(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Signed distance (n,) of points (n, 2) to a closed polygon (m, 2), positive inside."""
    points = np.asarray(points, float)
    squared, inside = np.full(len(points), np.inf), np.zeros(len(points), bool)
    for start, end in zip(polygon, np.roll(polygon, -1, 0), strict=True):
        edge, from_start = end - start, points - start
        along = np.clip(from_start @ edge / (edge @ edge), 0, 1)
        squared = np.minimum(squared, ((from_start - along[:, None] * edge) ** 2).sum(1))
        crosses = (start[1] <= points[:, 1]) != (end[1] <= points[:, 1])  # a ray to the right, even-odd rule
        left_of = (edge[0] * from_start[:, 1] > edge[1] * from_start[:, 0]) == (edge[1] > 0)
        inside ^= crosses & left_of
    return np.where(inside, 1, -1) * np.sqrt(squared)
