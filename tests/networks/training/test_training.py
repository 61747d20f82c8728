import math

import numpy as np
import pytest
import torch

from mien.networks.preprocess import prepare
from mien.networks.training.diets import Diet
from mien.networks.training.training import train
from tests.helpers.small_networks import initialised
from tests.helpers.small_trainings import ARCHITECTURE, INPUT, SETTINGS, bars, trained

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_network_learns_classes_and_tells_new_images_of_them_apart(tmp_path):
    settings = {**SETTINGS, "images": 900, "optimiser": {"name": "Adam", "lr": 0.001}}
    architecture = {**ARCHITECTURE, "width": 1 / 8, "dropout": 0}
    network = initialised(architecture)
    result = train(network, bars(), INPUT, settings, 1, tmp_path / "checkpoint", "train")
    assert result.heldout_score > 0.9
    assert result.stopped == "finished"
    assert result.curve[-1]["loss"] < 0.5 * result.curve[0]["loss"]
    assert result.score == "accuracy"
    heldout = bars().images[bars().heldout]
    answers = network(prepare(heldout, INPUT)).argmax(1).numpy()
    assert result.heldout_score == (answers == bars().labels[bars().heldout]).mean()
    assert not network.training


def test_the_curve_has_a_row_for_each_epoch_and_one_for_an_unfinished_last(tmp_path):
    _, result = trained(tmp_path)
    # 45 images are 6 batches of up to 8; of 200, four epochs present 180, and 3 more batches the rest
    assert [row["step"] for row in result.curve] == [6, 12, 18, 24, 27]
    assert [row["epoch"] for row in result.curve] == [0, 1, 2, 3, 4]
    assert result.curve[0].keys() == {"epoch", "step", "loss", "heldout_score"}
    assert result.curve[0]["loss"] == pytest.approx(math.log(3), rel=0.5)


def test_the_same_seed_gives_the_same_bytes_whatever_else_draws(tmp_path):
    first, one = trained(tmp_path / "a")
    torch.rand(3)
    again, two = trained(tmp_path / "b")
    other, _ = trained(tmp_path / "c", seed=2)
    assert first == again
    assert one == two
    assert first != other


def test_training_leaves_the_global_generator_alone(tmp_path):
    before = torch.get_rng_state()
    trained(tmp_path)
    assert torch.equal(before, torch.get_rng_state())


def test_heldout_images_are_never_trained_on(tmp_path):
    diet = bars()
    changed = diet._replace(images=np.where(diet.heldout[:, None, None], 0, diet.images).astype(np.uint8))
    assert trained(tmp_path / "a", diet=diet)[0] == trained(tmp_path / "b", diet=changed)[0]


def test_training_stops_early_once_heldout_score_has_not_risen_for_the_patience(tmp_path):
    settings = {**SETTINGS, "patience": 2, "optimiser": {"name": "SGD", "lr": 0.0}}
    _, result = trained(tmp_path, settings)
    assert result.stopped == "early_stop"
    assert len(result.curve) == 3
    assert result.heldout_score == result.curve[-1]["heldout_score"]


def blots(n=96, heldout=16):
    """Pictures without classes, each with a pattern of its own."""
    patterns = torch.from_numpy(np.random.default_rng(1).random((n, 1, 3, 3)) * 255)
    pictures = torch.nn.functional.interpolate(patterns, (32, 32), mode="bicubic").clamp(0, 255)
    return Diet(pictures[:, 0].byte().numpy(), np.zeros(n, np.int64), np.arange(n) < heldout)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("objective", "images", "score", "least"),
    [("autoencoding", 2400, "explained variance", 0.4), ("contrastive", 1600, "instance accuracy", 0.25)],
)
def test_other_objectives_are_learnt_without_labels(tmp_path, objective, images, score, least):
    architecture = {**ARCHITECTURE, "name": "vgg11", "classes": 24, "dropout": 0}
    optimiser = {"name": "AdamW", "lr": 0.003}
    settings = {**SETTINGS, "objective": objective, "optimiser": optimiser, "batch_size": 16, "images": images}
    _, result = trained(tmp_path, settings, architecture, diet=blots())
    assert result.score == score
    assert least < result.heldout_score <= 1  # chance: 0, and 1 in 16
    assert result.curve[-1]["loss"] < 0.75 * result.curve[0]["loss"]


def test_what_only_training_needs_is_not_kept(tmp_path):
    for objective in ("classification", "autoencoding"):
        network = initialised(ARCHITECTURE)
        before = list(network.state_dict())
        settings = {**SETTINGS, "objective": objective, "images": 16}
        train(network, bars(), INPUT, settings, 1, tmp_path / objective, "train")
        assert list(network.state_dict()) == before
        assert not any("forward" in vars(module) for module in network.modules())


@pytest.mark.slow
def test_feedback_alignment_learns_and_is_not_backpropagation(tmp_path):
    settings = {**SETTINGS, "images": 900, "optimiser": {"name": "Adam", "lr": 0.001}}
    architecture = {**ARCHITECTURE, "name": "vgg11", "width": 1 / 8, "dropout": 0}
    weights, result = trained(tmp_path / "a", {**settings, "algorithm": "feedback_alignment"}, architecture)
    other, _ = trained(tmp_path / "b", {**settings, "algorithm": "backpropagation"}, architecture)
    assert weights != other
    assert result.heldout_score > 0.6
    assert result.curve[-1]["loss"] < 0.8 * result.curve[0]["loss"]
