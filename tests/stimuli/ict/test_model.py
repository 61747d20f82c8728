import numpy as np
import pytest

from mien.errors import InputError
from mien.stimuli.actions import ACTION_UNITS
from mien.stimuli.curves import polygon_distance
from mien.stimuli.ict import model, outline, shapes
from tests.helpers.small_model import arrays as small_arrays

UNITS = list(ACTION_UNITS)

#: Where each action unit acts most: lowest and highest y on the template (brows 5 to 6, eyes 3.5, nose 0, mouth -3.4).
PLACES = {
    1: (3.3, 8.2), 2: (3.3, 8.2), 4: (3.3, 8.2), 5: (3.3, 5), 6: (-5, 3.2), 7: (0, 3.5), 9: (-4.6, 2.5), 10: (-4, 1.2),
    12: (-6, -0.5), 15: (-5.5, -1), 16: (-8.2, -3), 17: (-8.5, -3), 20: (-5.5, -2), 23: (-8.2, -2), 25: (-8.5, -0.5),
    26: (-10.4, -3), 14: (-6.5, -0.5),
}  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_an_action_unit_moves_the_skin_where_it_acts(real_model, unit):
    face = model.load(real_model)
    actions = np.zeros((1, len(UNITS)), np.float32)
    actions[0, UNITS.index(unit)] = 1
    weights = shapes.shape_weights(actions, np.zeros(len(UNITS)), shapes.shape_matrix(face.shapes))
    moved = np.linalg.norm(np.tensordot(weights[0], face.expression, 1), axis=1)[face.skin]
    y = face.neutral[face.skin, 1]
    low, high = PLACES[unit]
    most = y[moved > 0.5 * moved.max()]
    assert moved.max() > 0.3 and most.min() > low and most.max() < high


def test_asymmetry_moves_the_left_more_and_the_right_less():
    matrix = shapes.shape_matrix(("mouthSmile_R", "jawOpen", "mouthSmile_L", *needed()))
    actions = np.ones((2, len(UNITS)), np.float32)
    even, uneven = (shapes.shape_weights(actions, np.full(len(UNITS), by), matrix) for by in (0.0, 0.1))
    assert uneven[1, :3] / even[1, :3] == pytest.approx([0.9, 1.0, 1.1], abs=1e-6)
    assert np.array_equal(uneven[0], shapes.shape_weights(actions[:1], np.full(len(UNITS), 0.1), matrix)[0])


def needed():
    return [f"{name}_L" for of in shapes.SHAPES.values() for name in of]


def test_a_model_without_a_needed_shape_is_refused():
    with pytest.raises(InputError, match="'browInnerUp'.*action unit 1 "):
        shapes.shape_matrix([name for name in needed() if "browInner" not in name])


def test_geometry_of_the_small_model(small_model):
    face = model.load(small_model)
    assert face.region.shape == face.triangles.shape[:1] and set(face.region) == set(range(len(model.REGIONS)))
    middle = np.abs(face.neutral[:, :2]).sum(1).argmin()
    assert face.skin[middle] and face.inside[middle] > 5 and (face.inside[~face.skin] == 9).all()
    ball = np.flatnonzero(face.pole < 5)
    assert ball.size == 16 and sorted(face.pole[ball])[:2] == [0, 0]
    assert np.allclose(np.unique(face.pole[ball][face.pole[ball] > 0]), np.hypot(1, 0.7), atol=1e-5)
    margin = np.flatnonzero((face.lid == 0) & face.skin)
    assert margin.size >= 8 and set(face.upper[margin]) == {0, 1}
    assert (face.neutral[margin[face.upper[margin] == 1], 1] > 3.5).all()


def test_the_outline_runs_where_it_should_and_distances_are_signed():
    inside = outline.distance(np.array([[0, 0], [0, 8.0], [0, 8.2], [7.5, 0], [-6.0, -7.0]]))
    assert np.array_equal(inside > 0, [True, True, False, False, False])
    assert inside[1] == pytest.approx(0.1, abs=0.01) and inside[2] == pytest.approx(-0.1, abs=0.01)
    square = np.array([(0, 0), (2, 0), (2, 2), (0, 2)], float)
    assert polygon_distance(np.array([[1, 1], [3, 1], [3, 3]]), square) == pytest.approx([1, -1, -(2**0.5)])
    table = outline.table()
    assert table.shape == (221, 181) and table[110, 90] == pytest.approx(outline.distance(np.zeros((1, 2)))[0])


def broken(**changes):
    return {
        name: changes.get(name, array) for name, array in small_arrays().items() if changes.get(name, 0) is not None
    }


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (broken(ao=None), "no array 'ao'"),
        (broken(neutral=np.zeros(5)), "'neutral' has 1 axes, not 2"),
        (broken(landmarks68=np.zeros(5, int)), r"'landmarks68' has the shape \(5,\), not \(68,\)"),
        (broken(identity=np.zeros((2, 9, 3))), "'identity' has the shape"),
        (broken(triangles=np.full((4, 3), 9999)), "'triangles' points beyond"),
        (broken(region_names=np.array(["face", *"abcdefg"])), "no region 'mouth_socket'"),
        (broken(expression=small_arrays()["expression"] * np.float16("nan")), "not finite"),
        (broken(ao=np.array([{"a": 1}], object)), "not a whole face model"),
    ],
)
def test_a_file_that_is_no_face_model_is_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "model.npz", **arrays)
    with pytest.raises(InputError, match=f"model.npz: .*{message}"):
        model.load(tmp_path / "model.npz")


def test_a_missing_or_damaged_file_is_named(tmp_path, small_model):
    with pytest.raises(InputError, match="none.npz: no such file"):
        model.load(tmp_path / "none.npz")
    (tmp_path / "half.npz").write_bytes(small_model.read_bytes()[:5000])
    with pytest.raises(InputError, match="half.npz: not a whole face model"):
        model.load(tmp_path / "half.npz")
