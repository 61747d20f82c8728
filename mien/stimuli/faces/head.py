"""The head: outline, the large form of the face, cheeks and chin; and how the jaw moves."""

import numpy as np

from mien.stimuli.faces.canvas import Canvas, Surface, bump, step, window
from mien.stimuli.faces.identity import Identities

_TEMPLE_Y = 2.5  # the face is widest here
_TOP = 8.7  # the forehead is cut off here
_DEPTH = 7.5


def skin_y(y: np.ndarray, person: Identities, au: dict) -> np.ndarray:
    """The height at which skin now at `y` lies when the jaw is closed: a dropping jaw draws the lower face down."""
    drop = 1.45 * au[26] + 0.13 * au[25] + 0.09 * au[16]
    return y + drop * step(person.mouth_y + 2.0, person.mouth_y - 3.6, y)


def half_width(y: np.ndarray, person: Identities) -> np.ndarray:
    """Half the width of the face at height `y` (of a closed jaw); 0 above and below the face."""
    up = np.clip((y - _TEMPLE_Y) / (_TOP - _TEMPLE_Y), 0, 1)
    down = np.clip((_TEMPLE_Y - y) / (_TEMPLE_Y + person.chin), 0, 1)
    forehead = (1 - 0.10 * up**2) * np.sqrt(1 - up**6)
    jaw = (1 - 0.44 * person.jaw * down * np.sqrt(down)) * np.sqrt(1 - down**5)
    return person.width * np.where(y > _TEMPLE_Y, forehead, jaw)


def relief(x: np.ndarray, y: np.ndarray, person: Identities) -> np.ndarray:
    """A smooth height of the face, (n, h, w), gentle enough everywhere to be turned in depth by fixed-point steps."""
    across, along = np.minimum(np.square(x / person.width), 1.3), np.minimum(np.square(y - 1), 110)
    nose = step(4.5, person.nose_y + 0.8, y) * step(person.nose_y - 0.9, person.nose_y + 0.4, y)
    muzzle = np.clip(1 - ((y - person.mouth_y) / 4) ** 2, 0, 1)
    form = 4.2 - 4.0 * across - 0.03 * along
    return form + (1.7 * nose) / (1 + x * x) + 0.6 * muzzle / (1 + 0.2 * x * x)


def draw(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """Set height, albedo and coverage to the bare head."""
    x, y = canvas.x, skin_y(canvas.y, person, au)
    half = np.maximum(half_width(y, person), 1e-3)
    across = np.minimum(x / half, 1.04)
    # the form is a little wider than its cut-out, so that the rim does not turn wholly away from the light
    within = 1 - np.square(across * 0.955)
    surface.height[:] = _DEPTH * np.sqrt(within * np.sqrt(half / person.width)) - 0.012 * np.square(y - 1)
    lean = np.gradient(half, axis=1) / canvas.pixel
    to_rim = (half - x) / (canvas.pixel * np.sqrt(1 + lean * lean))  # in samples
    surface.coverage[:] = np.clip(to_rim, 0, 1)
    surface.albedo[:] = person.skin
    _cheeks(surface, canvas, person, au)
    _chin(surface, canvas, person, au)


def _cheeks(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    at = window(canvas, 9.5, -8.5, 8.5)
    x, y, height = at.x, at.y, surface.height[at.at]
    raised = 0.45 * au[6] + 0.30 * au[12]
    cheekbone = person.cheek + 0.7 * raised
    height += cheekbone * bump(x, 4.3 - 0.3 * raised, 1.6) * bump(y, 0.75 + 0.6 * raised, 1.25 - 0.15 * raised)
    height -= 0.45 * bump(x, 4.9, 1.3) * bump(y, -3.2, 1.5)  # hollow below the cheekbone
    height -= 0.30 * bump(x, 6.2, 0.9) * bump(y, 4.6, 1.3)  # temple


def _chin(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    at = window(canvas, 8.5, -11.1, 3.0)
    x, y, height = at.x, skin_y(at.y, person, au), surface.height[at.at]
    height += person.muzzle * bump(x, 0, 2.2) * bump(y, person.mouth_y, 1.8)
    tip = -person.chin + 1.6 + 0.25 * au[17]
    height += person.chin_depth * bump(x, 0, person.chin_width) * bump(y, tip, 0.95)
    fold = person.mouth_y - 1.65 + 0.2 * au[17]
    height -= (0.45 + 0.3 * au[17]) * bump(x, 0, 1.5) * bump(y, fold, 0.38)
