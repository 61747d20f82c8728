import pytest

from mien.errors import InputError
from mien.networks.zoo import libraries

KNOWN = ("resnet50", "resnet50.a", "resnet50.b", "resnet101", "vit_tiny", "vit_tiny.a")


@pytest.mark.parametrize(
    "name, message",
    [
        ("resnet5", "'resnet5' is no model of x; did you mean resnet50"),
        ("resnet50.c", r"resnet50 has no 'c'; it has a, b$"),
        ("resnet101.c", "resnet101 has no 'c'; it has no tags"),
        ("vit_tny.a", "'vit_tny.a' is no model of x; did you mean vit_tiny.a"),
        ("0", "'0' is no model of x; did you mean .* or .* or "),
    ],
)
def test_an_unknown_name_is_answered_with_what_there_is(name, message):
    with pytest.raises(InputError, match=message):
        raise libraries.unknown(name, "model of x", KNOWN)


@pytest.mark.parametrize(
    "given, message",
    [
        ({"name": "hf-hub:timm/resnet50.a"}, "architecture.name: 'hf-hub:timm/resnet50.a' is of a hub or a folder"),
        ({"name": "local-dir:weights"}, "of a hub or a folder"),
        ({"name": "timm/resnet50"}, "of a hub or a folder"),
        ({"name": r"C:\weights"}, "of a hub or a folder"),
        ({"width": 0.5}, "architecture.width: not a key of a network from timm. Leave it out"),
        ({"dropout": 0.1}, "architecture.dropout: not a key of a network from timm. Leave it out"),
        ({"name": ""}, "architecture.name: missing"),
        ({"arguments": {"img_size": 64}}, "architecture.arguments.img_size: leave it out; input.size says it"),
    ],
)
def test_what_no_network_of_a_library_can_have_is_refused(given, message):
    with pytest.raises(InputError, match=message.replace("\\", r"\\")):
        libraries.check({"from": "timm", "name": "resnet50.a", **given}, {"img_size": "input.size says it"})


def test_names_tags_classes_sizes_and_other_arguments_are_left_to_the_library():
    architecture = {"from": "timm", "name": "resnet50.a", "classes": 0, "input_size": 96, "arguments": {"drop_rate": 1}}
    libraries.check(architecture, {"img_size": "input.size says it"})


@pytest.mark.parametrize(
    "url, starts",
    [
        ("https://download.pytorch.org/models/resnet50-11ad3fa6.pth", "11ad3fa6"),
        ("https://x/v0.1-weights/seresnext26_32x4d-65ebdb501.pth", "65ebdb501"),
        ("https://x/0123456789abcdef-01234567.d/mine.pth", None),  # of the folder, not of the file
        ("https://x/IN1K-vit.h.16-448px-300e.pth.tar", None),  # epochs
    ],
)
def test_a_digest_is_read_from_the_end_of_a_files_name(url, starts):
    assert libraries.digest_in(url).get("sha256_starts") == starts
