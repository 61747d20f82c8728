"""Keys that YAML would drop or misread are named with their lines; what is legal passes."""

import pytest
import yaml

from mien.configuration.yaml_files import check_yaml
from mien.errors import InputError


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", ["lines 1 and 3: the key a stands there twice"]),
        ("a: 1\n'a': 3\n", ["lines 1 and 2: the key a "]),
        ("\ufeff# André\na: 1\na: 3\n", ["lines 2 and 3: the key a "]),
        ("networks:\n  vgg:\n    seeds: [0]\n\n    seeds: [1]\n", ["lines 3 and 5: the key networks.vgg.seeds "]),
        ("a: [{x: 1}, {x: 1,\n x: 2}]\n", ["lines 1 and 2: the key a.1.x "]),
        ("b: &b {x: 1}\na: {<<: *b, y: 1,\n  y: 2}\n", ["lines 2 and 3: the key a.y "]),
        ('{\n\t"a": 1,\n\t"b": {"c": 1,\n\t"c": 2}}', ["lines 3 and 4: the key b.c "]),
        ('{"a"\n: 1, "b": {"c": 1, "c": 2}}', ["the key c stands twice"]),
        ("networks:\n  on: {}\n", ["line 2: YAML reads the key networks.on as true or false", '"on"']),
        ("no: 1\n", ["line 1: YAML reads the key no as true or false", '"no"']),
        ("1: 1\n", ["YAML reads the key 1 as a number", '"1"']),
        ("010: 1\n", ["YAML reads the key 010 as a number", '"010"']),
        ("1:30: 1\n", ["YAML reads the key 1:30 as a number", '"1:30"']),
        ("1.5: 1\n", ["YAML reads the key 1.5 as a number", '"1.5"']),
        ("2024-01-01: 1\n", ["YAML reads the key 2024-01-01 as a date", '"2024-01-01"']),
        ("a:\n  ~: 1\n", ["line 2: YAML reads the key a.~ as nothing", '"~"']),
        ("? [a, b]\n: 1\n", ["line 1: YAML reads the key ? as something else"]),
        ("a:\n\t- 1\n", ["neither YAML nor JSON", "line 2"]),
        ("a: 1\n---\na: 2\n", ["neither YAML nor JSON", "another document"]),
    ],
)
def test_a_key_that_is_lost_or_no_text_is_named_with_its_lines(written, text, words):
    path = written(text)
    with pytest.raises(InputError) as caught:
        check_yaml(path)
    message = str(caught.value)
    assert message.startswith(str(path)) and "\n" not in message
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- a\n",
        "a: {x: 1}\nb: {x: 1}\n",
        "a: &a {x: 1, z: &z [1]}\nb: {<<: *a, x: 2}\nc: *a\nd: {z: *z}\n",  # merged keys may be overridden
        "a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: *a, <<: *b}\nd: {<<: [*a, *b]}\n",
        "'on': 1\n'1': 2\ny: 3\n",
        '{"a": 1,\n\t"b": [{"a": 2}, {"a": "\\u00e9\\/"}]}',
        '{"a"\n: 1, "b": "\x7f"}',  # JSON, and no YAML
    ],
)
def test_what_yaml_and_json_allow_passes(written, text):
    check_yaml(written(text))


def test_another_encoding_is_named(tmp_path):
    (tmp_path / "study.yaml").write_bytes("a: 1 # André\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"study\.yaml: not text in UTF-8"):
        check_yaml(tmp_path / "study.yaml")


def test_files_that_come_with_mien_have_every_key_once(project):
    files = [
        path for folder in ("config", "profiles", "envs", "workflow") for path in (project / folder).rglob("*.yaml")
    ]
    assert len(files) > 10
    for path in files:
        check_yaml(path)
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
