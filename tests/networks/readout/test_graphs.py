"""Which way a network is traced, and that each is read as its own forward gives it."""

import pytest
import timm
import torch
from torch import nn

from mien.errors import InputError
from mien.networks.readout import checking, exported, fx_graphs, graphs
from mien.networks.readout.responses import responses_of, responses_to
from tests.helpers.odd_networks import ByContent, ByType, Residual, Row, values

pytestmark = pytest.mark.usefixtures("one_thread")
CPU = torch.device("cpu")


def pictures(n, size=9):
    return torch.randn(n, 3, size, size, generator=torch.Generator().manual_seed(n))


def hooked(network, batch, module, number=0):
    """What a module gives at one of its calls, by a plain hook."""
    given = []
    hook = network.get_submodule(module).register_forward_hook(lambda *call: given.append(call[2].clone()))
    with torch.inference_mode():
        network(batch.clone())
    hook.remove()
    return given[number]


@pytest.mark.parametrize("kind, by", [(Row, "fx"), (Residual, "export"), (ByContent, "hooks"), (ByType, "export")])
def test_the_first_way_that_gives_what_the_network_gives_is_taken(kind, by):
    network = kind()
    assert [graphs.trace(network, batch).by for batch in (graphs.noise(9, CPU), pictures(1), pictures(5))] == [by] * 3
    assert network.training and not any(module._forward_hooks for module in network.modules())
    assert network.eval() and graphs.trace(network, pictures(2)).by == by and not network.training


@pytest.mark.parametrize("name, by", [("mobilenetv3_small_050", "fx"), ("efficientvit_b0", "export")])
def test_networks_of_timm_pass_at_any_layer(name, by):
    network = timm.create_model(name, pretrained=False, num_classes=5)
    traced = graphs.trace(network, graphs.noise(64, CPU))
    found, _ = values(traced, pictures(3, 64))
    layers = [name for name, value in found.items() if isinstance(value, torch.Tensor) and value.shape[:1] == (3,)]
    units, faults = checking.check(traced, layers, True, pictures(3, 64))
    assert (traced.by, faults, set(units)) == (by, {}, set(layers)) and len(layers) > 150


def test_what_torch_fx_takes_for_the_network_may_be_another_one():
    network = ByType().eval()
    assert fx_graphs.trace(network).by == "fx"  # without an error
    assert "mul" in fx_graphs.trace(network).names and "mul" not in graphs.trace(network, pictures(2)).names


@pytest.mark.parametrize("n", [1, 3, 128])
@pytest.mark.parametrize("kind", [Residual, ByContent, ByType])
def test_any_number_of_pictures_is_read_as_a_hook_sees_them(kind, n):
    network, batch = kind().eval(), pictures(n)
    kept = batch.clone()
    read = lambda layer: responses_of(network, layer, rectified=False)(batch)  # noqa: E731
    torch.testing.assert_close(read("stem"), hooked(network, batch, "stem"))
    torch.testing.assert_close(read("fc")[:, :, 0, 0], hooked(network, batch, "fc"))
    if kind is not ByType:
        torch.testing.assert_close(read("layer1.0.bn2"), hooked(network, batch, "layer1.0.bn2"))
        torch.testing.assert_close(read("layer1.1.relu_1"), hooked(network, batch, "layer1.1.relu", 1))
        torch.testing.assert_close(read("layer1"), hooked(network, batch, "layer1"))
    assert torch.equal(batch, kept)


@pytest.mark.parametrize("kind", [Row, Residual, ByContent, ByType])
def test_every_layer_passes_the_check(kind):
    traced, batch = graphs.trace(kind(), pictures(2)), pictures(3)
    found, _ = values(traced, batch)
    layers = [name for name, value in found.items() if value.shape[:1] == (3,)]
    units, faults = checking.check(traced, layers, True, batch)
    assert faults == {} and list(units) == layers and "fc" in layers


def test_what_differs_each_time_is_traced_the_first_way_and_refused_where_it_differs():
    class Random(Row):
        def forward(self, x):
            return self.fc(nn.functional.dropout(self.relu(self.conv(x)).mean((2, 3))))

    traced = graphs.trace(Random(), pictures(2))
    units, faults = checking.check(traced, ["conv", "fc"], True, pictures(3))
    assert (traced.by, list(units)) == ("fx", ["conv"])
    assert "from 'dropout' on" in str(faults["fc"])


def test_pictures_of_a_size_that_the_network_does_not_take_are_refused():
    with pytest.raises(InputError, match="the network takes no pictures of 3 x 2 x 2: "):
        graphs.trace(Row(), pictures(2, 2))


def test_a_network_without_numbers_is_traced_by_torch_fx():
    network = Row().to("meta")
    assert graphs.trace(network, graphs.noise(9, torch.device("meta"))).by == "fx"


# ------------------------------------------------------------------------------------------------------------- programs


def saved_and_loaded(network, n, folder, **how):
    program = torch.export.export(network.eval(), (pictures(n),), **how)
    torch.export.save(program, folder / "network.pt2")
    return torch.export.load(folder / "network.pt2").module()


def test_an_exported_program_is_read_like_its_network(tmp_path):
    network, batch = Residual().eval(), pictures(3)
    program = saved_and_loaded(network, 4, tmp_path, dynamic_shapes=({0: torch.export.Dim.AUTO},))
    traced, own = graphs.trace(program, pictures(2)), exported.trace(network, batch)
    assert (traced.by, traced.names) == ("export", own.names)
    layers = ["layer1.0.conv1", "layer1.0.bn2", "layer1.0", "layer1.1.relu_1", "layer1", "fc", "clamp_min"]
    for rectified in (False, True):
        found, expected = {}, {}
        for each, into in ((traced, found), (own, expected)):
            tell = responses_to(each, layers, rectified)
            tell(batch, lambda layer, value, into=into: into.update({layer: value.clone()}))
            tell(batch[:1], lambda layer, value, into=into: into.update({(layer, 1): value.clone()}))
        assert found.keys() == expected.keys()
        assert all(torch.equal(value, expected[layer]) for layer, value in found.items())
    units, faults = checking.check(traced, layers, True, batch)
    assert faults == {} and units.keys() == set(layers)


def test_a_program_for_a_fixed_number_of_pictures_is_refused_with_how_to_export_it(tmp_path):
    program = saved_and_loaded(Row(), 4, tmp_path)
    with pytest.raises(
        InputError, match=r"exported for 4 pictures .* dynamic_shapes=\{'x': \{0: torch.export.Dim.AUTO"
    ):
        graphs.trace(program, pictures(2))


def test_a_lack_of_memory_is_no_reason_to_go_another_way(monkeypatch):
    def trace(network):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(fx_graphs, "trace", trace)
    with pytest.raises(torch.OutOfMemoryError):
        graphs.trace(Row(), pictures(2))
