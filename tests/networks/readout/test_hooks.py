"""Networks read by hooks on their modules."""

import pytest
import torch

from mien.errors import InputError
from mien.networks.readout import hooks
from mien.networks.readout.layers import NOT_KNOWN, rectified_by
from tests.helpers.odd_networks import ByContent, Residual, value_of

pytestmark = pytest.mark.usefixtures("one_thread")
BATCH = torch.randn(3, 3, 9, 9, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def network():
    return ByContent().eval()


def test_modules_that_give_a_tensor_are_named_from_the_inner_to_the_outer(network):
    block = ["conv1", "bn1", "relu", "conv2", "bn2", "relu_1"]
    assert list(hooks.trace(network, BATCH).names) == [
        "stem", *(f"layer1.0.{name}" for name in block), "layer1.0", *(f"layer1.1.{name}" for name in block),
        "layer1.1", "layer1", "relu6", "fc",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "give", [lambda x: torch.relu(x)[:1], lambda x: torch.relu(x) > 0, lambda x: (x, x), lambda x: x.sum()]
)
def test_what_gives_no_numbers_for_each_picture_has_no_name(network, give):
    network.relu6.register_forward_hook(lambda module, given, value: give(value))
    network.fc.forward = lambda x: x
    network.forward = lambda x: network.fc(network.relu6(network.stem(x)))
    assert hooks.trace(network, BATCH).names[0] == "stem" and "relu6" not in hooks.trace(network, BATCH).names


def test_a_forward_ends_after_the_last_layer_that_is_read_and_leaves_no_hook(network):
    traced, called = hooks.trace(network, BATCH), []
    own = [
        module.register_forward_hook(lambda *_, path=path: called.append(path))
        for path, module in network.named_modules()
    ]
    told = []
    traced.reading(["layer1.0.relu", "stem", "stem"])(BATCH, lambda place, _: told.append(place))
    assert called == ["stem", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu"] and told == [1, 2, 0]
    for hook in own:
        hook.remove()
    assert not any(module._forward_hooks for module in network.modules())


def test_what_follows_a_layer_is_not_known(network):
    traced = hooks.trace(network, BATCH)
    assert rectified_by(traced, ["layer1.0.bn1", "layer1.0.relu"]) == {
        "layer1.0.bn1": NOT_KNOWN,
        "layer1.0.relu": "layer1.0.relu",
    }
    assert traced.relu_of("layer1.0.bn1") is None and traced.trunk(traced.names) == set()
    assert (value_of(traced, "layer1.0.bn1", BATCH) < 0).any()


def test_a_layer_that_is_not_computed_for_each_picture_is_refused():
    class Sometimes(Residual):
        def forward(self, x):
            return self.layer1(self.stem(x)) if x.mean() > 0 else self.stem(x)

    network = Sometimes().eval()
    read = hooks.trace(network, BATCH + 10).reading(["layer1.0"])
    with pytest.raises(InputError, match="layer 'layer1.0': the network does not compute it for each picture"):
        read(BATCH - 10, lambda place, value: None)
