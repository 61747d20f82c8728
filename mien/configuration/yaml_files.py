"""Configuration files as people write them: what YAML would drop, or read as something else, is named.

Light to import: the Snakefile checks the study's files.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from mien.errors import InputError

_TAG = "tag:yaml.org,2002:"
_KINDS = {
    f"{_TAG}bool": "true or false",
    f"{_TAG}int": "a number",
    f"{_TAG}float": "a number",
    f"{_TAG}timestamp": "a date",
    f"{_TAG}null": "nothing",
}

_TOO_LARGE = 2**63


def check_yaml(path: str | Path) -> None:
    """Check that every mapping of a YAML or JSON file has each key once, and that all keys are text.

    Anchors, `<<` and keys beside it that override a merged one are as YAML has them.

    Raises:
        InputError: one message that names the file, the key and its lines.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        if text.lstrip().startswith("{"):
            text = text.replace("\t", " ")  # which may indent JSON, and not YAML
        _check_node(path, yaml.compose(text, yaml.SafeLoader), ())
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8 ({error}). Save it as such") from None
    except yaml.YAMLError as error:
        _check_json(path, text, " ".join(str(error).split()))


def plain(value: Any, key: str = "") -> Any:
    """A configuration, or a value under a key of it, as JSON can hold it; 10.0 is the integer 10: the same jobs.

    Raises:
        InputError: YAML reads something as what JSON does not have, such as a date; the message names the key.
    """
    where = f"configuration: {key or 'the top level'}"
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise InputError(f"{where}: YAML reads the key {name} not as text. Write it in quotes")
        return {name: plain(part, f"{key}.{name}" if key else name) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part, f"{key}.{place}") for place, part in enumerate(value)]
    if value is None or isinstance(value, str | bool):
        return value
    if not isinstance(value, int | float):
        raise InputError(f"{where}: YAML reads {value} as a {type(value).__name__}. Write it in quotes")
    if not -_TOO_LARGE < value < _TOO_LARGE:
        raise InputError(f"{where}: found {value!r:.40}. Expected a finite number that 64 bits can hold")
    whole = isinstance(value, float) and value.is_integer() and "training.optimiser." not in key  # torch's floats
    return int(value) if whole else value


def _check_node(path: str | Path, node: yaml.Node | None, key: Sequence[str]) -> None:
    if isinstance(node, yaml.SequenceNode):
        for place, part in enumerate(node.value):
            _check_node(path, part, (*key, str(place)))
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for name, part in node.value:
            if name.tag != f"{_TAG}merge":
                if name.tag != f"{_TAG}str":
                    written = name.value if isinstance(name, yaml.ScalarNode) else "?"
                    raise InputError(
                        f"{path}, line {_line(name)}: YAML reads the key {'.'.join((*key, written))} as "
                        f'{_KINDS.get(name.tag, "something else")}, not as text. Write it in quotes: "{written}"'
                    )
                if name.value in lines:
                    raise InputError(
                        f"{path}, lines {lines[name.value]} and {_line(name)}: the key {'.'.join((*key, name.value))} "
                        "stands there twice, and only the last would count. Rename or delete one"
                    )
                lines[name.value] = _line(name)
            _check_node(path, part, (*key, str(name.value)))


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _check_json(path: str | Path, text: str, why_not_yaml: str) -> None:
    """The same of JSON that is no YAML, such as a key and its colon on two lines; the lines are not known."""

    def once(pairs: Iterable[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"{path}: the key {name} stands twice in one mapping. Rename or delete one")

    try:
        json.loads(text, object_pairs_hook=once)
    except ValueError:
        raise InputError(f"{path}: neither YAML nor JSON: {why_not_yaml}") from None
