"""Data beside the project, where there is a copy: real photographs, and models of landmarks and of rendered faces."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def london() -> Path:
    """Photographs of people, neutral and smiling, and the neutral ones' templates: of 40 people, or of these four."""
    everyone = SHARED / "photographs" / "london"
    return everyone if everyone.is_dir() else Path(__file__).parent / "london"


@pytest.fixture(scope="session")
def face_model() -> Path:
    path = SHARED / "ict_facekit" / "face_model.npz"
    if not path.is_file():
        pytest.skip("no copy of the ICT face model beside the project")
    return path


@pytest.fixture(scope="session")
def face_landmarker() -> Path:
    path = SHARED / "photographs" / "face_landmarker.task"
    if not path.is_file():
        pytest.skip("no copy of MediaPipe's face landmark model beside the project")
    return path
