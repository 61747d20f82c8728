"""What is wrong with a configuration, in one line that names the key, what was found and what was expected."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

#: What pydantic finds wrong, in words: `found` and what the error's context holds are filled in.
_WRONG = {
    "greater_than_equal": "{found} is less than the minimum of {ge:.15g}",
    "greater_than": "{found} is less than or equal to the minimum of {gt:.15g}",
    "less_than_equal": "{found} is greater than the maximum of {le:.15g}",
    "less_than": "{found} is greater than or equal to the maximum of {lt:.15g}",
    "string_pattern_mismatch": "{found} does not match '{pattern}'",
    "too_long": "{found} is too long: at most {max_length}",
    "too_short": "{found} is too short: at least {min_length}",
}
#: The types that pydantic's errors are named after, as JSON calls them.
_TYPES = {
    "bool_type": "boolean",
    "dict_type": "object",
    "float_type": "number",
    "int_type": "integer",
    "list_type": "array",
    "model_type": "object",
    "model_attributes_type": "object",
    "string_type": "string",
}


def explained(errors: Sequence[Mapping], config: Mapping) -> str:
    """The first of the errors that lie least deep.

    Args:
        errors: as pydantic's `ValidationError.errors()` gives them.
        config: the configuration that they are about.
    """
    error = min(errors, key=lambda each: len(_place(each, config)[0]))
    path, section = _place(error, config)
    return f"configuration: {'.'.join(map(str, path)) or 'the top level'}: {_said(error, path, section)}"


def _place(error: Mapping, config: Any) -> tuple[list[str | int], Any]:
    """The keys that lead to what is wrong, without what pydantic adds to them; and what is there in `config`."""
    path, added = [], False
    for part in error["loc"]:
        if part == "[key]":  # the last one itself is wrong
            return path[:-1], config
        if isinstance(config, Mapping) and config.get("source") == part and not added:
            added = True  # pydantic's name of the section that has this source, which may be the name of a key too
        elif isinstance(config, list) or (isinstance(config, Mapping) and part in config):
            path.append(part)
            config, added = config[part], False
    wrong = ["source"] if error["type"] == "union_tag_invalid" else error.get("ctx", {}).get("keys", [])
    return [*path, *wrong], config


def _said(error: Mapping, path: Sequence, section: Any) -> str:
    kind, context, found = error["type"], error.get("ctx", {}), error["input"]
    if kind == "refused":
        return context["said"]
    if kind == "not_of_source":
        what = f"a set '{path[-2]}'" if path[0] == "stimuli" else "a diet"
        return f"not a key of {what} with source '{section['source']}'. Expected one of {context['known']}"
    if kind == "form":
        return f"found {json.dumps(found)}. Expected {error['msg']}"
    if kind == "missing" and "source" in section:
        return f"no key '{error['loc'][-1]}', which source '{section['source']}' needs"
    return f"{_wrong(kind, context, found, error['loc'])}. config/README.md explains every key"


def _wrong(kind: str, context: Mapping, found: Any, place: Sequence) -> str:
    if kind == "missing":
        return f"'{place[-1]}' is a required property"
    if kind == "union_tag_not_found":
        return "'source' is a required property"
    if kind == "union_tag_invalid":
        return f"{found['source']!r} is not one of [{context['expected_tags']}]{_hint('string', found['source'])}"
    if kind == "literal_error":
        return f"{found!r} is not one of [{context['expected'].replace(' or ', ', ')}]{_hint('string', found)}"
    if kind in _TYPES:
        return f"{found!r} is not of type '{_TYPES[kind]}'{_hint(_TYPES[kind], found)}"
    if kind == "too_short" and context["min_length"] == 1:
        return f"{found!r} should be non-empty"
    return _WRONG[kind].format(found=repr(found), **context)


def _hint(expected: str, found: Any) -> str:
    """What may have made a value one of another type."""
    if found is None:
        return " (it is empty)"
    if expected == "string" and not isinstance(found, str | Mapping | list):
        return " (YAML reads numbers, dates, on, off, yes and no as other than text: write it in quotes)"
    if expected in ("number", "integer") and isinstance(found, str):
        with contextlib.suppress(ValueError):
            number = f"{float(found):.15g}"
            return f" (text, as YAML reads 1e-3, and --config all numbers in braces: in a file, write {number})"
    return ""
