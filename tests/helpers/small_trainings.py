"""Trainings small enough for tests: a diet of bars, a VGG that tells them apart, and how it learns to."""

import numpy as np

from mien.networks import files
from mien.networks.training.diets import Diet
from mien.networks.training.training import train
from tests.helpers import small_networks
from tests.helpers.small_networks import initialised

ARCHITECTURE = {"name": "vgg16", "width": 1 / 16, "input_size": 32, "classes": 3, "dropout": 0.5}
INPUT = {**small_networks.INPUT, "mean": [0.2] * 3, "sd": [0.3] * 3}
SETTINGS = {
    "optimiser": {"name": "AdamW", "lr": 0.002},
    "schedule": "cosine",
    "warm_up": 0.1,
    "batch_size": 8,
    "images": 200,
    "patience": None,
}


def bars(images_a_class=20, heldout=5):
    """A diet of three classes: noisy bars that lie, stand or lean, somewhere in the picture."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:32, :32]
    labels = np.repeat(np.arange(3), images_a_class)
    places = rng.integers(10, 22, len(labels))
    along = [y, x, (x + y) / 2]
    pictures = [
        40 * rng.random((32, 32)) + 200 * (abs(along[k] - at) < 2) for k, at in zip(labels, places, strict=True)
    ]
    return Diet(np.array(pictures, np.uint8), labels, np.arange(len(labels)) % images_a_class < heldout)


def trained(path, settings=SETTINGS, architecture=ARCHITECTURE, seed=1, diet=None, **options):
    """The weights' bytes and the result of a training; its checkpoint is left behind."""
    network = initialised(architecture, seed)
    diet = diet or bars()
    result = train(network, diet, INPUT, settings, seed, path / "checkpoint", "train", **options)
    files.save(network, path / "weights", {})
    return (path / "weights").read_bytes(), result
