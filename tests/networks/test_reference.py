import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from mien.errors import InputError
from mien.networks import files
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout.responses import responses_of
from mien.networks.reference import check
from tests.helpers.small_networks import SMALL, initialised

RGB = {"scale": 1, "mean": [129.2, 104.8, 93.6], "sd": [1, 1, 1], "channels": "rgb"}
COLOUR = np.random.default_rng(3).integers(0, 256, (40, 40, 3), dtype=np.uint8)


pytestmark = pytest.mark.usefixtures("one_thread")


def reference_of(network, input=RGB, picture=COLOUR, layers=("conv3_2", "fc7")):
    batch = prepare(picture[None], input, network.input_size)
    responses = {layer: responses_of(network, layer)(batch)[0].clone() for layer in layers}
    return {"picture": torch.from_numpy(picture), **responses}


def test_a_file_carries_reference_responses_and_is_checked_with_them(tmp_path):
    network = initialised(SMALL)
    files.save(network, tmp_path / "weights", {}, reference_of(network))
    loaded = load(tmp_path / "weights", SMALL, RGB)
    assert list(loaded.state_dict()) == list(network.state_dict())
    tensors = load_file(tmp_path / "weights")
    assert sorted(name for name in tensors if name.startswith("reference.")) == [
        *("reference.conv3_2", "reference.fc7", "reference.picture")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"channels": "bgr"},
        {"mean": [93.6, 104.8, 129.2]},
        {"mean": [129.2, 104.8, 94.6]},
        {"scale": 1 / 255},
        {"sd": [1, 1, 1.01]},
    ],
)
def test_an_input_that_the_weights_were_not_trained_with_is_refused(tmp_path, change):
    network = initialised(SMALL)
    files.save(network, tmp_path / "weights", {}, reference_of(network))
    with pytest.raises(InputError) as error:
        load(tmp_path / "weights", SMALL, RGB | change)
    for part in (str(tmp_path / "weights"), "layer conv3_2", "standard deviations", *(f"input.{key}" for key in RGB)):
        assert part in str(error.value)


def test_rounding_of_another_processor_is_no_difference():
    network = initialised(SMALL)
    reference = reference_of(network)
    noise = torch.randn(reference["fc7"].shape, generator=torch.Generator().manual_seed(1))
    reference["fc7"] = reference["fc7"] + 2e-5 * reference["fc7"].std() * noise
    check(network, reference, RGB, "weights")
    reference["fc7"][3] += 0.01 * reference["fc7"].std()
    with pytest.raises(InputError, match=r"weights: layer fc7 .* 0.01 standard deviations"):
        check(network, reference, RGB, "weights")


@pytest.mark.parametrize(
    "spoil, message",
    [
        ({"picture": torch.zeros(40, 40, 3, dtype=torch.uint8)}, "reference.picture: expected a picture in colour"),
        ({"fc7": torch.full((256, 1, 1), float("nan"))}, "layer fc7 .* nan standard deviations"),
        ({"fc7": torch.zeros(9, 1, 1)}, r"reference.fc7: has shape \(9, 1, 1\), the network gives \(256, 1, 1\)"),
        ({"fc9": torch.zeros(9, 1, 1)}, "layer 'fc9': the network has no such layer"),
    ],
)
def test_a_reference_that_can_show_nothing_is_refused(spoil, message):
    network = initialised(SMALL)
    with pytest.raises(InputError, match=message):
        check(network, reference_of(network) | spoil, RGB, "weights")
