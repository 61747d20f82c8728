"""The mouth: lips, teeth, the dark between them, and the corners."""

import numpy as np

from mien.stimuli.faces.canvas import Canvas, Surface, bump, step, window
from mien.stimuli.faces.identity import Identities


def draw(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """Shape and paint the mouth. It follows action units 9, 10, 12, 14, 15, 16, 17, 20, 23, 25 and 26."""
    at = window(canvas, 4.8, -8.2, -0.8)
    half = person.mouth_width * (
        1 + 0.22 * au[12] + 0.18 * au[20] - 0.10 * au[23] + 0.08 * au[14] - 0.10 * au[26] * (1 - 0.8 * au[20])
    )
    along = at.x / half
    line, gap_up, gap_down = _opening(along, person, au)
    _philtrum(surface, at, person)
    _lips(surface, at, along, (line, line + gap_up, line - gap_down), person, au)
    _inside(surface, at, along, (line + gap_up, line - gap_down), au)
    _corners(surface, at, half, line, person, au)


def _opening(along: np.ndarray, person: Identities, au: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The line where the lips meet, and how far the upper and the lower lip part from it; (n, 1, w)."""
    within = np.minimum(along, 1.1)
    curl = -0.12 + 0.80 * au[12] + 0.20 * au[14] - 0.70 * au[15] - 0.30 * au[20]
    pushed = 0.35 * au[17] * (1 - 0.6 * within * within)
    bow = 0.06 * np.cos(np.pi * within)
    line = person.mouth_y + curl * within * within - 0.20 * au[12] + 0.18 * au[15] + pushed + bow
    middle = np.clip(1 - along * along, 0, 1)
    gap_up = (0.30 * au[25] + 0.30 * au[10] + 0.15 * au[9] * au[10] + 0.12 * au[26] + 0.08 * au[20]) * middle**0.7
    gap_down = (0.40 * au[25] + 0.55 * au[16] + 1.60 * au[26] + 0.10 * au[20]) * middle**0.6
    return line, gap_up, gap_down


def _philtrum(surface: Surface, at: Canvas, person: Identities) -> None:
    middle = (person.nose_y + person.mouth_y + person.upper_lip) / 2
    surface.height[at.at] += 0.10 * (bump(at.x, 0.42, 0.18) - bump(at.x, 0, 0.24)) * bump(at.y, middle, 0.6)


def _lips(surface: Surface, at: Canvas, along: np.ndarray, edges: tuple, person: Identities, au: dict) -> None:
    line, upper, lower = edges
    thin = 1 - 0.50 * au[23] - 0.15 * au[12] - 0.2 * au[20] - 0.45 * au[14]
    cupid = 1 - 0.20 * bump(at.x, 0, 0.22) + 0.10 * bump(at.x, 0.58, 0.3)
    top = person.upper_lip * np.maximum(thin, 0.3) * cupid * np.clip(1 - along**1.7, 0, 1)
    bottom = person.lower_lip * (1 - 0.45 * au[23] - 0.1 * au[20]) * np.clip(1 - along**2.2, 0, 1) ** 0.8
    above, below = at.y - upper, lower - at.y
    on_upper = np.clip(above / np.maximum(top, 0.03), 0, 1)
    on_lower = np.clip(below / np.maximum(bottom, 0.03), 0, 1)
    soft = 0.10 + 0.3 * at.pixel
    inside = step(-soft, soft, np.minimum(top - above, bottom - below)) * step(1.02, 0.96, along)
    swell = np.where(at.y > line, 0.26 * on_upper * (1 - on_upper), 0.52 * on_lower * (1 - on_lower))
    full = np.minimum(top + bottom, 1.4) / 1.4
    surface.height[at.at] += inside * (3.2 * swell * full + 0.10)
    surface.albedo[at.at] *= 1 - person.lip_dark * inside * np.where(at.y > line, 1.0, 0.75)
    # the dark line where closed lips meet, and the shade below the lower lip
    closed = step(0.25, 0.05, upper - lower)
    meet = bump(at.y, line, 0.075 + 0.2 * at.pixel) * step(1.06, 0.97, along)
    surface.occlusion[at.at] *= 1 - (0.45 + 0.25 * closed) * meet * closed
    surface.occlusion[at.at] *= 1 - 0.14 * bump(at.x, 0, 1.3) * bump(at.y, lower - bottom - 0.22, 0.2)


def _inside(surface: Surface, at: Canvas, along: np.ndarray, edges: tuple, au: dict) -> None:
    upper, lower = edges
    soft = 0.04 + 0.3 * at.pixel
    parted = step(0.02, 0.14, upper - lower)
    shows = step(-soft, soft, np.minimum(upper - at.y, at.y - lower)) * parted * step(1.0, 0.95, along)
    under = upper - at.y
    teeth = step(0.62, 0.50, under) * step(0.95, 0.75, along)
    show_low = step(0.1, 0.5, au[16] + 0.7 * au[20])
    low_teeth = show_low * step(0.30, 0.18, at.y - lower) * step(0.8, 0.6, along)
    tongue = bump(at.x, 0, 1.1) * step(0.9, 0.1, at.y - lower) * step(0.5, 1.2, upper - lower)
    parts = 0.88 + 0.12 * np.abs(np.sin(at.x * (np.pi / 0.66)))
    dark = 0.02 + 0.10 * tongue
    inside = dark + (0.75 * parts - dark) * np.maximum(teeth, low_teeth)
    albedo, occlusion, height = surface.albedo[at.at], surface.occlusion[at.at], surface.height[at.at]
    albedo += shows * (inside - albedo)
    occlusion *= 1 - shows * (0.10 + 0.45 * step(0.22, 0.0, under))
    height -= 0.25 * shows


def _corners(surface: Surface, at: Canvas, half: np.ndarray, line: np.ndarray, person: Identities, au: dict) -> None:
    corner = person.mouth_y + 0.62 * au[12] - 0.52 * au[15] - 0.15 * au[20] + 0.12 * au[14]
    surface.height[at.at] -= (0.24 + 0.8 * au[14]) * bump(at.x, half + 0.08, 0.28) * bump(at.y, corner, 0.32)
    surface.height[at.at] += 0.6 * au[14] * bump(at.x, half + 0.8, 0.4) * bump(at.y, corner + 0.1, 0.7)
    pull = 0.12 + 0.16 * au[12] + 0.16 * au[15] + 0.1 * au[20] + 0.6 * au[14]
    surface.occlusion[at.at] *= 1 - pull * bump(at.x, half + 0.05, 0.14) * bump(at.y, corner, 0.22)
