import pytest
import torch

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.training.training import train
from tests.helpers.small_trainings import ARCHITECTURE, INPUT, SETTINGS, bars, trained

pytestmark = pytest.mark.usefixtures("one_thread")


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
        trained(tmp_path, {**SETTINGS, **setting})


def test_a_batch_of_one_picture_is_refused_where_batches_are_normalised(tmp_path):
    architecture, settings = {**ARCHITECTURE, "name": "vgg11_bn"}, {**SETTINGS, "batch_size": 11}
    for size in (11, 1):
        with pytest.raises(InputError, match=f"batch_size {size}: would leave one picture"):
            trained(tmp_path, {**settings, "batch_size": size}, architecture)


def test_an_output_too_small_to_train_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"gives \(2, 32, 1, 1\) for two pictures: training needs \(pictures, units\)"):
        trained(tmp_path, {**SETTINGS, "objective": "contrastive"}, {**ARCHITECTURE, "classes": 0})


def test_labels_that_are_not_the_networks_classes_are_refused(tmp_path):
    with pytest.raises(InputError, match="3 classes.*5 apart"):
        trained(tmp_path, architecture={**ARCHITECTURE, "classes": 5})


@pytest.mark.parametrize("heldout", [0, 20])
def test_a_diet_without_images_of_both_splits_is_refused(tmp_path, heldout):
    with pytest.raises(InputError, match="both splits"):
        trained(tmp_path, diet=bars(heldout=heldout))


@pytest.mark.parametrize("frozen", ["weights", "forward"])
def test_a_network_that_cannot_learn_is_refused(tmp_path, frozen):
    network = build(ARCHITECTURE)
    if frozen == "weights":
        network.requires_grad_(False)
    else:
        network.forward = torch.no_grad()(network.forward)
    with pytest.raises(InputError, match="depends on no weights that learn: they are frozen"):
        train(network, bars(), INPUT, SETTINGS, 1, tmp_path / "checkpoint", "train")


def test_a_network_without_weights_is_refused(tmp_path):
    with pytest.raises(InputError, match="the network has no weights to train"):
        train(
            build({"name": "pixels", "input_size": 32}),
            bars(),
            INPUT,
            SETTINGS,
            1,
            tmp_path / "checkpoint",
            "train",
        )
