"""The ICT face model: its geometry, and what follows from the geometry alone, in template coordinates.

Units are the model's, about 1 cm: x to the right of a face that looks at the viewer, y up, z towards the viewer.
Source of the model: Li et al., "Learning Formation of Physically-Based Face Attributes", CVPR 2020 (ICT-FaceKit, MIT).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from mien.errors import MAKE_AGAIN, InputError, reading
from mien.stimuli.ict import outline

#: The parts of the head, in the order in which the renderer numbers them.
REGIONS = (
    "face",
    "mouth_socket",
    "eye_socket",
    "gums_tongue",
    "teeth",
    "eyeball_left",
    "eyeball_right",
    "eyelash",
)
MOUTH = [REGIONS.index(name) for name in ("mouth_socket", "gums_tongue", "teeth")]
_ARRAYS = {  # name in the file: number of axes
    "neutral": 2, "triangles": 2, "region": 1, "region_names": 1, "landmarks68": 1, "ao": 1, "identity": 3,
    "expression": 3, "expression_names": 1,
}  # fmt: skip
_DEPTH, _DARKEST = 3.0, 0.05  # so far behind the foremost tooth, this share of light comes through open lips
_NEVER_SEEN = -1.3  # triangles further outside the outline are dropped; raised brows move skin by less
_FAR = 9.0  # a distance that stands for "not near"
_EYE_RADIUS, _EYE_REACH = 2.2, 4.0  # a lid's margin lies within the first of the eye's middle; its shade in the second


@dataclass(frozen=True)
class FaceModel:
    """v vertices, t triangles, k shapes. Arrays of floats are float32, of numbers int64."""

    neutral: np.ndarray  # (v, 3): the mean face
    triangles: np.ndarray  # (t, 3): vertices, anticlockwise seen from outside; those that can be seen
    region: np.ndarray  # (t,): of each triangle, index into REGIONS
    identity: np.ndarray  # (modes, v, 3): displacement by one standard deviation of a mode
    expression: np.ndarray  # (k, v, 3): displacement by a shape at full strength
    shapes: tuple[str, ...]  # (k,): names of the shapes
    landmarks: np.ndarray  # (68,): vertices, in the order of Multi-PIE
    openness: np.ndarray  # (v,): share of the surrounding light that gets there; in the mouth, when it is open
    skin: np.ndarray  # (v,) bool: vertices of the face itself
    inside: np.ndarray  # (v,): signed distance inside the cut-out's outline; large where there is no skin
    lid: np.ndarray  # (v,): distance to the nearest margin of a lid
    upper: np.ndarray  # (v,): 1 where that margin is of an upper lid, else 0
    pole: np.ndarray  # (v,): distance from the middle of the pupil, on an eyeball


def load(path: str | Path) -> FaceModel:
    """The model from a compact file as `mien.stimuli.ict.convert` writes it; nothing in the file is executed.

    Raises:
        InputError: no such file, not such a file, or arrays that do not fit together.
    """
    path = Path(path)
    arrays = _read(path)
    names = [str(name) for name in arrays["region_names"]]
    _check(arrays, names, path)
    neutral = arrays["neutral"].astype(np.float32)
    triangles = arrays["triangles"].astype(np.int64)
    region = np.array([REGIONS.index(name) for name in names])[arrays["region"]]
    skin = region == REGIONS.index("face")
    landmarks = arrays["landmarks68"].astype(np.int64)
    inside = np.where(skin, outline.distance(neutral[:, :2]), _FAR).astype(np.float32)
    seen = (inside[triangles] > _NEVER_SEEN).any(1)
    lid, upper = _lids(neutral, triangles[skin[triangles].all(1)], landmarks)
    return FaceModel(
        neutral=neutral,
        triangles=triangles[seen],
        region=region[triangles[seen, 0]],
        identity=arrays["identity"].astype(np.float32),
        expression=arrays["expression"].astype(np.float32),
        shapes=tuple(str(name) for name in arrays["expression_names"]),
        landmarks=landmarks,
        openness=np.where(np.isin(region, MOUTH), _in_mouth(neutral[:, 2], region), arrays["ao"].astype(np.float32)),
        skin=skin,
        inside=inside,
        lid=lid,
        upper=upper,
        pole=_poles(neutral, region),
    )


def _read(path: Path) -> dict[str, np.ndarray]:
    with (
        reading(path, "face model", MAKE_AGAIN),
        np.load(path, allow_pickle=False) as file,
    ):  # zip, numpy and zlib raise
        missing = [name for name in _ARRAYS if name not in file.files]
        if missing:
            raise InputError(f"{path}: no array '{missing[0]}'. Expected a face model as the workflow converts it")
        return {name: file[name] for name in _ARRAYS}


def _check(arrays: dict[str, np.ndarray], names: list[str], path: Path) -> None:
    """Stop at the first array that does not fit the others."""
    vertices = len(arrays["neutral"])
    wrong = [f"'{name}' has {arrays[name].ndim} axes, not {axes}" for name, axes in _ARRAYS.items()
             if arrays[name].ndim != axes]  # fmt: skip
    if not wrong:
        expected = {
            "neutral": (vertices, 3),
            "region": (vertices,),
            "ao": (vertices,),
            "landmarks68": (68,),
            "triangles": (len(arrays["triangles"]), 3),
            "identity": (len(arrays["identity"]), vertices, 3),
            "expression": (len(arrays["expression_names"]), vertices, 3),
        }
        wrong = [f"'{name}' has the shape {arrays[name].shape}, not {shape}" for name, shape in expected.items()
                 if arrays[name].shape != shape]  # fmt: skip
    if not wrong:
        limits = {"triangles": vertices, "landmarks68": vertices, "region": len(names)}
        wrong = [f"'{name}' points beyond its {limit} targets" for name, limit in limits.items()
                 if arrays[name].min() < 0 or arrays[name].max() >= limit]  # fmt: skip
        wrong += [f"no region '{name}'" for name in REGIONS if name not in names]
        wrong += [f"unknown region '{name}'" for name in names if name not in REGIONS]
        wrong += [f"'{name}' holds values that are not finite" for name in ("neutral", "identity", "expression", "ao")
                  if not np.isfinite(arrays[name]).all()]  # fmt: skip
    if wrong:
        raise InputError(f"{path}: {wrong[0]}. Convert the face model again")


def _in_mouth(depth: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Share of light (v,) that open lips let through to a depth, (v,)."""
    foremost = depth[region == REGIONS.index("teeth")].max()
    return np.clip(1 - (foremost - depth) / _DEPTH, _DARKEST, 1).astype(np.float32)


