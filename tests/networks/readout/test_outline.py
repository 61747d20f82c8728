from mien.networks.readout.outline import after_image, outline
from tests.helpers.drawing import DEEP, VGG

IMAGED = after_image(VGG, 64)


def test_layers_have_their_sizes_and_pools_are_left_out():
    blocks = outline(IMAGED, "conv5_3").set_index("layer")
    assert blocks.index.tolist() == [name for name in IMAGED["layer"] if not name.startswith("pool")]
    assert blocks.loc["image"].tolist() == [3, 64, 64, True, "fx"]
    assert blocks.loc["conv5_3"].tolist() == [128, 4, 4, True, "fx"]
    assert blocks.loc["fc8"].tolist() == [32, 1, 1, True, "fx"]
    assert outline(VGG, "pool3")["layer"].tolist().count("pool3") == 1
    assert after_image(IMAGED, 64)["layer"].tolist().count("image") == 1


def test_of_many_nodes_some_are_drawn_and_the_layer_among_them():
    layer = "features.7.2.block_of_many_words.relu"
    blocks = outline(DEEP, layer)
    assert len(blocks) == 20 and layer in set(blocks["layer"])
    assert blocks["layer"].iloc[0] == DEEP["layer"].iloc[0] and not blocks.duplicated("layer").any()
    others = blocks[blocks["layer"] != layer]
    assert not others.duplicated(["channels", "rows", "columns"]).any()


def test_without_a_trunk_to_speak_of_all_layers_are_drawn_in_their_order():
    inner = ~VGG["layer"].str.contains("pool")
    hooked = after_image(VGG.assign(trunk=False, traced_by="hooks"), 64)
    blocks = outline(hooked, "conv5_3")
    assert blocks["layer"].tolist() == ["image", *VGG["layer"][inner]] and set(blocks["traced_by"]) == {"hooks"}
    branches = outline(after_image(VGG.assign(trunk=VGG["layer"].isin(["fc7", "fc8"])), 64), "conv5_3")
    assert branches["layer"].tolist() == blocks["layer"].tolist()
    assert branches[branches["trunk"]]["layer"].tolist() == ["image", "fc7", "fc8"]
