"""Two face models: a small made-up one that has every part, and the real one where there is a copy."""

import numpy as np
import pytest

from mien.stimuli.ict.faces import Faces
from tests.helpers import small_model as made_up
from tests.helpers.places import SHARED

MODEL = SHARED / "ict_facekit" / "face_model.npz"


@pytest.fixture(scope="session")
def real_model():
    if not MODEL.is_file():
        pytest.skip("no copy of the ICT face model beside the project")
    return MODEL


@pytest.fixture(scope="session")
def small_model(tmp_path_factory):
    path = tmp_path_factory.mktemp("ict") / "small.npz"
    np.savez(path, **made_up.arrays())
    return path


@pytest.fixture(scope="session", params=["small_model", "real_model"])
def faces(request):
    return Faces(request.getfixturevalue(request.param))