def _lids(neutral: np.ndarray, face: np.ndarray, landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance (v,) of every vertex near an eye to the lids' margin, and whether that is the upper lid's."""
    edges = np.sort(np.concatenate([face[:, [0, 1]], face[:, [1, 2]], face[:, [2, 0]]]), 1)
    edges, uses = np.unique(edges, axis=0, return_counts=True)
    rim = np.unique(edges[uses == 1])  # an edge of one triangle only borders a hole
    lid, upper = np.full(len(neutral), _FAR, np.float32), np.zeros(len(neutral), np.float32)
    for eye in (landmarks[36:42], landmarks[42:48]):
        middle = neutral[eye].mean(0)
        margin = rim[np.linalg.norm(neutral[rim] - middle, axis=1) < _EYE_RADIUS]
        near = np.flatnonzero(np.linalg.norm(neutral - middle, axis=1) < _EYE_REACH)
        if len(margin):
            distance, nearest = cKDTree(neutral[margin]).query(neutral[near])
            at = neutral[margin[nearest]]
            (left, right) = neutral[eye[0]], neutral[eye[3]]  # the corners of the eye
            line = left[1] + (at[:, 0] - left[0]) / (right[0] - left[0]) * (right[1] - left[1])
            lid[near] = distance
            upper[near] = at[:, 1] > line
    return lid, upper


def _poles(neutral: np.ndarray, region: np.ndarray) -> np.ndarray:
    pole = np.full(len(neutral), _FAR, np.float32)
    for name in ("eyeball_left", "eyeball_right"):
        ball = np.flatnonzero(region == REGIONS.index(name))
        front = ball[neutral[ball, 2].argmax()]
        pole[ball] = np.linalg.norm(neutral[ball] - neutral[front], axis=1)
    return pole
