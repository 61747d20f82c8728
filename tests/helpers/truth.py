"""Rendered faces with their true landmarks, and true pictures between them."""

import numpy as np
import torch

from mien.expressions import ends_of
from mien.stimuli.ict import render, shapes
from mien.stimuli.photographs.morphs import End
from mien.stimuli.photographs.schemes import Landmarks
from mien.stimuli.views import draw_views, rotations

SIZE = 224
#: How people differ in what they show, as in `morph` of config/open.yaml, but at full strength; all are seen alike.
VARIATION = {"intensity_low": 1, "intensity_high": 1, "jitter": 0.25, "extra": 0.1}


def landmarks(faces, person, actions) -> Landmarks:
    """The true 68 points of one rendered face."""
    mesh, view = faces._mesh, draw_views([person.key], {})
    ready = render.prepare(mesh, person.weights, person.look, person.key, SIZE)
    moves = shapes.shape_weights(actions[None], person.asymmetry, faces._matrix)
    moved = (torch.from_numpy(moves) @ mesh.expression).reshape(-1, 3)
    vertices = (
        (ready.neutral.reshape(-1, 3) + moved - ready.middle) * ready.size @ torch.from_numpy(rotations(view)[0]).T
    )
    seen = {name: torch.from_numpy(getattr(view, name)) for name in view.__dataclass_fields__}
    points = render._project(vertices[None], seen, SIZE, 1)[0, mesh.landmarks, :2]
    return Landmarks("ibug68", points.numpy().astype(float) - 0.5)


def rim(picture: np.ndarray, points: int = 40) -> np.ndarray:
    """The outline of a face on black, (points, 2), where rays from the lit pixels' middle leave it."""
    lit = picture > 0
    rows, columns = np.nonzero(lit)
    middle = np.array([(columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2])
    angle = np.arange(points) * 2 * np.pi / points
    ray = np.stack([np.cos(angle), np.sin(angle)], 1)
    far = np.arange(0, SIZE, 0.25)
    x, y = np.rint(middle[:, None, None] + ray.T[:, :, None] * far).clip(0, SIZE - 1).astype(int)
    return middle + ray * (far[[np.flatnonzero(row).max() for row in lit[y, x]]])[:, None]


def about_mouth(*ends: End) -> np.ndarray:
    """The rectangle about both ends' lips, and 3 pixels more on each side, (SIZE, SIZE) bool."""
    lips = np.concatenate([end.landmarks.points[48:60] for end in ends])
    (left, top), (right, bottom) = (lips.min(0) - 3).astype(int), (lips.max(0) + 3).astype(int)
    about = np.zeros((SIZE, SIZE), bool)
    about[top : bottom + 1, left : right + 1] = True
    return about


def continuum(faces, key: tuple, name: str) -> tuple[End, End, np.ndarray]:
    """Both ends of a person's continuum, and the true picture half-way."""
    person = faces.draw_identities([key])[0]
    first, second = (faces.expression_actions(key, end, VARIATION, (*key, name)) for end in ends_of(name))
    half = faces.interpolate(first, second, 0.5)
    pictures = faces.render([person] * 3, np.stack([first, second, half]), draw_views([key] * 3, {}), SIZE)
    ends = [
        End(picture.astype(np.float32), landmarks(faces, person, actions), rim(picture))
        for picture, actions in zip(pictures, (first, second), strict=False)
    ]
    return *ends, pictures[2]
