"""The script that draws any figure: what it reads is what a module is given."""

import runpy
from types import SimpleNamespace

import pytest

from mien import provenance
from mien.figures import style


@pytest.mark.parametrize("names", ["0,1", "conv1_1,conv1_2"])
def test_layers_are_text_also_where_they_are_called_by_numbers(project, tmp_path, monkeypatch, names):
    nodes = tmp_path / "shallow" / "layers.csv"
    nodes.parent.mkdir()
    nodes.write_text("layer,channels\n" + "".join(f"{name},32\n" for name in names.split(",")))
    given = {}
    module = SimpleNamespace(draw=lambda tables, chosen: given.update(tables) or (None, None))
    monkeypatch.setattr(provenance, "load", lambda name: module)
    monkeypatch.setattr(style, "save", lambda *drawn: None)
    params = SimpleNamespace(module="any", chosen="{}")
    job = SimpleNamespace(input={"nodes": [nodes]}, params=params, log=[str(tmp_path / "log")], output={})
    runpy.run_path(str(project / "workflow/scripts/figure.py"), {"snakemake": job})
    assert given["nodes"]["layer"].tolist() == names.split(",") and set(given["nodes"]["network"]) == {"shallow"}
