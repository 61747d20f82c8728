"""From identities, actions and views to pictures: draw half a face, mirror it, light it, turn it, develop it."""

import numpy as np
from scipy.ndimage import uniform_filter

from mien.stimuli.actions import ACTION_UNITS
from mien.stimuli.faces import brows, eyes, head, mouth, nose, skin
from mien.stimuli.faces.canvas import MIDDLE, SIDE, Canvas, Surface, mirror, whole
from mien.stimuli.faces.identity import Identities
from mien.stimuli.shading import develop, shade
from mien.stimuli.views import Views, rotations

_PARTS = (head, skin, brows, nose, mouth, eyes)  # in this order: each draws on what lies there
_PIVOT = 3.0  # the head turns about a point this high above the face plane, so that a turned face stays in place
_TURNS = 6  # fixed-point steps; up to a yaw of 16 degrees each leaves less than half of the error
_SAMPLES_AT_ONCE = 1 << 17  # keeps a chunk's fields in the processor's cache, and memory small


def render(identities: Identities, actions: np.ndarray, views: Views, size: int, supersampling: int = 2) -> np.ndarray:
    """Grey pictures of faces, cut out on black.

    Args:
        identities: n of them.
        actions: (n, A), strengths of `ACTION_UNITS`.
        views: n views.
        size: side of the pictures, in pixels.
        supersampling: samples along each side of a pixel.

    Returns:
        (n, size, size), uint8. A picture's bytes depend on its own row alone.
    """
    pictures = np.empty((len(identities), size, size), np.uint8)
    chunk = max(1, _SAMPLES_AT_ONCE // (size * supersampling) ** 2)
    for start in range(0, len(identities), chunk):
        rows = slice(start, start + chunk)
        pictures[rows] = _render(identities[rows], actions[rows], views[rows], size, supersampling)
    return pictures


def _render(identities: Identities, actions: np.ndarray, views: Views, size: int, supersampling: int) -> np.ndarray:
    person = identities[:, None, None]
    samples = size * supersampling
    canvas = whole(samples + samples % 2)
    au = {unit: actions[:, k, None, None].astype(np.float32) for k, unit in enumerate(ACTION_UNITS)}
    surface = _blank(len(identities), canvas)
    for part in _PARTS:
        part.draw(surface, canvas, person, au)
    surface.occlusion *= _ambient_occlusion(surface.height, canvas)
    albedo = mirror(surface.albedo) * skin.tone(identities.tones, 2 * canvas.x.size)
    light = shade(_normals(surface.height, canvas), albedo, mirror(surface.occlusion), views, rotations(views))
    light += mirror(surface.glint)
    light *= mirror(surface.coverage)
    return develop(_turn(light, person, views, samples), 1, supersampling)


def _blank(n: int, canvas: Canvas) -> Surface:
    shape = (n, canvas.y.size, canvas.x.size)
    return Surface(
        height=np.zeros(shape, np.float32),
        albedo=np.zeros(shape, np.float32),
        occlusion=np.ones(shape, np.float32),
        glint=np.zeros(shape, np.float32),
        coverage=np.zeros(shape, np.float32),
    )


def _normals(height: np.ndarray, canvas: Canvas) -> np.ndarray:
    """Unit normals (n, h, w, 3) of both halves of a half height field, from differences over two samples."""
    padded = np.pad(height, ((0, 0), (1, 1), (1, 1)), "edge")  # beyond the midline lies the mirror image
    smooth_x = padded[:, :, :-2] + 2 * padded[:, :, 1:-1] + padded[:, :, 2:]
    smooth_y = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    slope_x = (smooth_y[:, :, 2:] - smooth_y[:, :, :-2]) / (8 * canvas.pixel)
    slope_y = (smooth_x[:, :-2] - smooth_x[:, 2:]) / (8 * canvas.pixel)
    up = 1 / np.sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    normals = np.stack([mirror(-slope_x * up, odd=True), mirror(-slope_y * up), mirror(up)])
    return np.moveaxis(normals, 0, -1)


def _ambient_occlusion(height: np.ndarray, canvas: Canvas) -> np.ndarray:
    """The share of light that reaches hollows: less, the further they lie below the mean height around them."""
    light = np.ones_like(height)
    for radius, strength in ((0.35, 0.35), (1.1, 0.22)):
        side = 2 * round(radius / canvas.pixel) + 1
        around = uniform_filter(height, (0, side, side), mode="reflect")
        light *= np.exp(-strength * np.clip(around - height, 0, 1.5))
    return light


def _turn(light: np.ndarray, person: Identities, views: Views, samples: int) -> np.ndarray:
    """Light as the camera sees it, (n, samples, samples): every sample looks up where on the face plane it falls.

    A point of the face at (x, y, z) is seen at the first two coordinates of `rotation @ (x, y, z - pivot)`. As z
    depends on x and y, that is solved for them by fixed-point steps.
    """
    across = ((np.arange(samples) + 0.5) / samples - 0.5).astype(np.float32)
    scale, right, up, rotation = (
        values.reshape(-1, 1, 1) if values.ndim == 1 else values
        for values in (views.scale, views.shift_x, views.shift_y, rotations(views))
    )
    u = (across[None, None, :] - right) * SIDE / scale
    v = (-across[None, :, None] - up) * SIDE / scale
    a, b, c, d = (rotation[:, i, j, None, None] for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)))
    lean_x, lean_y = rotation[:, 0, 2, None, None], rotation[:, 1, 2, None, None]
    z = np.float32(0)
    for _ in range(_TURNS):
        from_u, from_v = u - lean_x * z, v - lean_y * z
        x = (d * from_u - b * from_v) / (a * d - b * c)
        y = (a * from_v - c * from_u) / (a * d - b * c) + MIDDLE
        z = head.relief(x, y, person) - _PIVOT
    return _look_up(light, x, y)


def _look_up(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear interpolation of a field (n, s, s) of the face plane at x, y (n, h, w); 0 beyond its rim."""
    n, side = field.shape[:2]
    column = np.clip((x / SIDE + 0.5) * side - 0.5, 0, side - 1.001)
    row = np.clip((0.5 - (y - MIDDLE) / SIDE) * side - 0.5, 0, side - 1.001)
    left, top = column.astype(np.int32), row.astype(np.int32)
    part_x, part_y = column - left, row - top
    corner = (np.arange(n, dtype=np.int32)[:, None, None] * side + top) * side + left
    flat = field.ravel()
    upper = flat[corner] * (1 - part_x) + flat[corner + 1] * part_x
    lower = flat[corner + side] * (1 - part_x) + flat[corner + side + 1] * part_x
    return upper * (1 - part_y) + lower * part_y
