"""Smooth curves through points, and distances to closed ones."""

import numpy as np


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
