"""What holds for pictures of any model: the small made-up one, and the real one where there is a copy."""

import json
import runpy
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mien.expressions import EXPRESSIONS
from mien.stimuli import sets
from mien.stimuli.actions import ACTION_UNITS, PROTOTYPES
from mien.stimuli.ict import model, render, shapes
from mien.stimuli.ict.faces import Faces
from mien.stimuli.pictures import decode_png
from mien.stimuli.views import draw_views
from mien.tables import parquet

SIZE = 64
STILL = np.zeros((1, len(ACTION_UNITS)), np.float32)
WIDE = {
    "yaw": 16,
    "pitch": 10,
    "roll": 8,
    "scale": 0.06,
    "shift": 0.03,
    "light": 35,
    "brightness": 0.2,
    "contrast": 0.2,
}


def pictures(faces, keys, actions, variation=None, size=SIZE, **changes):
    views = draw_views(keys, variation or {})
    for name, value in changes.items():
        getattr(views, name)[:] = value
    return faces.render(faces.draw_identities(keys), actions, views, size).astype(int)


def test_the_same_bytes_again_alone_in_any_company_and_in_any_order(faces):
    keys = [("set", i // 3) for i in range(16)]
    views = draw_views([("shot", i) for i in range(16)], WIDE)
    actions = np.stack(
        [faces.expression_actions(k, EXPRESSIONS[i % 6], {"jitter": 0.3}, k) for i, k in enumerate(keys)]
    )
    together = faces.render(faces.draw_identities(keys), actions, views, SIZE)
    for row in (0, 7, 15):
        one = slice(row, row + 1)
        alone = faces.render(faces.draw_identities(keys[one]), actions[one], views[one], SIZE)
        assert np.array_equal(alone[0], together[row])
    order = np.random.default_rng(1).permutation(16)
    shuffled = faces.render(faces.draw_identities([keys[i] for i in order]), actions[order], views[order], SIZE)
    assert np.array_equal(shuffled, together[order])
    assert len(np.unique(together.reshape(16, -1), axis=0)) == 16


def test_no_people_no_pictures(faces):
    assert pictures(faces, [], STILL[:0]).shape == (0, SIZE, SIZE)


@pytest.mark.parametrize("size", [45, 64, 112])
def test_a_face_on_exact_black_at_any_size_and_without_holes(faces, size):
    keys = [("set", i) for i in range(6)]
    shown = pictures(faces, keys, PROTOTYPES, WIDE, size)
    assert shown.shape == (6, size, size)
    assert not shown[:, [0, -1]].any() and not shown[:, :, [0, -1]].any()
    assert ((shown == 0).mean((1, 2)) > 0.3).all() and ((shown > 50).mean((1, 2)) > 0.2).all()
    middle = shown[:, size // 3 : size // 2, size // 3 : 2 * size // 3]
    assert (middle > 0).all()


def test_a_small_picture_is_a_large_one_seen_from_afar(faces):
    keys = [("set", i) for i in range(3)]
    small, large = (pictures(faces, keys, PROTOTYPES[:3], WIDE, size) for size in (56, 224))
    shrunk = (large.reshape(3, 56, 4, 56, 4) ** 2.2).mean((2, 4)) ** (1 / 2.2)
    assert np.abs(small - shrunk).mean() < 3


def test_every_person_looks_different_and_stays_the_same_person(faces):
    keys = [("set", i) for i in range(8)]
    shown = pictures(faces, keys, np.repeat(STILL, 8, 0))
    apart = np.abs(shown[:, None] - shown[None]).mean((2, 3))
    assert apart[np.triu_indices(8, 1)].min() > 1
    first, again = faces.draw_identities([("set", 3), ("other", 1), ("set", 3)])[::2]
    assert first is again and first.look == faces.draw_identities([("set", 3)])[0].look
    assert len({person.look for person in faces.draw_identities(keys)}) == 8


def test_actions_change_the_face_and_nobody_moves_quite_evenly(faces):
    keys = [("set", 1)] * (1 + len(ACTION_UNITS))
    shown = pictures(faces, keys, np.concatenate([STILL, np.eye(len(ACTION_UNITS), dtype=np.float32)]))
    change = np.abs(shown[1:] - shown[0])
    assert (change.max((1, 2)) > 4).all()
    people = faces.draw_identities([("set", i) for i in range(50)])
    asymmetry = np.stack([person.asymmetry for person in people])
    one_sided = np.array([unit == 14 for unit in ACTION_UNITS])
    assert set(asymmetry[:, one_sided].ravel()) == {-1, 1}  # a dimple is on the one side or the other
    assert np.abs(asymmetry[:, ~one_sided]).max() <= 0.12 and (asymmetry.std(0) > 0.04).all()


def test_a_continuum_begins_and_ends_with_its_expressions_and_moves_one_way(faces):
    key, variation = ("morphs", 2), {"jitter": 0.25, "extra": 0.1}
    ends = [faces.expression_actions(key, end, variation, key) for end in ("happiness", "anger")]
    shown = pictures(faces, [key] * 9, faces.interpolate(*ends, np.linspace(0, 1, 9)))
    assert np.array_equal(shown[[0, -1]], pictures(faces, [key] * 2, np.stack(ends)))
    from_first, from_last = (np.abs(shown - end).mean((1, 2)) for end in (shown[0], shown[-1]))
    assert (np.diff(from_first) > 0).all() and (np.diff(from_last) < 0).all()


def test_pose_and_place_are_those_of_the_view(faces):
    key = [("someone", 1)]
    x = np.arange(SIZE) - (SIZE - 1) / 2

    def seen(**changes):
        return pictures(faces, key, STILL, **changes)[0]

    def centre(picture, axis=0):
        return ((picture > 0).sum(axis) * x).sum() / (picture > 0).sum()

    plain = seen()
    assert centre(seen(shift_x=0.05)) - centre(plain) == pytest.approx(0.05 * SIZE, abs=0.3)
    assert centre(seen(shift_y=0.05), 1) - centre(plain, 1) == pytest.approx(-0.05 * SIZE, abs=0.3)
    assert (seen(scale=0.8) > 0).sum() / (plain > 0).sum() == pytest.approx(0.64, abs=0.03)
    assert np.abs(seen(yaw=0.3) - plain).mean() > 3 and np.abs(seen(pitch=0.2) - plain).mean() > 2
    upside_down = seen(roll=np.pi)  # the face's middle lies at 0.475 of the side, the light doesn't turn along
    assert centre(upside_down, 1) + centre(plain, 1) == pytest.approx(-0.05 * SIZE, abs=0.5)


def test_light_is_that_of_the_view(faces):
    def seen(**changes):
        picture = pictures(faces, [("someone", 1)], STILL, **changes)[0]
        return picture[:, : SIZE // 2].mean(), picture[:, SIZE // 2 :].mean()

    left, right = seen(key_light=[-0.8, 0, 0.6], fill=0)
    assert left > 1.1 * right
    left, right = seen(key_light=[0.8, 0, 0.6], fill=0)
    assert right > 1.1 * left
    left, right = seen(key=0, fill=1, fill_light=[0.8, 0, 0.6], ambient=0)
    assert right > 1.1 * left
    assert seen(key=0, fill=0, ambient=0) == (0, 0)
    assert seen(key=0, fill=0, ambient=0.5) > seen(key=0, fill=0, ambient=0.2) > (5, 5)


def test_a_turned_face_is_one_piece(real_model):
    faces = Faces(real_model)
    for yaw, pitch in ((0.35, 0), (-0.35, 0.17), (0.28, -0.17)):
        shown = pictures(faces, [("set", 5)], PROTOTYPES[:1], size=224, yaw=yaw, pitch=pitch)[0]
        for row in shown[60:150]:
            lit = np.flatnonzero(row)
            assert len(lit) > 90 and (row[lit[0] : lit[-1]] > 0).all()


def test_a_stimulus_set_of_these_faces(faces):
    frame = sets.expression_set(faces, "ict", "wild", 2, EXPRESSIONS, WIDE | {"jitter": 0.2}, 45, seed=1)
    assert frame["sha256"].is_unique and set(frame["source"]) == {"ict"} and len(frame) == 12
    morphs = sets.morph_set(faces, "ict", "morphs", 1, ["fear-anger"], 3, {}, 45, seed=1)
    assert decode_png(morphs["image"]).shape == (3, 45, 45)


@torch.inference_mode()
def test_many_pictures_at_once_as_on_a_gpu_are_the_same_pictures(small_model):
    """Not to the byte: products of larger matrices add in another order."""
    loaded = model.load(small_model)
    someone = Faces(small_model).draw_identities([("set", 1)])[0]
    mesh = render.mesh_of(loaded, torch.device("cpu"))
    person = render.prepare(mesh, someone.weights, someone.look, someone.key, 128)
    views = draw_views([("shot", i) for i in range(6)], WIDE)
    moves = shapes.shape_weights(PROTOTYPES, someone.asymmetry, shapes.shape_matrix(loaded.shapes))
    together = render.picture(mesh, person, moves, views, SIZE, 2).astype(int)
    alone = [render.picture(mesh, person, moves[k : k + 1], views[k : k + 1], SIZE, 2)[0] for k in range(6)]
    assert np.abs(together - np.stack(alone)).mean() < 0.01


class Named(dict):
    __getattr__ = dict.__getitem__


def test_the_script_writes_a_stimulus_table(project, small_model, tmp_path):
    design = {"identities": 2, "continua": ["fear-anger"], "levels": 3}
    params = {
        "design": json.dumps(design),
        "expressions": json.dumps(EXPRESSIONS),
        "variation": "{}",
        "size": 45,
        "seed": 1,
        "device": "cpu",
        "torch_threads": 1,
    }
    for name, rows in (("wild", 12), ("morphs", 6)):
        snakemake = SimpleNamespace(
            input=Named(model=str(small_model)),
            output=[str(tmp_path / f"{name}.parquet")],
            params=Named(params),
            wildcards=SimpleNamespace(set=name),
            log=[str(tmp_path / "log")],
        )
        runpy.run_path(str(project / "workflow/scripts/render_ict.py"), {"snakemake": snakemake})
        frame = parquet.read(tmp_path / f"{name}.parquet")
        assert len(frame) == rows and set(frame["source"]) == {"ict"}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_gpu_draws_the_same_picture(request):
    model = request.getfixturevalue("real_model")
    keys = [("set", i // 6) for i in range(12)]
    actions = np.tile(PROTOTYPES, (2, 1))
    on_cpu, on_gpu = (pictures(Faces(model, device), keys, actions, WIDE, 224) for device in ("cpu", "cuda"))
    assert np.abs(on_cpu - on_gpu).mean() < 0.5
