"""Faces of the ICT model, with the interface of `mien.stimuli.faces`: who, what they do, and pictures of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import torch

from mien.draws import generator
from mien.stimuli.actions import ACTION_UNITS, expression_actions, interpolate
from mien.stimuli.ict import model, render, shapes
from mien.stimuli.ict.appearance import Look, draw_look
from mien.stimuli.views import Views

_LIMIT = 2.5  # no mode of identity is further than this many standard deviations from the mean
_ASYMMETRY = 0.12  # an action unit is up to this share stronger on one side
_ONE_SIDED = 14  # but this one, which shows on one side only
_AT_ONCE = 32  # pictures at a time on a GPU; one at a time elsewhere, so that no picture's bytes depend on others


@dataclass(frozen=True, eq=False)
class Identity:
    """Who a face is; `key` names the person."""

    key: tuple
    weights: np.ndarray  # (modes,): of the model's identity modes, standard normal
    asymmetry: np.ndarray  # (A,): share by which each action unit is stronger on the left; 1, -1: it is on one side
    look: Look


class Faces:
    """Faces of one model on one device. They move by the same action units as those of `mien.stimuli.faces`."""

    expression_actions = staticmethod(expression_actions)
    interpolate = staticmethod(interpolate)

    def __init__(self, path: str | Path, device: torch.device | str = "cpu"):
        """Faces of the compact model in a file.

        Raises:
            InputError: not such a file, or a model that lacks something.
        """
        loaded = model.load(path)
        self.device = torch.device(device)
        self._modes = len(loaded.identity)
        self._matrix = shapes.shape_matrix(loaded.shapes)
        self._mesh = render.mesh_of(loaded, self.device)

    def draw_identities(self, keys: Sequence[tuple]) -> list[Identity]:
        """One person for each key; the same key gives the same person, whatever the other keys are."""
        identities = {key: self._draw(key) for key in dict.fromkeys(keys)}
        return [identities[key] for key in keys]

    def _draw(self, key: tuple) -> Identity:
        draw = generator(*key, "person")
        weights = np.clip(draw.standard_normal(self._modes), -_LIMIT, _LIMIT)
        asymmetry = draw.uniform(-_ASYMMETRY, _ASYMMETRY, len(ACTION_UNITS))
        one_sided = np.array([unit == _ONE_SIDED for unit in ACTION_UNITS])
        return Identity(key, weights, np.where(one_sided, np.sign(asymmetry), asymmetry), draw_look(key))

    @torch.inference_mode()
    def render(
        self, identities: Sequence[Identity], actions: np.ndarray, views: Views, size: int, supersampling: int = 2
    ) -> np.ndarray:
        """Grey pictures of faces, cut out on black.

        Fastest when the rows of a person follow each other: skin and shape are made once for them.

        Args:
            identities: n, of `draw_identities`.
            actions: (n, A), strengths of `mien.stimuli.faces.ACTION_UNITS`.
            views: n views.
            size: side of the pictures, in pixels.
            supersampling: samples along each side of a pixel.

        Returns:
            (n, size, size), uint8. On a CPU a picture's bytes depend on its own row alone; a GPU's pictures differ
            from them as little as sums in another order do (not measured).
        """
        pictures = np.empty((len(identities), size, size), np.uint8)
        at_once = _AT_ONCE if self.device.type == "cuda" else 1
        for _, rows in groupby(range(len(identities)), key=lambda row: identities[row].key):
            rows = list(rows)
            someone = identities[rows[0]]
            person = render.prepare(self._mesh, someone.weights, someone.look, someone.key, size * supersampling)
            for start in range(rows[0], rows[-1] + 1, at_once):
                part = slice(start, min(start + at_once, rows[-1] + 1))
                moves = shapes.shape_weights(actions[part], someone.asymmetry, self._matrix)
                pictures[part] = render.picture(self._mesh, person, moves, views[part], size, supersampling)
        return pictures
