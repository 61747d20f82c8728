import math

import pytest

from mien.errors import InputError
from mien.networks import files
from mien.networks.training import optimisers
from tests.helpers.small_networks import initialised
from tests.helpers.small_trainings import ARCHITECTURE, SETTINGS, trained

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("name", optimisers.OPTIMISERS)
def test_every_optimiser_of_torch_takes_steps(tmp_path, name):
    settings = {**SETTINGS, "images": 16, "optimiser": {"name": name, "lr": 0.001}}
    weights, result = trained(tmp_path, settings)
    untrained = initialised(ARCHITECTURE)
    files.save(untrained, tmp_path / "untrained", {})
    assert weights != (tmp_path / "untrained").read_bytes()
    assert math.isfinite(result.curve[-1]["loss"])


def test_an_unknown_optimiser_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(InputError, match="'adam': expected one of.*Adam, AdamW.*SGD"):
        trained(tmp_path, {**SETTINGS, "optimiser": {"name": "adam"}})


def test_an_unknown_argument_is_refused_with_those_the_optimiser_takes(tmp_path):
    with pytest.raises(InputError, match="SGD: has no argument beta; it takes lr, momentum"):
        trained(tmp_path, {**SETTINGS, "optimiser": {"name": "SGD", "lr": 0.1, "beta": 0.9}})
    with pytest.raises(
        InputError, match="networks.mine.training.optimiser: optimiser Adam: has no argument capturable"
    ):
        optimisers.check({"name": "Adam", "lr": 0.1, "capturable": True}, "mine")
    optimisers.check({"name": "Adam", "lr": 0.1}, "mine")


@pytest.mark.parametrize("rate", [-1, "1e-3"])
def test_an_impossible_value_is_refused_with_torchs_reason(tmp_path, rate):
    with pytest.raises(InputError, match="optimiser Adam: .*write 0.001"):
        trained(tmp_path, {**SETTINGS, "optimiser": {"name": "Adam", "lr": rate}})
