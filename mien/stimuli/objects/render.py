"""Pictures of everyday objects, for a network that is trained on objects instead of faces.

Categories differ in shape alone: light, size, background, greys and textures come from the same distributions for all,
and light and size from those of the faces (`mien.stimuli.views`, `mien.stimuli.shading`). No category resembles a face.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mien.draws import generator
from mien.errors import InputError
from mien.stimuli.objects.catalogue import CATALOGUE
from mien.stimuli.objects.rays import Surfaces, cast
from mien.stimuli.objects.solids import extent, moved, stretched, transformed
from mien.stimuli.objects.texture import albedo, draw_material
from mien.stimuli.shading import develop, shade
from mien.stimuli.views import Views, rotations

#: The categories, by name.
CATEGORIES: tuple[str, ...] = tuple(CATALOGUE)

_HEIGHT, _WIDTH = 0.85, 0.65  # of a face at scale 1, in parts of the picture's side
_CHUNK = 2**18  # samples that are worked on at once
_CREASES = ((0.012, 0.45), (0.035, 0.55))  # how far off a crease darkens, in parts of the picture's side, and how much


def render(
    categories: Sequence[str], keys: Sequence[tuple], views: Views, size: int, supersampling: int = 2
) -> np.ndarray:
    """Pictures of objects, grey on black.

    An object's shape, texture and turn within its category's range are those of its category and key; `views` turn it
    further, size and place it, and light it. The same key, category and view give the same picture in any batch.

    Args:
        categories: n names, of `CATEGORIES`.
        keys: n names of the images (`mien.draws.generator`).
        views: n views.
        size: side of the pictures in pixels.
        supersampling: rays along each side of a pixel.

    Returns:
        (n, size, size), uint8.

    Raises:
        InputError: an unknown category.
    """
    for category in categories:
        if category not in CATALOGUE:
            raise InputError(f"object category '{category}': expected one of {', '.join(CATEGORIES)}")
    samples = size * supersampling
    step = max(1, _CHUNK // samples**2)
    pictures = np.empty((len(keys), size, size), np.uint8)
    for start in range(0, len(keys), step):
        rows = slice(start, start + step)
        pictures[rows] = _render_chunk(categories[rows], keys[rows], views[rows], samples, supersampling)
    return pictures


def _render_chunk(
    categories: Sequence[str], keys: Sequence[tuple], views: Views, samples: int, supersampling: int
) -> np.ndarray:
    shape = (len(keys), samples, samples)
    normals = np.empty((3, *shape), np.float32)
    greys = np.zeros(shape, np.float32)
    reached = np.empty(shape, np.float32)
    for i, (category, key) in enumerate(zip(categories, keys, strict=True)):
        draw = generator(*key, "object", category)
        seen, rotation = _see(category, draw, views[i : i + 1], samples)
        normals[:, i] = seen.normals
        greys[i] = _greys(seen, rotation, draw)
        reached[i] = _open_to_light(seen.depth)
    linear = shade(np.moveaxis(normals, 0, -1), greys, reached, views)
    return develop(linear, greys > 0, supersampling)


def _see(category: str, draw: np.random.Generator, view: Views, samples: int) -> tuple[Surfaces, np.ndarray]:
    """The surfaces of one object in its place in the picture, and its rotation (3, 3).

    It is as long as a face is high, unless it would then fill a larger rectangle than a face.
    """
    kind = CATALOGUE[category]
    turn, tip, tilt = np.radians(draw.uniform(-1, 1, 3) * kind.freedom + (kind.yaw, -kind.elevation, 0))
    hand = draw.choice([-1.0, 1.0])  # every other exemplar is the mirror image, seen from the other side
    posed = replace(view, yaw=view.yaw + hand * turn, pitch=view.pitch + tip, roll=view.roll + hand * tilt)
    rotation = rotations(posed)[0].astype(float)
    solids = transformed(stretched(kind.shape(draw), x=hand), rotation)
    low, high = extent(solids)
    middle = (low + high) / 2
    width, height, _ = high - low
    size = min(_HEIGHT / max(width, height), np.sqrt(_HEIGHT * _WIDTH / (width * height))) * view.scale[0]
    placed = transformed(moved(solids, *-middle), size * np.eye(3), (view.shift_x[0], view.shift_y[0], 0))
    return cast(placed, samples), rotation


def _greys(seen: Surfaces, rotation: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Albedo (s, s), 0 where nothing is."""
    samples = len(seen.depth)
    middles = (np.arange(samples) + 0.5) / samples - 0.5
    rows, columns = np.nonzero(seen.tone >= 0)
    points = np.stack([middles[columns], -middles[rows], seen.depth[rows, columns]])
    greys = np.zeros(seen.depth.shape, np.float32)
    greys[rows, columns] = albedo(draw_material(draw), rotation.T @ points, seen.tone[rows, columns])
    return greys


def _open_to_light(depth: np.ndarray) -> np.ndarray:
    """The share of light that reaches each sample (s, s): less in creases and hollows, where what lies on opposite
    sides is nearer to the viewer."""
    reached = np.ones(depth.shape, np.float32)
    depth = np.maximum(depth, -9).astype(np.float32)  # the background is far, not infinitely far
    for distance, strength in _CREASES:
        step = max(1, round(distance * len(depth)))
        reach = step / len(depth)
        around = np.pad(depth, step, constant_values=-9)
        for right, down in ((1, 0), (0, 1), (1, 1), (1, -1)):
            rise = 0
            for sign in (1, -1):
                x, y = step * (1 + sign * right), step * (1 + sign * down)
                rise = rise + np.clip(around[y : y + len(depth), x : x + len(depth)] - depth, -reach, reach)
            reached -= strength / 4 * np.clip(rise / (2 * reach), 0, 1)
    return np.maximum(reached, 0.15)
