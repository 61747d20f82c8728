"""A VGG small enough for tests, pictures for it, and networks with weights drawn anew."""

import numpy as np

from mien.networks.initialisation import initialised as library_initialised

SMALL = {"name": "vgg16", "width": 1 / 16, "input_size": 32, "classes": 5}
INPUT = {
    "size": 32,
    "crop": 1,
    "interpolation": "bilinear",
    "scale": 1 / 255,
    "mean": [0.5] * 3,
    "sd": [0.25] * 3,
    "channels": "rgb",
}


def images(n=2, size=32, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size), dtype=np.uint8)


def initialised(architecture, seed=1, scheme="kaiming_normal"):
    return library_initialised(architecture, scheme, seed)
