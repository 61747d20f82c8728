"""Landmarks of photographs by MediaPipe's face landmarker, and never a silent choice.

The detector claims too much: an upright face where one is turned by 105 degrees or more, a mouth below the picture's
edge. And too little: a face stays unseen whose eyes are less than an eighteenth of the picture's side apart. So what it
claims must be confirmed in a picture aligned by the claim, and where nothing is, turned pictures and parts of the
picture are looked at. What remains in doubt is rejected; landmarks from a file need no detector.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from mien.errors import InputError
from mien.stimuli.photographs.alignment import Similarity, move, on_eyes, resample
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.photographs.schemes import Landmarks, check_apart, check_geometry, eyes, eyes_apart

#: The face detector's confidence from which a face counts as found; claims are made at the last, MediaPipe's own.
#: A claim is confirmed where the aligned picture shows a face with more confidence than the same turned by half. That
#: is so of all 80 photographs of the London set (DeBruine & Jones 2017), of 105 rendered faces and of 54 that look up
#: to 40 degrees to the side; and in none of the 80, turned by 105, 120 ... 225 and 240 degrees, does a claim pass.
_CONFIDENCES = (0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)
_SIDE = 224  # of the aligned picture, with the eyes where the face detector is the most confident:
_DISTANCE, _HEIGHT = 0.22, 0.42
_MOVED = 5.0  # pixels there that points move on average; right ones 3 at most, with heads tilted by 45 degrees
_LEVELS = 3  # parts are a half, a quarter and an eighth of the longer side
_PART = 140  # pixels; a smaller part shows no face that is large enough

Find = Callable[[np.ndarray], list[Landmarks]]


def detect(pictures: Iterable[np.ndarray | Rejected], model: str | Path) -> Iterator[Landmarks | Rejected]:
    """The landmarks of the one upright face in each picture, or why there are none. The same at every run.

    Args:
        pictures: grey, (rows, columns) from 0 to 255; or why there is none, which is handed on.
        model: MediaPipe's `face_landmarker.task`.

    Yields:
        `mediapipe478`, as found in the aligned picture; or `no face`, `two faces`, `upside down`, `too small` (of the
        face), `cut off`, or `not confirmed`.

    Raises:
        InputError: the detector cannot start, for want of a library or because the model is none.
    """
    with ExitStack() as stack:
        finds = [stack.enter_context(_landmarker(model, confidence)) for confidence in _CONFIDENCES]
        for picture in pictures:
            try:
                yield picture if isinstance(picture, Rejected) else _face(picture, finds)
            except Rejected as reason:
                yield reason


def _face(picture: np.ndarray, finds: Sequence[Find]) -> Landmarks:
    """The face of one picture, by detectors of falling confidence."""
    claims = finds[-1](picture)
    found, reasons = _confirmed(picture, claims, finds)
    if not found:
        _check_turns(picture, finds)
        found = _in_parts(picture, finds)
    faces = _distinct([*found, *claims])
    if len(faces) > 1:
        raise Rejected("two faces", f"the detector sees one {' and one '.join(_where(face) for face in faces[:3])}")
    if not found:
        raise reasons[0] if reasons else Rejected("no face", "the detector finds none")
    check_apart(found[0])
    return found[0]


def _confirmed(
    picture: np.ndarray, claims: list[Landmarks], finds: Sequence[Find]
) -> tuple[list[Landmarks], list[Rejected]]:
    """The claims that are true, with their points found anew, and why the others aren't."""
    found, reasons = [], []
    for claim in claims:
        try:
            found.append(_again(picture, claim, finds))
        except Rejected as reason:
            reasons.append(reason)
    return _distinct(found), reasons


def _again(picture: np.ndarray, claim: Landmarks, finds: Sequence[Find]) -> Landmarks:
    """The claimed face, found anew in the picture aligned by the claim."""
    _check(picture, claim)
    aligned = on_eyes([claim], _SIDE, _DISTANCE, _HEIGHT)
    seen = resample(picture, aligned, _SIDE)
    again = turned = []
    for find in finds:
        again, turned = find(seen), find(seen[::-1, ::-1])
        if again or turned:
            break
    if len(again) > 1:
        raise Rejected("two faces", f"the detector sees another one close to that {_where(claim)}")
    moved = np.hypot(*(again[0].points - move(claim, aligned).points).T).mean() if again else np.inf
    if moved > _MOVED:
        raise Rejected("not confirmed", f"a face claimed {_where(claim)} is not found where it should be once aligned")
    if turned:
        raise Rejected("not confirmed", f"the face {_where(claim)} could as well be one upside down")
    face = move(again[0], Similarity(1 / aligned.turn, -aligned.move / aligned.turn))
    _check(picture, face)
    return face


