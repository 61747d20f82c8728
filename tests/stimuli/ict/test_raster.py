import numpy as np
import torch

from mien.stimuli.ict.raster import rasterise

ROWS, COLUMNS = 20, 24


def soup(n, t, seed):
    """Triangles without order, some of them beyond the picture's rim."""
    draw = np.random.default_rng(seed)
    middle = draw.uniform((-2, -2, -5), (COLUMNS + 2, ROWS + 2, 5), (n, t, 1, 3))
    points = (middle + draw.normal(0, 3, (n, t, 3, 3))).astype(np.float32).reshape(n, 3 * t, 3)
    return torch.from_numpy(points), torch.arange(3 * t).reshape(t, 3)


def dense(seen, images):
    """Triangle (-1: none) and depth at every sample."""
    triangle = torch.full((images * ROWS * COLUMNS,), -1)
    depth = torch.full((images * ROWS * COLUMNS,), -torch.inf)
    triangle[seen.sample], depth[seen.sample] = seen.triangle, seen.depth
    return triangle.reshape(images, ROWS, COLUMNS).numpy(), depth.reshape(images, ROWS, COLUMNS).numpy()


def brute_force(points, triangles, both_sides):
    """Of every sample the nearest triangle, its depth and weights, and whether rounding could decide otherwise."""
    x, y = np.meshgrid(np.arange(COLUMNS) + 0.5, np.arange(ROWS) + 0.5)
    nearest, depth, weights = np.full(x.shape, -1), np.full(x.shape, -np.inf), np.zeros((*x.shape, 3))
    close = np.zeros(x.shape, bool)
    for number, corners in enumerate(np.asarray(triangles)):
        a, b, c = points[corners].astype(float)
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if area >= 0 and not both_sides:
            continue
        second = ((x - a[0]) * (c[1] - a[1]) - (y - a[1]) * (c[0] - a[0])) / area
        third = ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / area
        share = np.stack([1 - second - third, second, third], 2)
        z = share @ np.array([a[2], b[2], c[2]])
        close |= (np.abs(share.min(2)) < 1e-4) | (np.abs(z - depth) < 1e-4)
        wins = (share.min(2) >= 0) & (z > depth)
        nearest[wins], depth[wins], weights[wins] = number, z[wins], share[wins]
    return nearest, depth, weights, close


def test_as_a_brute_force_does_it():
    for both_sides in (False, True):
        points, triangles = soup(3, 60, seed=1)
        seen = rasterise(points, triangles, ROWS, COLUMNS, both_sides)
        triangle, depth = dense(seen, 3)
        weights = torch.zeros(3 * ROWS * COLUMNS, 3)
        weights[seen.sample] = seen.weights
        weights = weights.reshape(3, ROWS, COLUMNS, 3).numpy()
        for image in range(3):
            nearest, expected, shares, close = brute_force(points[image].numpy(), triangles, both_sides)
            assert close.mean() < 0.05 and (nearest >= 0).mean() > 0.2
            assert np.array_equal(triangle[image][~close], nearest[~close])
            there = ~close & (nearest >= 0)
            assert np.allclose(depth[image][there], expected[there], atol=1e-3)
            assert np.allclose(weights[image][there], shares[there], atol=1e-3)


def test_a_mesh_has_no_holes_and_its_inner_edges_do_not_show():
    draw = np.random.default_rng(2)
    x, y = np.meshgrid(np.arange(-0.5, COLUMNS + 1, 0.5), np.arange(-0.5, ROWS + 1, 0.5))
    for axis in (x, y):
        axis[::2] += draw.uniform(-0.1, 0.1, axis[::2].shape)  # half of the others lie on the samples
    points = np.stack([x, y, 0.01 * x * y], 2)
    wide = x.shape[1]
    a = (np.arange(x.shape[0] - 1)[:, None] * wide + np.arange(wide - 1)).ravel()
    triangles = np.concatenate([np.stack([a, a + wide, a + wide + 1], 1), np.stack([a, a + wide + 1, a + 1], 1)])
    seen = rasterise(
        torch.from_numpy(points.reshape(1, -1, 3).astype(np.float32)), torch.from_numpy(triangles), ROWS, COLUMNS
    )
    assert len(seen.sample) == ROWS * COLUMNS
    middle_x, middle_y = np.meshgrid(np.arange(COLUMNS) + 0.5, np.arange(ROWS) + 0.5)
    assert np.abs(seen.depth.numpy() - 0.01 * (middle_x * middle_y).ravel()).max() < 0.005


def test_neither_the_order_of_triangles_nor_other_images_change_what_is_seen():
    points, triangles = soup(5, 80, seed=3)
    together, depth = dense(rasterise(points, triangles, ROWS, COLUMNS), 5)
    order = torch.from_numpy(np.random.default_rng(4).permutation(80))
    shuffled, shuffled_depth = dense(rasterise(points, triangles[order], ROWS, COLUMNS), 5)
    assert np.array_equal(depth, shuffled_depth)
    assert np.array_equal(together, np.where(shuffled >= 0, order.numpy()[shuffled], -1))
    for image in range(5):
        alone, alone_depth = dense(rasterise(points[image : image + 1], triangles, ROWS, COLUMNS), 1)
        assert np.array_equal(alone[0], together[image]) and np.array_equal(alone_depth[0], depth[image])


def test_nothing_in_sight():
    points, triangles = soup(2, 5, seed=5)
    seen = rasterise(points + 1000 * torch.tensor([1.0, 1.0, 0.0]), triangles, ROWS, COLUMNS)
    assert [len(values) for values in seen] == [0, 0, 0, 0]
