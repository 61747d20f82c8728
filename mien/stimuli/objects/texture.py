"""What objects are made of: greys and patterns, drawn from one distribution whatever the object is.

A pattern fills space and objects are carved from it, so that it needs no map of any surface. Lengths are in parts of
the picture's side, so that patterns are as fine on every object.
"""

from dataclasses import dataclass

import numpy as np

TONES = 3
_ALBEDO = (0.32, 0.72)
_RATIO = (0.5, 1.6)  # of another tone to the main one
_LIMITS = (0.12, 0.88)
_MOTTLE = 0.06  # standard deviation of the unevenness that every surface has, in parts of its albedo
_WAVES = 6


@dataclass(frozen=True)
class Material:
    """What one object is made of.

    `tones` (TONES,): albedo of each tone. `pattern`: one of `PATTERNS`. `contrast`: half the difference of its lightest
    and darkest part, in parts of the albedo. `axes` (3, 3): orthonormal rows, along which it runs. `frequency`: cycles
    over the picture. `edge`: sharpness. `phase` (3,): where along the axes it begins. `waves` (_WAVES, 4): angular
    frequencies and a phase of the smooth noise.
    """

    tones: np.ndarray
    pattern: str
    contrast: float
    axes: np.ndarray
    frequency: float
    edge: float
    phase: np.ndarray
    waves: np.ndarray


def _plain(material: Material, along: np.ndarray, noise: np.ndarray) -> np.ndarray:
    return np.zeros_like(noise)


def _stripes(material: Material, along: np.ndarray, noise: np.ndarray) -> np.ndarray:
    return np.tanh(material.edge * np.sin(along[0]))


def _checks(material: Material, along: np.ndarray, noise: np.ndarray) -> np.ndarray:
    return np.tanh(2 * material.edge * np.prod(np.sin(along / 2), axis=0))


def _grain(material: Material, along: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Rings of a tree whose trunk runs along the first axis, outside the object, and is not quite straight."""
    return np.sin(np.hypot(along[1] + 9, along[2]) + 0.05 * along[0] + 1.2 * noise)


def _clouds(material: Material, along: np.ndarray, noise: np.ndarray) -> np.ndarray:
    return np.tanh(1.5 * noise)


#: Patterns by name: functions of points in periods of the pattern (3, n) and of smooth noise (n,), to -1 to 1.
PATTERNS = {"plain": _plain, "stripes": _stripes, "checks": _checks, "grain": _grain, "clouds": _clouds}


def draw_material(draw: np.random.Generator) -> Material:
    """A material from the distribution that all objects share."""
    main = draw.uniform(*_ALBEDO)
    others = main * np.exp(draw.uniform(*np.log(_RATIO), TONES - 1))
    axes = np.linalg.qr(draw.standard_normal((3, 3)))[0]
    wavelengths = np.geomspace(0.5, 0.06, _WAVES)
    directions = draw.standard_normal((_WAVES, 3))
    directions *= (2 * np.pi / wavelengths / np.linalg.norm(directions, axis=1))[:, None]
    return Material(
        tones=np.clip([main, *others], *_LIMITS),
        pattern=str(draw.choice(list(PATTERNS))),
        contrast=draw.uniform(0.12, 0.4),
        axes=axes,
        frequency=draw.uniform(4, 10),
        edge=draw.uniform(1, 4),
        phase=draw.uniform(0, 2 * np.pi, 3),
        waves=np.concatenate([directions, draw.uniform(0, 2 * np.pi, (_WAVES, 1))], 1),
    )


def albedo(material: Material, points: np.ndarray, tone: np.ndarray) -> np.ndarray:
    """Albedo (n,) at points (3, n) of the object's own space, whose solids have `tone` (n,)."""
    noise = np.sin(material.waves[:, :3] @ points + material.waves[:, 3:]).sum(0) / np.sqrt(_WAVES / 2)
    along = 2 * np.pi * material.frequency * (material.axes @ points) + material.phase[:, None]
    pattern = 1 + material.contrast * PATTERNS[material.pattern](material, along, noise)
    return material.tones[tone] * pattern * (1 + _MOTTLE * noise)
