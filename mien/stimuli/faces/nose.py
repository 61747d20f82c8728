"""The nose: ridge, tip, wings and nostrils."""

import numpy as np

from mien.stimuli.faces.canvas import Canvas, Surface, bump, step, window
from mien.stimuli.faces.identity import Identities


def draw(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """Add the nose to height, darken nostrils and the lip below. Action unit 9 draws the wings up and out."""
    at = window(canvas, 4.2, -3.6, 5.8)
    x, y, height, occlusion = at.x, at.y, surface.height[at.at], surface.occlusion[at.at]
    base = person.nose_y + 0.22 * au[9]
    tip = base + 0.75
    down = np.clip((person.eye_y + 0.9 - y) / (person.eye_y + 0.9 - tip), 0, 1.1)
    under = step(base - 0.75, tip + 0.75, y)
    ridge = person.nose_height * (0.14 + 0.86 * down * np.sqrt(down)) * step(5.2, 3.4, y) * under
    height += 0.62 * ridge * bump(x, 0, person.bridge + (0.74 - person.bridge) * down * down)
    height += 0.38 * ridge * bump(x, 0, 1.0 + 0.10 * down)  # the side walls
    height += 0.40 * bump(x, 0, 0.65) * bump(y, tip - 0.05, 0.55)
    wing = person.nose_width - 0.42 + 0.10 * au[9]
    height += 0.75 * bump(x, wing, 0.42) * bump(y, base + 0.40 + 0.12 * au[9], 0.48)
    groove = bump(x, wing + 0.52, 0.15) * bump(y, base + 0.55, 0.45)
    occlusion *= 1 - (0.16 + 0.2 * au[9]) * groove
    nostril = bump(x, 0.48 * wing + 0.06, 0.27) * bump(y + 0.12 * x, base + 0.10, 0.14)
    occlusion *= 1 - np.minimum(0.95 * nostril, 0.88)
    occlusion *= 1 - 0.16 * bump(x, 0, 1.0) * bump(y, base - 0.45, 0.4)  # the nose's shadow
