import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from mien.errors import InputError
from mien.networks import files
from mien.networks.build import build
from mien.networks.preprocess import prepare
from mien.networks.training import checkpoints, optimisers
from mien.networks.training.diets import Diet
from mien.networks.training.schedules import rate_factor
from mien.networks.training.training import train
from tests.helpers.small_networks import initialised

ARCHITECTURE = {"name": "vgg16", "width": 1 / 16, "input_size": 32, "classes": 3, "dropout": 0.5}
INPUT = {"scale": 1 / 255, "mean": [0.2] * 3, "sd": [0.3] * 3, "channels": "rgb"}
SETTINGS = {
    "optimiser": {"name": "AdamW", "lr": 0.002},
    "schedule": "cosine",
    "warm_up": 0.1,
    "batch_size": 8,
    "images": 200,
    "patience": None,
}


pytestmark = pytest.mark.usefixtures("one_thread")


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


def reared(path, settings=SETTINGS, architecture=ARCHITECTURE, seed=1, diet=None, **options):
    """The weights' bytes and the result of a training; its checkpoint is left behind."""
    network = initialised(architecture, seed)
    diet = diet or bars()
    result = train(network, diet, INPUT, settings, seed, path / "checkpoint", "train", **options)
    files.save(network, path / "weights", {})
    return (path / "weights").read_bytes(), result


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
    answers = network(prepare(heldout, INPUT, 32)).argmax(1).numpy()
    assert result.heldout_score == (answers == bars().labels[bars().heldout]).mean()
    assert not network.training


def test_the_curve_has_a_row_for_each_epoch_and_one_for_an_unfinished_last(tmp_path):
    _, result = reared(tmp_path)
    # 45 images are 6 batches of up to 8; of 200, four epochs present 180, and 3 more batches the rest
    assert [row["step"] for row in result.curve] == [6, 12, 18, 24, 27]
    assert [row["epoch"] for row in result.curve] == [0, 1, 2, 3, 4]
    assert result.curve[0].keys() == {"epoch", "step", "loss", "heldout_score"}
    assert result.curve[0]["loss"] == pytest.approx(math.log(3), rel=0.5)


def test_the_same_seed_gives_the_same_bytes_whatever_else_draws(tmp_path):
    first, one = reared(tmp_path / "a")
    torch.rand(3)
    again, two = reared(tmp_path / "b")
    other, _ = reared(tmp_path / "c", seed=2)
    assert first == again
    assert one == two
    assert first != other


def test_training_leaves_the_global_generator_alone(tmp_path):
    before = torch.get_rng_state()
    reared(tmp_path)
    assert torch.equal(before, torch.get_rng_state())


def test_heldout_images_are_never_trained_on(tmp_path):
    diet = bars()
    changed = diet._replace(images=np.where(diet.heldout[:, None, None], 0, diet.images).astype(np.uint8))
    assert reared(tmp_path / "a", diet=diet)[0] == reared(tmp_path / "b", diet=changed)[0]


class Interruption(Exception):
    pass


