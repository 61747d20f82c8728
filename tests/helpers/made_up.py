"""A made-up face of 68 points, for what needs no picture of one."""

import numpy as np

from mien.stimuli.photographs.schemes import Landmarks


def face(middle=(200.0, 180.0), apart=60.0, tilt=0.0) -> Landmarks:
    """A symmetrical face of 68 points about the middle between its eyes, these so many pixels apart, turned by degrees.

    Its jaw is the lower half of an ellipse, its brows and nose lie where they do, its mouth is slightly open.
    """
    around = np.linspace(np.pi, 0, 17)
    jaw = np.stack([1.1 * np.cos(around), 1.7 * np.sin(around)], 1)
    brow = np.stack([np.linspace(-0.9, -0.2, 5), [-0.25, -0.35, -0.4, -0.38, -0.3]], 1)
    nose = [(0, 0.05), (0, 0.25), (0, 0.45), (0, 0.65), *((x, 0.75) for x in (-0.2, -0.1, 0, 0.1, 0.2))]
    lids = np.array([(-0.2, 0), (-0.07, -0.08), (0.07, -0.08), (0.2, 0), (0.07, 0.08), (-0.07, 0.08)])
    mouth = np.linspace(np.pi, -np.pi, 12, endpoint=False)
    outer = np.stack([0.45 * np.cos(mouth), 1.15 - 0.2 * np.sin(mouth)], 1)
    turn = np.linspace(np.pi, -np.pi, 8, endpoint=False)
    inner = np.stack([0.35 * np.cos(turn), 1.15 - 0.06 * np.sin(turn)], 1)
    parts = [jaw, brow, brow[::-1] * [-1, 1], nose, lids + [-0.5, 0], lids + [0.5, 0], outer, inner]
    points = apart * np.concatenate([np.array(part, float) for part in parts])
    angle = np.radians(tilt)
    turned = points @ [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    return Landmarks("ibug68", turned + middle)
