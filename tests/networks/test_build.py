import pytest
import torch

from mien.networks.build import build
from tests.helpers.small_networks import SMALL

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_built_network_is_zero_and_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    network = build(SMALL)
    assert torch.equal(before, torch.get_rng_state())
    assert all((parameter == 0).all() for parameter in network.parameters())
    assert not network.training
