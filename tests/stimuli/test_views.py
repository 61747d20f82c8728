import numpy as np

from mien.stimuli.views import VARIATIONS, draw_views, rotations

KEYS = [("set", person) for person in range(6)]
WIDE = {
    "yaw": 20,
    "pitch": 10,
    "roll": 10,
    "scale": 0.1,
    "shift": 0.05,
    "light": 30,
    "brightness": 0.2,
    "contrast": 0.3,
}


def rows(views):
    return np.column_stack([getattr(views, field) for field in views.__dataclass_fields__])


def test_a_view_depends_on_its_key_alone():
    together, alone = draw_views(KEYS, WIDE), draw_views(KEYS[3:4], WIDE)
    assert np.array_equal(rows(together)[3:4], rows(alone))
    assert len(np.unique(rows(together), axis=0)) == len(KEYS)
    assert np.array_equal(rows(together[3:4]), rows(alone))


def test_no_variation_is_the_standard_view():
    views = draw_views(KEYS, dict.fromkeys(VARIATIONS, 0.0))
    assert len(np.unique(rows(views), axis=0)) == 1
    assert not np.any([views.yaw, views.pitch, views.roll, views.shift_x, views.shift_y])
    assert np.all(views.scale == 1)
    assert np.array_equal(rows(views), rows(draw_views(KEYS, {})))


def test_draws_fill_their_half_ranges_and_stay_within():
    views = draw_views([("many", i) for i in range(500)], WIDE)
    yaw = np.degrees(views.yaw)
    assert np.abs(yaw).max() <= 20 and yaw.min() < -18 and yaw.max() > 18
    assert np.abs(views.scale - 1).max() <= 0.1
    assert max(np.abs(views.shift_x).max(), np.abs(views.shift_y).max()) <= 0.05
    assert np.abs(np.corrcoef(views.shift_x, views.shift_y)[0, 1]) < 0.2
    assert np.allclose(np.linalg.norm(views.key_light, axis=1), 1, atol=1e-6)


def test_one_variation_leaves_the_others_alone():
    yaw_only, both = draw_views(KEYS, {"yaw": 20}), draw_views(KEYS, {"yaw": 20, "light": 30})
    assert np.array_equal(yaw_only.yaw, both.yaw)
    assert not np.array_equal(yaw_only.key_light, both.key_light)


def test_rotations_turn_the_nose_as_their_names_say():
    views = draw_views(KEYS, WIDE)
    turned = rotations(views)
    assert np.allclose(turned @ turned.transpose(0, 2, 1), np.eye(3), atol=1e-6)
    assert np.allclose(np.linalg.det(turned), 1, atol=1e-6)
    nose = rotations(draw_views(KEYS, {"yaw": 20})) @ [0, 0, 1]
    assert np.allclose(nose[:, 0], np.sin(draw_views(KEYS, {"yaw": 20}).yaw), atol=1e-6)
    looking_up = draw_views(KEYS, {"pitch": 20})
    assert np.allclose((rotations(looking_up) @ [0, 0, 1])[:, 1], np.sin(looking_up.pitch), atol=1e-6)
    tilted = draw_views(KEYS, {"roll": 20})
    assert np.allclose((rotations(tilted) @ [1, 0, 0])[:, 1], np.sin(tilted.roll), atol=1e-6)
