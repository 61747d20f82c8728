"""Data beside the project, where there is a copy: real photographs, and models of landmarks and of rendered faces."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def london() -> Path:
    """80 photographs of 40 people, neutral and smiling, and the neutral ones' templates."""
    folder = SHARED / "photographs" / "london"
    if not folder.is_dir():
        pytest.skip("no copy of the London photographs beside the project")
    return folder


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
