"""Data beside the project, where there is a copy: real photographs, and models of landmarks and of rendered faces."""

from pathlib import Path

import pytest

from tests.helpers.places import SHARED


@pytest.fixture(scope="session")
def london() -> Path:
    """Photographs of people, neutral and smiling, and the neutral ones' templates: of 40 people, or of these four."""
    everyone = SHARED / "photographs" / "london"
    return everyone if everyone.is_dir() else Path(__file__).parent / "london"


@pytest.fixture(scope="session")
def face_model() -> Path:
    return _beside("ict_facekit/face_model.npz", "the ICT face model")


@pytest.fixture(scope="session")
def face_landmarker() -> Path:
    return _beside("photographs/face_landmarker.task", "MediaPipe's face landmark model")


def _beside(name: str, what: str) -> Path:
    if not (SHARED / name).is_file():
        pytest.skip(f"no copy of {what} beside the project")
    return SHARED / name
