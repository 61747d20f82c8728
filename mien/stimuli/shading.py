"""Light on a matt surface, and how it becomes a picture: one treatment, so that light tells no faces from objects."""

import numpy as np

from mien.stimuli.views import Views

_WRAP = 0.25  # how far soft light reaches beyond the terminator, as a cosine
_GAMMA = 1 / 2.2


def shade(
    normals: np.ndarray,
    albedo: np.ndarray,
    occlusion: np.ndarray | float,
    views: Views,
    frame: np.ndarray | None = None,
    gloss: float = 0.06,
) -> np.ndarray:
    """Linear light from a surface under the lights of `views`.

    Wrapped Lambert shading of two lights and an ambient one, with a faint broad highlight of the key light
    (Blinn, 1977, exponent 16).

    Args:
        normals: (n, h, w, 3) unit normals. Fastest when each component is contiguous, as in `np.moveaxis` of a
            (3, n, h, w) array.
        albedo: (n, h, w), the share of light that is reflected, 0 to 1.
        occlusion: (n, h, w) or 1, the share of light that reaches the surface.
        views: n views.
        frame: (n, 3, 3) rotations from the normals' coordinates to the camera's (`views.rotations`); None: the
            normals are in camera coordinates.
        gloss: strength of the highlight.

    Returns:
        (n, h, w), float32, not limited to 1.
    """
    viewer = np.zeros_like(views.key_light)
    viewer[:, 2] = 1
    halfway = views.key_light + viewer
    halfway /= np.linalg.norm(halfway, axis=1, keepdims=True)
    lights = np.stack([views.key_light, views.fill_light, halfway], 1)
    if frame is not None:
        lights = lights @ frame  # row vectors: each is turned by the inverse of its rotation
    lights = lights.astype(np.float32)
    light = _soft(_cosine(normals, lights[:, 0])) * _over_pixels(views.key)
    light += _soft(_cosine(normals, lights[:, 1])) * _over_pixels(views.fill)
    light += _over_pixels(views.ambient)
    light *= albedo
    light *= occlusion
    highlight = np.clip(_cosine(normals, lights[:, 2]), 0, 1)
    for _ in range(4):
        highlight *= highlight
    highlight *= gloss * _over_pixels(views.key)
    light += highlight
    return light


def develop(linear: np.ndarray, coverage: np.ndarray | float, supersampling: int) -> np.ndarray:
    """A picture from linear light: box average over each pixel's samples, black background, gamma 1/2.2.

    Args:
        linear: (n, h, w), linear light; 1 is white.
        coverage: (n, h, w) or 1, the share of each sample that the thing covers; the rest is black.
        supersampling: samples along each side of a pixel.

    Returns:
        (n, h / supersampling, w / supersampling), uint8.
    """
    n, height, width = linear.shape
    shape = (n, height // supersampling, supersampling, width // supersampling, supersampling)
    picture = (linear * coverage).reshape(shape).mean((2, 4))
    return (np.clip(picture, 0, 1) ** _GAMMA * 255 + 0.5).astype(np.uint8)


def _cosine(normals: np.ndarray, directions: np.ndarray) -> np.ndarray:
    x, y, z = (_over_pixels(component) for component in directions.T)
    return normals[..., 0] * x + normals[..., 1] * y + normals[..., 2] * z


def _soft(cosine: np.ndarray) -> np.ndarray:
    return np.maximum((cosine + _WRAP) / (1 + _WRAP), 0)


def _over_pixels(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)[:, None, None]
