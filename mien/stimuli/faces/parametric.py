"""Parametric faces: who (`identity`), what they do (`actions`), and pictures of it (`render`)."""

from mien.stimuli.actions import ACTION_UNITS, PROTOTYPES, expression_actions, interpolate, likeness, mixture_actions
from mien.stimuli.faces.identity import Identities, draw_identities
from mien.stimuli.faces.render import render

__all__ = [
    "ACTION_UNITS",
    "PROTOTYPES",
    "Identities",
    "draw_identities",
    "expression_actions",
    "interpolate",
    "likeness",
    "mixture_actions",
    "render",
]
