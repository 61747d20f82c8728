"""How a thing is seen: its pose, size and place in the picture, and the light on it. The same for faces and objects.

Coordinates are the camera's: x to the right, y up, z towards the viewer. Angles are radians.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mien.draws import generator

#: What a view may vary, each a half-range about the standard view: a draw is uniform within plus and minus it.
#: `yaw`, `pitch`, `roll`, `light`: degrees; `scale`, `shift`, `brightness`, `contrast`: fractions.
VARIATIONS = ("yaw", "pitch", "roll", "scale", "shift", "light", "brightness", "contrast")

#: The standard light: a soft key from the upper left, a weaker fill from the right, and some light from everywhere.
#: Azimuth and elevation in degrees, as seen from the thing that is lit.
_KEY_DIRECTION = (-33.0, 37.0)
_FILL_DIRECTION = (43.0, 15.0)
_KEY, _FILL, _AMBIENT = 0.80, 0.33, 0.16


@dataclass(frozen=True)
class Views:
    """Views of n things, one row an image; float32.

    `yaw`, `pitch`, `roll` (n,): radians; positive yaw turns to the right of the picture, positive pitch looks up,
    positive roll tilts anticlockwise. `scale` (n,): 1 is the standard size. `shift_x`, `shift_y` (n,): fractions of
    the image side, right and up. `key_light`, `fill_light` (n, 3): unit vectors from the thing to the light.
    `key`, `fill`, `ambient` (n,): strengths, in linear light.
    """

    yaw: np.ndarray
    pitch: np.ndarray
    roll: np.ndarray
    scale: np.ndarray
    shift_x: np.ndarray
    shift_y: np.ndarray
    key_light: np.ndarray
    fill_light: np.ndarray
    key: np.ndarray
    fill: np.ndarray
    ambient: np.ndarray

    def __len__(self) -> int:
        return len(self.yaw)

    def __getitem__(self, rows: slice) -> "Views":
        return Views(*(getattr(self, field)[rows] for field in self.__dataclass_fields__))


def draw_views(keys: Sequence[tuple], variation: Mapping[str, float]) -> Views:
    """One view for each key: the standard view and light, moved by a draw of the generator of `(*key, "view")`.

    Args:
        keys: n names of images; the same name gets the same view, whatever the others are.
        variation: half-ranges by name (`VARIATIONS`); a missing one is 0, and other names are not looked at.
            With none of them the view is frontal and the light standard.
    """
    half_range = np.array([variation.get(name, 0.0) for name in (*VARIATIONS, "shift", "light")])
    units = np.array([generator(*key, "view").uniform(-1, 1, len(half_range)) for key in keys])
    moved = units.reshape(len(keys), len(half_range)) * half_range
    yaw, pitch, roll, scale, right, azimuth, brightness, contrast, up, elevation = moved.T.astype(np.float32)
    exposure = 1 + brightness
    return Views(
        yaw=np.radians(yaw),
        pitch=np.radians(pitch),
        roll=np.radians(roll),
        scale=1 + scale,
        shift_x=right,
        shift_y=up,
        key_light=_directions(_KEY_DIRECTION[0] + azimuth, _KEY_DIRECTION[1] + elevation),
        fill_light=_directions(_FILL_DIRECTION[0] + 0 * azimuth, _FILL_DIRECTION[1] + 0 * elevation),
        key=exposure * _KEY * (1 + contrast),
        fill=exposure * _FILL * (1 - contrast),
        ambient=exposure * _AMBIENT * (1 - contrast),
    )


def rotations(views: Views) -> np.ndarray:
    """Rotation matrices (n, 3, 3), float32, that turn the thing's own coordinates into the camera's: `rotation @ own`.

    It turns by yaw first, then by pitch, then by roll.
    """
    zero, one = np.zeros_like(views.yaw), np.ones_like(views.yaw)
    c, s = np.cos(views.yaw), np.sin(views.yaw)
    yaw = np.stack([c, zero, s, zero, one, zero, -s, zero, c], 1).reshape(-1, 3, 3)
    c, s = np.cos(views.pitch), np.sin(views.pitch)
    pitch = np.stack([one, zero, zero, zero, c, s, zero, -s, c], 1).reshape(-1, 3, 3)
    c, s = np.cos(views.roll), np.sin(views.roll)
    roll = np.stack([c, -s, zero, s, c, zero, zero, zero, one], 1).reshape(-1, 3, 3)
    return roll @ pitch @ yaw


def _directions(azimuth: np.ndarray, elevation: np.ndarray) -> np.ndarray:
    """Unit vectors (n, 3) towards azimuth (right is positive) and elevation in degrees."""
    azimuth, elevation = np.radians(azimuth), np.radians(elevation)
    flat = np.cos(elevation)
    return np.stack([flat * np.sin(azimuth), np.sin(elevation), flat * np.cos(azimuth)], 1).astype(np.float32)
