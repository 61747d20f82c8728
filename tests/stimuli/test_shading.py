import numpy as np

from mien.stimuli.shading import develop, shade
from mien.stimuli.views import draw_views, rotations

WIDE = {"yaw": 30, "pitch": 20, "roll": 20, "light": 40, "brightness": 0.2, "contrast": 0.2}


def sphere(n, side=32):
    y, x = np.mgrid[1 : -1 : side * 1j, -1 : 1 : side * 1j]
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    normals = np.stack([x, y, z], -1) / np.maximum(np.sqrt(x**2 + y**2 + z**2), 1e-6)[..., None]
    return np.repeat(normals[None].astype(np.float32), n, 0)


def test_the_side_towards_the_key_light_is_brightest():
    light = shade(sphere(1), np.full((1, 32, 32), 0.5, np.float32), 1, draw_views([("a",)], {}))[0]
    row, column = np.unravel_index(light.argmax(), light.shape)
    assert row < 16 and column < 16
    assert light.dtype == np.float32


def test_light_is_proportional_to_albedo_and_to_what_is_not_occluded():
    views, albedo = draw_views([("a",), ("b",)], WIDE), np.full((2, 32, 32), 0.4, np.float32)
    whole = shade(sphere(2), albedo, 1, views, gloss=0)
    assert np.allclose(shade(sphere(2), albedo / 2, 1, views, gloss=0), whole / 2, atol=1e-6)
    assert np.allclose(shade(sphere(2), albedo, np.float32(0.25), views, gloss=0), whole / 4, atol=1e-6)
    assert shade(sphere(2), albedo, 1, views).max() > whole.max()


def test_turning_the_surface_is_turning_the_lights_the_other_way():
    views, albedo = draw_views([("a",), ("b",)], WIDE), np.full((2, 32, 32), 0.4, np.float32)
    frame = rotations(views)
    turned = np.einsum("nij,nhwj->nhwi", frame, sphere(2))
    assert np.allclose(shade(sphere(2), albedo, 1, views, frame), shade(turned, albedo, 1, views), atol=1e-5)


def test_an_image_does_not_depend_on_its_batch():
    views, albedo = draw_views([("a",), ("b",), ("c",)], WIDE), np.full((3, 32, 32), 0.4, np.float32)
    together = shade(sphere(3), albedo, 1, views, rotations(views))
    alone = shade(sphere(1), albedo[:1], 1, views[1:2], rotations(views[1:2]))
    assert np.array_equal(together[1:2], alone)


def test_develop_averages_linear_light_on_black_and_applies_gamma():
    linear = np.zeros((1, 4, 4), np.float32)
    linear[0, :2, :2] = [[1, 1], [0, 0]]
    linear[0, :2, 2:] = 3
    coverage = np.ones((1, 4, 4), np.float32)
    coverage[0, 2:] = 0
    picture = develop(linear, coverage, 2)
    assert picture.dtype == np.uint8
    assert picture.tolist() == [[[round(0.5 ** (1 / 2.2) * 255), 255], [0, 0]]]
