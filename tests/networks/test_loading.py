import pytest
import torch

from mien.errors import InputError
from mien.networks import files
from mien.networks.build import build
from mien.networks.loading import load
from tests.helpers.small_networks import INPUT, SMALL

pytestmark = pytest.mark.usefixtures("one_thread")


def test_weights_of_another_shape_are_refused_naming_file_tensor_and_both_shapes(tmp_path):
    files.save(build({**SMALL, "classes": 7}), tmp_path / "weights", {})
    with pytest.raises(InputError) as error:
        load(tmp_path / "weights", SMALL, INPUT)
    for part in (str(tmp_path / "weights"), "fc8.bias", "(5,)", "(7,)"):
        assert part in str(error.value)


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_missing_and_extra_tensors_are_refused_by_name(tmp_path, change):
    network = build(SMALL)
    if change == "missing":
        del network.conv3_2.weight
    else:
        network.register_buffer("conv9_1", torch.zeros(3))
    files.save(network, tmp_path / "weights", {})
    with pytest.raises(InputError, match="conv3_2.weight" if change == "missing" else "conv9_1"):
        load(tmp_path / "weights", SMALL, INPUT)
