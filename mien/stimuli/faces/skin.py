"""The skin: its uneven tone, and the folds and furrows that actions press into it."""

import numpy as np

from mien.stimuli.faces.canvas import Canvas, Surface, bump, step, window
from mien.stimuli.faces.identity import TONES, Identities


def draw(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """Press folds into height and occlusion: beside the mouth, between and above the brows, beside the eyes."""
    _beside_mouth(surface, canvas, person, au)
    _forehead(surface, canvas, person, au)
    _crows_feet(surface, canvas, person, au)


def tone(tones: np.ndarray, samples: int) -> np.ndarray:
    """The unevenness of both halves of the skin, (n, samples, samples), about 1: its patches, smoothly joined."""
    place = (np.arange(samples) + 0.5) * (TONES / samples) - 0.5
    weights = np.clip(1 - np.abs(place[:, None] - np.arange(TONES)) / 1.5, 0, 1) ** 2
    weights = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    # sums in a fixed order, not a matrix product, whose order depends on the number of threads
    rows = sum(weights[:, k, None] * tones[:, None, k, :] for k in range(TONES))
    return 1 + 0.11 * sum(rows[..., k, None] * weights[:, k] for k in range(TONES))


def _beside_mouth(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    """The nasolabial fold, from the wing of the nose to beside the corner of the mouth."""
    at = window(canvas, 7.5, -6.8, 2.5)
    below = person.nose_y + 0.7 - at.y
    below = 0.5 * (below + np.sqrt(below * below + 0.3))  # 0 above, without a kink
    wide = 0.85 + 0.35 * au[12] + 0.15 * au[20] + 0.15 * au[9]
    fold_x = person.nose_width + 0.05 + wide * np.sqrt(below)
    gate = step(person.nose_y + 1.9, person.nose_y - 0.4, at.y) * step(person.mouth_y - 2.0, person.mouth_y + 1.0, at.y)
    depth = 0.05 + 0.26 * au[12] + 0.20 * au[9] + 0.14 * au[10] + 0.10 * au[15] + 0.06 * au[20]
    away = at.x - fold_x
    bank = away / np.sqrt(0.2 + away * away)  # a step up to the cheek, which falls off again outwards
    surface.height[at.at] += depth * gate * bank * step(2.6, 0, np.abs(away))
    surface.occlusion[at.at] *= 1 - 0.7 * depth * gate * bump(away, 0, 0.20)


def _forehead(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    at = window(canvas, 5.5, 1.5, 8.5)
    x, y, height, occlusion = at.x, at.y, surface.height[at.at], surface.occlusion[at.at]
    across = 0.65 * au[2] * step(6, 3, x) + 0.55 * au[1] * step(4, 1.5, x)
    waves = sum(bump(y, person.brow_y + rise + 0.2 * au[1], 0.10) for rise in (1.5, 2.1, 2.7))
    lines = across * waves * step(0, 1, across * 4)
    height -= 0.07 * lines
    occlusion *= 1 - 0.22 * lines
    frown = (0.9 * au[4] + 0.2 * au[1]) * bump(x, 0.62, 0.13) * bump(y, person.brow_y - 0.1, 0.65)
    height -= 0.12 * frown
    occlusion *= 1 - 0.4 * frown
    wrinkle = au[9] * bump(x, 0, 0.75) * sum(bump(y, person.eye_y + lift, 0.10) for lift in (-0.7, -0.15, 0.4))
    height -= 0.12 * wrinkle
    occlusion *= 1 - 0.30 * wrinkle


def _crows_feet(surface: Surface, canvas: Canvas, person: Identities, au: dict) -> None:
    at = window(canvas, 6.8, 1.0, 5.5, left=3.5)
    out = at.x - person.eye_x - person.eye_width
    rays = sum(bump(at.y - person.eye_y - 0.1 - slope * out, 0, 0.11) for slope in (-0.6, -0.1, 0.4))
    lines = au[6] * rays * step(0.15, 0.4, out) * step(1.5, 0.6, out)
    surface.height[at.at] -= 0.04 * lines
    surface.occlusion[at.at] *= 1 - 0.10 * lines
