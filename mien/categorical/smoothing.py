"""Smoothing of what changes along a continuum, by a triangular kernel."""

import numpy as np

#: How far, in levels (0 to 1), the triangular kernel reaches to either side that smooths a curve before its maximum is
#: sought. It is for steps up to `WIDEST`, those of five levels from 0 to 1, as few as a sigmoid can be fitted to; in a
#: wider step it reaches further in proportion, so that there is always a step within reach.
KERNEL = 0.15
WIDEST = 0.25


def smoothed(curves: np.ndarray, levels: np.ndarray, steps: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Curves (curves, samples, levels) smoothed by the kernel at `at`: (curves, samples, points).

    Args:
        levels: the middles of the steps, (levels,).
        steps: the steps' widths, (curves, levels); null where a curve has no such step.
        at: (points,), or (curves, points) if every curve has its own.

    Levels without a value are left out. Null where no level is within reach.
    """
    near = near_of(levels, steps, at)
    known = ~np.isnan(curves)
    total = np.einsum("csl,cpl->csp", np.where(known, curves, 0), near)
    weight = np.einsum("csl,cpl->csp", known.astype(float), near)
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def near_of(levels: np.ndarray, steps: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What each step counts in a value smoothed at `at`, (curves, points, levels): the kernel times its width."""
    reach = KERNEL * np.maximum(1, step_at(levels, steps, at) / WIDEST)
    near = 1 - np.abs(at[..., None] - levels) / reach[..., None]
    return np.where(near > 1e-9, near * np.nan_to_num(steps)[:, None], 0)


def step_at(levels: np.ndarray, steps: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Width of the step in which each point lies, the wider of two between them, 0 beyond all: (curves, points)."""
    inside = np.abs(at[..., None] - levels) <= steps[:, None] / 2 + 1e-9
    return np.where(inside, steps[:, None], 0).max(axis=2, initial=0)