def _check(picture: np.ndarray, face: Landmarks) -> None:
    """See that the points of a detected face are where they can be."""
    height, width = picture.shape
    try:
        check_geometry(face, width, height)
    except Rejected as found:
        match found.reason:
            case "landmarks outside the picture":
                raise Rejected("cut off", f"the face {_where(face)} reaches beyond the picture's edge") from None
            case "landmarks in another order":
                raise Rejected("not confirmed", f"what is claimed {_where(face)} has not a face's shape") from None
        raise


def _check_turns(picture: np.ndarray, finds: Sequence[Find]) -> None:
    for quarters in (2, 1, 3):
        turned = np.rot90(picture, quarters)
        if _confirmed(turned, finds[-1](turned), finds)[0]:
            raise Rejected("upside down", f"a face is upright once the picture is turned {90 * quarters} degrees left")


def _in_parts(picture: np.ndarray, finds: Sequence[Find]) -> list[Landmarks]:
    """The faces that are seen in parts of a picture, squares that overlap by half; the largest parts that show any."""
    for level in range(1, _LEVELS + 1):
        side = max(picture.shape) // 2**level
        if side < _PART:
            break
        claims = []
        for y in _starts(picture.shape[0], side):
            for x in _starts(picture.shape[1], side):
                seen = finds[-1](picture[y : y + side, x : x + side])
                claims += [face._replace(points=face.points + [x, y]) for face in seen]
        if found := _confirmed(picture, claims, finds)[0]:
            return found
    return []


def _starts(length: int, side: int) -> list[int]:
    """Where parts begin along one side of a picture; the last one ends with it."""
    last = max(length - side, 0)
    return [*range(0, last, side // 2), last]


def _distinct(faces: list[Landmarks]) -> list[Landmarks]:
    """Faces without those that are another one again: nearer to it than the eyes of the smaller are apart."""
    kept: list[Landmarks] = []
    for face in faces:
        middle = eyes(face).mean(0)
        if all(np.hypot(*(eyes(other).mean(0) - middle)) > min(eyes_apart(face), eyes_apart(other)) for other in kept):
            kept.append(face)
    return kept


def _where(face: Landmarks) -> str:
    x, y = eyes(face).mean(0)
    return f"about x {x:.0f}, y {y:.0f}"


@contextmanager
def _landmarker(model: str | Path, confidence: float) -> Iterator[Find]:
    """MediaPipe's face landmarker, for up to two faces, so that a second one is noticed."""
    content = Path(model).read_bytes()
    try:
        with _quiet():
            import mediapipe  # needs libraries of the system, and a second
            from mediapipe.tasks.python import BaseOptions, vision

            landmarker = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=BaseOptions(model_asset_buffer=content),
                    num_faces=2,
                    min_face_detection_confidence=confidence,
                )
            )
    except (ImportError, OSError) as error:
        raise InputError(
            f"the face landmarker cannot start ({error}). Install what it needs of the system (Debian and Ubuntu: "
            "apt-get install libegl1 libgles2 libgl1 libglib2.0-0), or give the landmarks: "
            "landmarks: {files: folder or CSV}"
        ) from None
    except (RuntimeError, ValueError) as error:
        raise InputError(f"{model}: is no model of MediaPipe's face landmarker ({error}). Fetch it anew") from None

    def find(picture: np.ndarray) -> list[Landmarks]:
        height, width = picture.shape
        grey = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
        image = mediapipe.Image(mediapipe.ImageFormat.SRGB, np.repeat(grey[..., None], 3, 2))
        faces = landmarker.detect(image).face_landmarks
        shares = [np.array([(point.x, point.y) for point in face]) for face in faces]
        return [Landmarks("mediapipe478", share * [width, height] - 0.5) for share in shares]

    with landmarker:
        yield find


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what C++ libraries write to standard error from the terminal; exceptions say what matters."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
