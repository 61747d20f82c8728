"""Landmark schemes: how many points each has, and which of them are eyes, mouth and face outline.

Left and right are the picture's. Coordinates are x, y from the centre of the top-left pixel, 0-based.
"""

from typing import NamedTuple

import numpy as np

from mien.stimuli.photographs.rejection import Rejected

#: Pixels between the eyes; below, detected points are wrong by more than 3 % of that (London set, reduced).
FEWEST_APART = 20.0


class Landmarks(NamedTuple):
    """Points on one face, in a picture that stands upright by its EXIF orientation."""

    scheme: str  #: a name in `SCHEMES`
    points: np.ndarray  #: (n, 2) float64: x, y


class Scheme(NamedTuple):
    """Which points are what, as indices from 0. The sequences of `lips` and `outline` go around."""

    count: int
    left_eye: tuple[int, ...]  #: their mean is the eye's place
    right_eye: tuple[int, ...]
    corners: tuple[int, int]  #: of the mouth, left and right
    lips: tuple[int, ...]  #: the inner edge of both
    outline: tuple[int, ...]  #: of the face
    whole: bool  #: whether the outline goes all around; else it is the jaw, from the left ear to the right one


def _run(first: int, last: int) -> tuple[int, ...]:
    """Indices from first to last, both included, upwards or downwards."""
    step = 1 if last >= first else -1
    return tuple(range(first, last + step, step))


#: `ibug68`: Sagonas et al. (2016), doi 10.1016/j.imavis.2016.01.002, figure 1, also dlib's and OpenFace's.
#: `webmorph189`: the FRL template of webmorph.org (DeBruine 2018, doi 10.5281/zenodo.1162670), by its lines.
#: `mediapipe478`: MediaPipe's `FaceLandmarksConnections`, FACE_LANDMARKS_FACE_OVAL, _LIPS, _LEFT_EYE and _RIGHT_EYE
#: (its left is the person's). Eyes are the mean of their lids, not irises: a look to the side doesn't move the face.
SCHEMES = {
    "ibug68": Scheme(68, _run(36, 41), _run(42, 47), (48, 54), _run(60, 67), _run(0, 16), whole=False),
    "webmorph189": Scheme(
        189,
        (0,),
        (1,),
        (87, 93),
        (87, *_run(94, 98), 93, *_run(103, 99)),
        (109, 185, 110, 186, 111, *_run(125, 133), 114, 188, 113, 187, 112, *_run(144, 134)),
        whole=True,
    ),
    "mediapipe478": Scheme(
        478,
        (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
        (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
        (61, 291),
        (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95),
        (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
         148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
        whole=True,
    ),
}  # fmt: skip

_LONGEST = 3.0  # the mouth is no further below the eyes than so many times their distance; people's is about 1.1
_SHORTEST = 0.3
_EYE = 0.5  # no point of an eye is further from its middle than this share of the eyes' distance


def scheme_of(count: int) -> str | None:
    """The scheme that has so many points, or None."""
    return next((name for name, scheme in SCHEMES.items() if scheme.count == count), None)


def eyes(landmarks: Landmarks) -> np.ndarray:
    """The places of both eyes, (2, 2): left and right in the picture."""
    scheme, points = SCHEMES[landmarks.scheme], landmarks.points
    return np.stack([points[list(scheme.left_eye)].mean(0), points[list(scheme.right_eye)].mean(0)])


def eyes_apart(landmarks: Landmarks) -> float:
    """How far the eyes are apart, pixels."""
    return float(np.hypot(*np.subtract(*eyes(landmarks))))


def lips(landmarks: Landmarks) -> np.ndarray:
    """The inner edge of the lips, (m, 2), a closed polygon."""
    return landmarks.points[list(SCHEMES[landmarks.scheme].lips)]


def check_geometry(landmarks: Landmarks, width: int, height: int) -> None:
    """See that points could be those of an upright face in a picture of this size.

    Raises:
        Rejected: `landmarks outside the picture`, `landmarks in another order` or `upside down`.
    """
    points = landmarks.points
    outside = ((points < -0.5) | (points > [width - 0.5, height - 0.5])).any(1)
    if outside.any():
        first = int(outside.argmax())
        raise Rejected(
            "landmarks outside the picture",
            f"point {first} lies at {points[first, 0]:g}, {points[first, 1]:g}, and {outside.sum() - 1} more "
            f"outside of {width} x {height} pixels. Are they of another picture, or of this one at another size?",
        )
    scheme, (left, right) = SCHEMES[landmarks.scheme], eyes(landmarks)
    apart = eyes_apart(landmarks)
    corners = points[list(scheme.corners)]
    across, down = right - left, corners.mean(0) - (left + right) / 2
    mirrored = _cross(across, down) < 0 or across @ (corners[1] - corners[0]) < 0
    if down[1] < 0:  # checked first: with y counted from below the face is mirrored, too
        raise Rejected("upside down", "the eyes lie below the mouth. Is y counted downwards, and the picture upright?")
    if mirrored:
        raise Rejected(
            "landmarks in another order",
            "left and right are swapped, or x and y are. Left is the picture's, x comes before y",
        )
    spread = max(
        np.hypot(*(points[list(part)] - middle).T).max()
        for part, middle in zip((scheme.left_eye, scheme.right_eye), (left, right), strict=True)
    )
    if spread > _EYE * apart or not _SHORTEST * apart < np.hypot(*down) < _LONGEST * apart:
        raise Rejected(
            "landmarks in another order",
            f"the points that are eyes and mouth in {landmarks.scheme} don't lie as these do in a face",
        )


def check_apart(landmarks: Landmarks) -> None:
    """See that a face is large enough for its points to be where they should. Raises `Rejected`: `too small`."""
    apart = eyes_apart(landmarks)
    if apart < FEWEST_APART:
        raise Rejected("too small", f"the eyes are {apart:.0f} pixels apart; at least {FEWEST_APART:.0f} are needed")


def _cross(a: np.ndarray, b: np.ndarray) -> float:
    return a[0] * b[1] - a[1] * b[0]
