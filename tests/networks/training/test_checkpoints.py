import signal
import subprocess
import sys
import time

import pytest

from mien.networks.training import checkpoints
from mien.networks.training.training import train
from tests.helpers.small_networks import initialised
from tests.helpers.small_trainings import ARCHITECTURE, INPUT, SETTINGS, bars, trained

pytestmark = pytest.mark.usefixtures("one_thread")


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
    whole, result = trained(tmp_path / "whole", settings, architecture)
    interrupted(tmp_path / "resumed", settings, architecture)
    resumed, again = trained(tmp_path / "resumed", settings, architecture)
    assert resumed == whole
    assert again == result


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from mien.networks.devices import set_threads
from tests.helpers import small_trainings
set_threads(1)
small_trainings.trained(Path({path!r}), {{**small_trainings.SETTINGS, "images": {images}}}, checkpoint_seconds=0)
"""


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(project, tmp_path):
    images = 500
    whole, result = trained(tmp_path / "whole", {**SETTINGS, "images": images})
    path = tmp_path / "killed"
    code = KILLED.format(root=str(project), path=str(path), images=images)
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while not (path / "checkpoint").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert (path / "checkpoint").exists() and not (path / "weights").exists()
    resumed, again = trained(path, {**SETTINGS, "images": images})
    assert resumed == whole
    assert again == result


@pytest.mark.parametrize("damage", ["torn", "flipped", "empty"])
def test_a_damaged_checkpoint_is_ignored_with_a_warning(tmp_path, damage):
    whole, _ = trained(tmp_path, checkpoint_seconds=0)
    checkpoint = tmp_path / "checkpoint"
    content = bytearray(checkpoint.read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
    checkpoint.write_bytes({"torn": content[: len(content) // 2], "flipped": content, "empty": b""}[damage])
    with pytest.warns(UserWarning, match="damaged checkpoint.*starts again"):
        assert trained(tmp_path)[0] == whole


def test_removing_a_checkpoint_takes_what_kills_have_left_and_nothing_else(tmp_path):
    for name in ("a.checkpoint", "a.checkpoint.123.partial", "b.checkpoint"):
        (tmp_path / name).write_bytes(b"")
    checkpoints.remove(tmp_path / "a.checkpoint")
    checkpoints.remove(tmp_path / "a.checkpoint")  # again is no fault
    assert [path.name for path in tmp_path.iterdir()] == ["b.checkpoint"]