def interrupted(path, settings, architecture):
    """Train until the middle of the third epoch."""
    network, steps = initialised(architecture), []

    def interrupt(*_):
        steps.append(1)
        if len(steps) == 16:
            raise Interruption

    network.fc8.register_full_backward_hook(interrupt)
    path.mkdir()
    with pytest.raises(Interruption):
        train(network, bars(), INPUT, settings, 1, path / "checkpoint", "train", checkpoint_seconds=0)
    assert (path / "checkpoint").exists()


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("vgg16", {"optimiser": {"name": "SGD", "lr": 0.01, "momentum": 0.9}}),
        ("vgg16", {"objective": "contrastive"}),
        ("vgg16", {"algorithm": "feedback_alignment"}),
        ("vgg11_bn", {"optimiser": {"name": "AdamW", "lr": 0.002}}),
        ("vgg11_bn", {"objective": "autoencoding", "algorithm": "feedback_alignment"}),
    ],
)
def test_a_training_that_goes_on_gives_the_bytes_of_one_never_interrupted(tmp_path, name, setting):
    settings, architecture = {**SETTINGS, **setting, "batch_size": 9, "images": 225}, {**ARCHITECTURE, "name": name}
    whole, result = reared(tmp_path / "whole", settings, architecture)
    interrupted(tmp_path / "resumed", settings, architecture)
    resumed, again = reared(tmp_path / "resumed", settings, architecture)
    assert resumed == whole
    assert again == result


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {tests!r}]
import test_training as t
from mien.networks.devices import set_threads
set_threads(1)
t.reared(Path({path!r}), {{**t.SETTINGS, "images": {images}}}, checkpoint_seconds=0)
"""


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(project, tmp_path):
    images = 500
    whole, result = reared(tmp_path / "whole", {**SETTINGS, "images": images})
    path = tmp_path / "killed"
    tests = os.path.dirname(__file__)
    code = KILLED.format(root=str(project), tests=tests, path=str(path), images=images)
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while not (path / "checkpoint").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert (path / "checkpoint").exists() and not (path / "weights").exists()
    resumed, again = reared(path, {**SETTINGS, "images": images})
    assert resumed == whole
    assert again == result


@pytest.mark.parametrize("damage", ["torn", "flipped", "empty"])
def test_a_damaged_checkpoint_is_ignored_with_a_warning(tmp_path, damage):
    whole, _ = reared(tmp_path, checkpoint_seconds=0)
    checkpoint = tmp_path / "checkpoint"
    content = bytearray(checkpoint.read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
    checkpoint.write_bytes({"torn": content[: len(content) // 2], "flipped": content, "empty": b""}[damage])
    with pytest.warns(UserWarning, match="damaged checkpoint.*starts again"):
        assert reared(tmp_path)[0] == whole


def test_removing_a_checkpoint_takes_what_kills_have_left_and_nothing_else(tmp_path):
    for name in ("a.checkpoint", "a.checkpoint.123.partial", "b.checkpoint"):
        (tmp_path / name).write_bytes(b"")
    checkpoints.remove(tmp_path / "a.checkpoint")
    checkpoints.remove(tmp_path / "a.checkpoint")  # again is no fault
    assert [path.name for path in tmp_path.iterdir()] == ["b.checkpoint"]


def test_training_stops_early_once_heldout_score_has_not_risen_for_the_patience(tmp_path):
    settings = {**SETTINGS, "patience": 2, "optimiser": {"name": "SGD", "lr": 0.0}}
    _, result = reared(tmp_path, settings)
    assert result.stopped == "early_stop"
    assert len(result.curve) == 3
    assert result.heldout_score == result.curve[-1]["heldout_score"]


def test_the_learning_rate_rises_in_the_warm_up_and_follows_its_schedule():
    rates = [rate_factor(step, 100, {"warm_up": 0.1, "schedule": "cosine"}) for step in range(100)]
    assert rates[0] == 0.1
    assert rates[9] == rates[10] == 1
    assert rates[55] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[99] < 0.001
    assert {rate_factor(step, 100, {"warm_up": 0, "schedule": "constant"}) for step in range(100)} == {1}


@pytest.mark.parametrize("name", optimisers.OPTIMISERS)
def test_every_optimiser_of_torch_takes_steps(tmp_path, name):
    settings = {**SETTINGS, "images": 16, "optimiser": {"name": name, "lr": 0.001}}
    weights, result = reared(tmp_path, settings)
    untrained = initialised(ARCHITECTURE)
    files.save(untrained, tmp_path / "untrained", {})
    assert weights != (tmp_path / "untrained").read_bytes()
    assert math.isfinite(result.curve[-1]["loss"])


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
    _, result = reared(tmp_path, settings, architecture, diet=blots())
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
    weights, result = reared(tmp_path / "a", {**settings, "algorithm": "feedback_alignment"}, architecture)
    other, _ = reared(tmp_path / "b", {**settings, "algorithm": "backpropagation"}, architecture)
    assert weights != other
    assert result.heldout_score > 0.6
    assert result.curve[-1]["loss"] < 0.8 * result.curve[0]["loss"]


def test_an_unknown_optimiser_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(InputError, match="'adam': expected one of.*Adam, AdamW.*SGD"):
        reared(tmp_path, {**SETTINGS, "optimiser": {"name": "adam"}})


def test_an_unknown_argument_is_refused_with_those_the_optimiser_takes(tmp_path):
    with pytest.raises(InputError, match="SGD: has no argument beta; it takes lr, momentum"):
        reared(tmp_path, {**SETTINGS, "optimiser": {"name": "SGD", "lr": 0.1, "beta": 0.9}})
    with pytest.raises(
        InputError, match="networks.mine.training.optimiser: optimiser Adam: has no argument capturable"
    ):
        optimisers.check({"name": "Adam", "lr": 0.1, "capturable": True}, "mine")
    optimisers.check({"name": "Adam", "lr": 0.1}, "mine")


@pytest.mark.parametrize("rate", [-1, "1e-3"])
def test_an_impossible_value_is_refused_with_torchs_reason(tmp_path, rate):
    with pytest.raises(InputError, match="optimiser Adam: .*write 0.001"):
        reared(tmp_path, {**SETTINGS, "optimiser": {"name": "Adam", "lr": rate}})


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"schedule": "linear"}, "schedule 'linear': expected one of cosine, constant"),
        ({"objective": "identity"}, "objective 'identity': expected one of classification, expression"),
        ({"algorithm": "hebb"}, "algorithm 'hebb': expected one of backpropagation, feedback_alignment"),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(tmp_path, setting, message):
    with pytest.raises(InputError, match=message):
        reared(tmp_path, {**SETTINGS, **setting})


def test_a_batch_of_one_picture_is_refused_where_batches_are_normalised(tmp_path):
    architecture, settings = {**ARCHITECTURE, "name": "vgg11_bn"}, {**SETTINGS, "batch_size": 11}
    for size in (11, 1):
        with pytest.raises(InputError, match=f"batch_size {size}: would leave one picture"):
            reared(tmp_path, {**settings, "batch_size": size}, architecture)


def test_an_output_too_small_to_train_is_refused(tmp_path):
    with pytest.raises(InputError, match="vgg16: classes 0: training needs an output"):
        reared(tmp_path, {**SETTINGS, "objective": "contrastive"}, {**ARCHITECTURE, "classes": 0})


def test_labels_that_are_not_the_networks_classes_are_refused(tmp_path):
    with pytest.raises(InputError, match="3 classes.*5 apart"):
        reared(tmp_path, architecture={**ARCHITECTURE, "classes": 5})


@pytest.mark.parametrize("heldout", [0, 20])
def test_a_diet_without_images_of_both_splits_is_refused(tmp_path, heldout):
    with pytest.raises(InputError, match="both splits"):
        reared(tmp_path, diet=bars(heldout=heldout))


def test_a_network_without_weights_is_refused(tmp_path):
    with pytest.raises(InputError, match="pixels: has no weights"):
        train(
            build({"name": "pixels", "input_size": 32}),
            bars(),
            INPUT,
            SETTINGS,
            1,
            tmp_path / "checkpoint",
            "train",
        )
