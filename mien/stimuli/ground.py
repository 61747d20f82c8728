"""The black around a face: of cut-outs, of rendered faces, and where a photograph ended."""

import numpy as np
from scipy.ndimage import label


def inside(picture: np.ndarray) -> np.ndarray:
    """Which pixels of a grey picture (rows, columns) are not of the black around, bool.

    The black around is what is exactly 0 and joined to the border, so a black pupil is inside. A picture on another
    ground is inside as a whole, and so is one that is all black.
    """
    parts, _ = label(picture == 0)
    border = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    face = ~np.isin(parts, np.unique(border[border > 0]))
    return face if face.any() else np.ones_like(face)
