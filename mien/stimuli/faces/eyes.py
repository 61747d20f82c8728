"""The eyes: sockets, lids and what shows between them."""

import numpy as np

from mien.stimuli.faces.canvas import Canvas, Surface, bump, step, window
from mien.stimuli.faces.identity import Identities

_IRIS, _PUPIL = 0.60, 0.25  # radii; a human iris has 5.9 mm
_SCLERA = 0.80  # albedo


def draw(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """Shape sockets and lids, and paint the eye between them. Lids follow action units 4, 5, 6, 7 and 9."""
    _socket(surface, window(canvas, 7.5, -0.8, 7.0), person)
    at = window(canvas, 5.6, 1.4, 5.4, left=1.0)
    along = (at.x - person.eye_x) / person.eye_width
    y = at.y - person.eye_y - person.eye_slant * along
    between = np.clip(1 - np.abs(along + 0.10) ** 2.2, 0, 1)  # 1 in the middle, 0 in the corners
    open_, close = 0.75 * au[5], 0.30 * au[7] + 0.28 * au[6] + 0.14 * au[9] + 0.10 * au[4]
    upper = person.eye_height * np.maximum(1 + open_ - close, 0.25) * between**0.7
    lower = -person.eye_height * 0.72 * (1 + 0.2 * au[5] - 0.42 * au[7] - 0.5 * au[6] - 0.3 * au[9]) * between**0.8
    _lids(surface, at, (along, y, between, upper, lower), person, au)
    _eyeball(surface, at, (along, y, between, upper, lower), person)


def _socket(surface: Surface, at: Canvas, person: Identities) -> None:
    x, y, height = at.x, at.y, surface.height[at.at]
    height -= person.eye_depth * bump(x, person.eye_x - 0.35, 1.55) * bump(y, person.eye_y + 0.15, 0.95)
    height -= 0.40 * bump(x, 1.5, 0.45) * bump(y, person.eye_y + 0.2, 0.65)
    out = np.square((x - person.eye_x) / 2.2) + np.square((y - person.eye_y) / 1.9)
    height += 0.85 * np.square(np.maximum(1 - out, 0))


def _lids(surface: Surface, at: Canvas, opening: tuple, person: Identities, au: dict) -> None:
    along, y, between, upper, lower = opening
    ends = step(0, 0.4, between)
    crease = bump(y, upper + person.lid * (1 - 0.30 * au[5]), 0.09) * ends
    pouch = bump(y, lower - 0.5 + 0.1 * au[6], 0.17) * ends * (0.5 + 0.9 * au[6] + 0.6 * au[7])
    surface.height[at.at] -= 0.10 * crease + 0.07 * pouch
    surface.occlusion[at.at] *= (1 - 0.38 * crease) * (1 - 0.16 * pouch)


def _eyeball(surface: Surface, at: Canvas, opening: tuple, person: Identities) -> None:
    along, y, between, upper, lower = opening
    soft = 0.5 * at.pixel + 0.03
    shows = step(-soft, soft, np.minimum(upper - y, y - lower)) * (between > 0)
    dx, dy = at.x - person.eye_x + 0.05, at.y - person.eye_y - 0.06
    from_centre = np.sqrt(dx * dx + dy * dy)
    iris = step(_IRIS + 0.05, _IRIS - 0.05, from_centre)
    limbus = step(_IRIS + 0.02, _IRIS - 0.2, from_centre)
    colour = person.iris * (0.45 + 0.55 * limbus) * step(_PUPIL - 0.05, _PUPIL + 0.05, from_centre) + 0.006
    sclera = _SCLERA * (1 - 0.22 * along * along)
    eye = sclera + (colour - sclera) * iris
    albedo, occlusion, height = surface.albedo[at.at], surface.occlusion[at.at], surface.height[at.at]
    albedo += shows * (eye - albedo)
    height -= 0.10 * shows
    occlusion *= 1 - 0.5 * shows * step(0.36, 0, upper - y)  # the upper lid's shadow
    lash = bump(y, upper, 0.075 + 0.2 * at.pixel) * step(0, 0.2, between)
    occlusion *= (1 - 0.78 * lash) * (1 - 0.25 * bump(y, lower, 0.06) * step(0, 0.2, between))
    surface.glint[at.at] += 0.55 * bump(dx, -0.20, 0.09) * bump(dy, 0.20, 0.09) * shows
