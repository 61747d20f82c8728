import random
import socket
import sys

import numpy as np
import pytest
import torch

from mien.errors import InputError
from mien.networks.architectures import check
from mien.networks.build import build
from mien.networks.initialisation import initialised
from mien.networks.zoo.packages import ZOO

PACKAGE = """
import random
import socket
import urllib.request

import numpy
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, units=2, scale=1.0):
        super().__init__()
        self.layer = nn.Linear(3, units)
        self.scale = nn.Parameter(torch.tensor([random.random(), numpy.random.rand()]) * scale)

    def forward(self, batch):
        return self.layer(batch.mean((2, 3))) * self.scale


class Inner:
    Net = Net


def no_network():
    return {"layer": 1}


def fetching():
    try:
        urllib.request.urlopen("http://example.org/weights.pth", timeout=1)
    except OSError:
        pass  # and on with random weights
    return Net()


def connecting():
    socket.create_connection(("192.0.2.1", 80), timeout=1)


def broken():
    raise RuntimeError("no such block")


def leaving():
    raise SystemExit("no licence")


def half():
    return Net().half()


def lazy():
    return nn.LazyLinear(3)


def without_numbers():
    with torch.device("meta"):
        return Net()


def compiled():
    net = Net()
    net.compile()
    return net


def scripted():
    return torch.jit.script(nn.Linear(2, 2))


def for_several_gpus():
    return nn.DataParallel(Net())


class Keeping(Net):
    def get_extra_state(self):
        return {"sharpness": 3}


class Unusual(Net):
    def train(self, mode=True):
        super().train(mode)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package, `a_package`."""
    folder = tmp_path / "a_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "models.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "a_package.models"
    for name in ("a_package", "a_package.models"):
        sys.modules.pop(name, None)


def of(package, name, **arguments):
    return {"from": package, "name": name, "arguments": arguments, "input_size": 16}


def test_a_class_is_called_with_its_arguments_and_draws_from_the_seed_alone(package):
    architecture = of(package, "Inner.Net", units=2, scale=0.5)
    check(architecture, ["layer"])
    before = random.getstate(), np.random.get_state()[1].copy(), torch.random.get_rng_state()
    a, b, c = (initialised(architecture, "constructor", seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not any(torch.equal(a[name], c[name]) for name in a)
    assert (a["scale"] <= 0.5).all()
    assert random.getstate() == before[0] and (np.random.get_state()[1] == before[1]).all()
    assert torch.equal(torch.random.get_rng_state(), before[2])
    assert vars(build(architecture)).keys() == vars(torch.nn.Module()).keys()  # nothing is set on it


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Nothing", {}, "architecture.name: 'Nothing': a_package.models has nothing of this name"),
        ("no_network", {}, "a_package.models, no_network: expected a torch.nn.Module, got dict"),
        ("broken", {}, "a_package.models, broken: cannot be built: RuntimeError: no such block"),
        ("leaving", {}, "a_package.models, leaving: cannot be built: SystemExit: no licence"),
        ("half", {}, "'scale' is of torch.float16, and float32 is read. Convert the network"),
        ("lazy", {}, "'weight' has no shape before the network has seen a picture"),
        ("without_numbers", {}, "'.*' is on the device meta. Build the network on the processor"),
        ("compiled", {}, "compiled by torch.compile.*Give the network uncompiled"),
        ("scripted", {}, "TorchScript, .*Give the network that it was made of"),
        ("Keeping", {}, "'_extra_state' is kept with the weights, and is a dict, no tensor. Register a buffer"),
        ("Net", {"depth": 3}, "called with architecture.arguments: {'depth': 3}"),
        ("Net", {"depth": 3}, "cannot be built: TypeError: .*unexpected keyword argument 'depth'"),
        ("fetching", {}, "its constructor tried to reach example.org.*name the weights in the network's `weights`"),
        ("connecting", {}, "its constructor tried to reach .*192.0.2.1"),
    ],
)
def test_what_cannot_be_built_is_one_message(package, name, arguments, message):
    with pytest.raises(InputError, match=message):
        build(of(package, name, **arguments))
    assert socket.getaddrinfo("localhost", 80)  # connections are there again


def test_a_network_may_return_nothing_from_train_or_be_wrapped_for_several_gpus(package):
    assert not build(of(package, "Unusual")).training
    assert set(build(of(package, "for_several_gpus")).state_dict()) == {"layer.weight", "layer.bias", "scale"}


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        ({"from": "not_installed_here", "name": "Net"}, "'not_installed_here': no such module.*requirements-extra.txt"),
        ({"from": "a_package.modles", "name": "Net"}, "'a_package.modles': no such module is installed"),
    ],
)
def test_a_module_that_is_not_installed_is_told(package, architecture, message):
    with pytest.raises(InputError, match=message):
        build({**architecture, "input_size": 16})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": None}, "architecture.name: missing. Name the model, class or function of a_package"),
        ({"width": 2}, "architecture.width: not a key of a network from a_package. Write it in `arguments`"),
        ({"classes": 2}, "architecture.classes: not a key"),
        ({"arguments": {"pretrained": True}}, "arguments.pretrained: a constructor must not fetch.*`weights`"),
        ({"arguments": {"weights": "IMAGENET1K_V1"}}, "arguments.weights: a constructor must not fetch"),
        ({"arguments": {"checkpoint_path": "a.pth"}}, "arguments.checkpoint_path: a constructor must not"),
        ({"from": "a-package"}, "'a-package': expected a zoo .*Did you mean a_package?"),
        ({"from": "./a_package.pth"}, "'./a_package.pth': expected a zoo .*a file that ends in .py or .pt2"),
        ({"from": ""}, "architecture.from: '': expected a zoo"),
        ({"from": "torch.hub", "name": "load"}, "torch.hub fetches code and runs it, which mien does not"),
        ({"from": "torch", "name": "hub.load"}, "torch.hub fetches code and runs it"),
    ],
)
def test_what_no_network_of_a_package_may_say_is_refused_before_it_is_built(given, message):
    with pytest.raises(InputError, match=message):
        check({"from": "a_package", "name": "Net", "input_size": 16, **given}, [])


def test_arguments_that_load_nothing_may_be_given():
    check({"from": "a_package", "name": "Net", "arguments": {"pretrained": False, "weight_init": "jax"}}, [])


def test_a_package_is_known_by_its_version():
    assert ZOO.source({"from": "torchvision.models"}).startswith("0.")
    assert ZOO.source({"from": "yaml"})[0].isdigit()  # of PyYAML
