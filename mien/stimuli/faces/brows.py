"""The brows: the ridge, and the hair on it."""

import numpy as np

from mien.stimuli.faces.canvas import Canvas, Surface, bump, step, window
from mien.stimuli.faces.identity import Identities


def draw(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """Add the ridge of the brow to height and its hair to albedo. Brows follow action units 1, 2, 4 and 9."""
    at = window(canvas, 7.2, 2.2, 8.4)
    x, y = at.x, at.y
    along = np.clip((x + 0.28 * au[4] - person.brow_start) / person.brow_length, -0.4, 1.3)
    above = y - _line(along, person, au)
    ridge = bump(above, -0.35, 0.6) * step(1.25, 0.85, along) * step(-0.5, 0.1, along)
    surface.height[at.at] += (0.42 + 0.10 * au[4]) * ridge
    thickness = person.brow_thickness * (1.15 - 0.7 * step(0.35, 1.05, along)) * step(-0.15, 0.1, along)
    across = np.abs(above) / np.maximum(thickness, 0.02)
    hair = step(1.15, 0.4, across) * step(-0.10, 0.05, along) * step(1.05, 0.9, along)
    strokes = 0.96 + 0.04 * np.cos(15 * x - 9 * y)
    surface.albedo[at.at] *= 1 - person.brow_dark * strokes * hair


def _line(along: np.ndarray, person: Identities, au: dict) -> np.ndarray:
    """The height of the brow's middle, from its inner end (`along` 0) to its outer end (1)."""
    arch = person.brow_arch * np.sin(np.pi * np.clip(along * 0.85, 0, 1)) - 0.6 * step(0.55, 1.15, along)
    inner, outer = step(0.75, -0.05, along), step(0.2, 0.85, along)
    raised = 0.95 * au[1] * inner + 0.90 * au[2] * outer
    lowered = au[4] * (0.80 * inner + 0.22) + 0.45 * au[9] * inner
    return person.brow_y + arch + raised - lowered
