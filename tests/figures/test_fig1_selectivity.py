"""Figure 1 on planted tables."""

import numpy as np
import pytest

from mien.expressions import EXPRESSIONS
from mien.networks.readout.layers import layer_table
from mien.networks.readout.outline import outline
from tests.helpers.drawing import DEEP, MANY, VGG, assert_words_apart, draw, said
from tests.helpers.reading import diamonds

NAME = "fig1_selectivity"
BRANCHED = {"shufflenet_v2_x0_5": "stage3.1.branch2.5", "mobilenet_v3_small": "features.11.block.2.fc1"}


def test_units_are_sorted_by_preferred_expression_and_tuning(drawn):
    _, panels = drawn(NAME)
    columns = panels["b"].drop_duplicates("column")
    order = [EXPRESSIONS.index(expression) for expression in columns["preferred"]]
    assert order == sorted(order) and len(order) == 40
    best = panels["b"].groupby("column")["tuning"].max().to_numpy()
    same = np.diff(order) == 0
    assert (np.diff(best)[same] <= 0).all()


@pytest.mark.parametrize("name, branch", BRANCHED.items())
def test_no_branches_are_drawn_as_a_chain(name, branch, tables):
    nodes = layer_table({"from": "torchvision", "name": name, "input_size": 64, "classes": 5})
    blocks = outline(nodes, nodes["layer"].iloc[-1])
    assert blocks["trunk"].all() and len(blocks) > 5
    assert (blocks["rows"].diff().dropna() <= 0).all()  # of these networks no layer has more places than one before it
    assert not blocks["layer"].isin(["stage2", "stage2.0", "features", "features.1"]).any()  # modules are drawn once
    named = outline(nodes, branch)
    assert named[~named["trunk"]]["layer"].tolist() == [branch]
    study = {table: frame.replace({"conv5_3": branch}) for table, frame in tables.items()}
    figure, _ = draw(
        NAME, study, layers=dict.fromkeys(["face_trained", "object_trained", "untrained"], branch), nodes=nodes
    )
    assert any(text.startswith(f"{branch} (branch)") for text in said(figure))


def test_of_a_network_read_by_hooks_no_chain_is_claimed(tables):
    """Nor is any layer called a branch, for nobody knows."""
    figure, panels = draw(NAME, tables, nodes=VGG.assign(trunk=False, traced_by="hooks"))
    assert_words_apart(figure)
    every = " ".join(said(figure))
    assert "what each gets its input from is not known" in every and "(branch)" not in every
    assert len(panels["a"]) > 10


def test_twelve_networks_and_many_nodes_have_room(many):
    study, layers = many
    layer = "features.7.2.block_of_many_words.relu"
    study = {name: table.replace({"conv5_3": layer}) for name, table in study.items()}
    layers = {name: layer if at == "conv5_3" else at for name, at in layers.items()}
    figure, panels = draw(NAME, study, compare=MANY, layers=layers, nodes=DEEP)
    assert_words_apart(figure)
    assert panels["d"]["network"].unique().tolist() == MANY


def test_the_share_of_the_units_that_vary_stands_beside_that_of_all(tables, drawn):
    shares = tables["selection"].query("layer == 'conv5_3'")["share_of_varying"]
    assert diamonds(drawn(NAME)[0].axes[3], 1) == pytest.approx(sorted(100 * shares))
    every = tables["selection"].assign(n_varying=2048, share_of_varying=tables["selection"]["share_of_all"])
    figure, _ = draw(NAME, tables | {"selection": every})
    assert diamonds(figure.axes[3], 1) == [] and "% of the units that vary" not in said(figure)


def test_the_title_says_how_many_units_and_how_many_by_chance(drawn):
    every = " ".join(said(drawn(NAME)[0]))
    assert "face trained, conv5_3, seed 0: 40 selective of 2,048 units, of which 1,348 vary" in every
    assert "shuffled expressions: 14, 95 % 6 to 24; p = .010" in every
