"""What the action units do to the model: each is a few of its shapes, on either side of the face."""

from collections.abc import Sequence

import numpy as np

from mien.errors import InputError
from mien.stimuli.actions import ACTION_UNITS

#: The shapes of each action unit at full strength. `browDown` stands for `browDown_L` and `browDown_R` alike. Which:
#: the anatomy that FACS names (Ekman, Friesen & Hager, 2002); how strong: by eye, so that the prototypes of
#: `mien.stimuli.faces` read as what they are. 14 shows on one side only (`faces.Faces`), there twice as much.
SHAPES = {
    1: {"browInnerUp": 1.05},
    2: {"browOuterUp": 1.0},
    4: {"browDown": 1.5},
    5: {"eyeWide": 0.95},
    6: {"cheekSquint": 0.85, "eyeSquint": 0.2},
    7: {"eyeSquint": 1.25},
    9: {"noseSneer": 1.0},
    10: {"mouthUpperUp": 0.6},
    12: {"mouthSmile": 0.9},
    15: {"mouthFrown": 1.1},
    16: {"mouthLowerDown": 0.6},
    17: {"mouthShrugLower": 0.5},
    20: {"mouthStretch": 0.9},
    23: {"mouthPress": 0.65, "mouthRollUpper": 0.45, "mouthRollLower": 0.45},
    25: {"mouthUpperUp": 0.25, "mouthLowerDown": 0.32, "jawOpen": 0.04},
    26: {"jawOpen": 0.5},
    14: {"mouthDimple": 0.6, "mouthPress": 0.1},
}


def shape_matrix(shapes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """How actions make shapes: strengths (A, k) of every shape, and the side (k,) it is on: 1 left, -1 right, 0 both.

    Args:
        shapes: k names of the model's shapes; `_L` and `_R` are the model's own left and right.

    Raises:
        InputError: the model lacks a shape that an action unit needs.
    """
    strengths = np.zeros((len(ACTION_UNITS), len(shapes)), np.float32)
    for row, unit in enumerate(ACTION_UNITS):
        for shape, strength in SHAPES[unit].items():
            columns = [shapes.index(name) for name in (shape, f"{shape}_L", f"{shape}_R") if name in shapes]
            if not columns:
                raise InputError(f"face model: no shape '{shape}', which action unit {unit} needs. Convert it again")
            strengths[row, columns] = strength
    side = np.array([{"_L": 1, "_R": -1}.get(name[-2:], 0) for name in shapes], np.float32)
    return strengths, side


def shape_weights(actions: np.ndarray, asymmetry: np.ndarray, matrix: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Strengths of the shapes, (n, k) float32, of one person's actions (n, A).

    Args:
        asymmetry: (A,), a share by which the person's left side moves more, and the right side less.
        matrix: of `shape_matrix`.
    """
    strengths, side = matrix
    both, differing = ((moves[:, :, None] * strengths).sum(1) for moves in (actions, actions * asymmetry))
    return (both + differing * side).astype(np.float32)  # sums, not products of matrices: alike in any company
