"""The tables of keys in config/README.md, made of the sections by `python -m mien.configuration.documentation`.

A table stands between `<!-- keys of SECTION -->` and `<!-- end -->`.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from mien.configuration import (
    comparison,
    compute,
    decoding,
    diets,
    figures,
    networks,
    selectivity,
    sets,
    stimuli,
    study,
)
from mien.configuration.sections import Section, Words
from mien.configuration.variations import Variation

PAGE = Path("config/README.md")


def _of_each_source(sections: Any) -> list[type[Section]]:
    """The sections among which a `source` chooses."""
    return list(get_args(get_args(sections)[0]))


#: What each table is about, by its name; several sections where a `source` says which of them it is.
TABLES: dict[str, list[type[Section]]] = {
    "the file": [study.Study],
    "compute": [compute.Compute],
    "downloads": [compute.Downloads],
    "variations.NAME": [Variation],
    "stimuli": [stimuli.Stimuli],
    "stimuli.face_model": [stimuli.FaceModel],
    "stimuli.photographs": [stimuli.Photographs],
    "stimuli.photographs.eyes": [stimuli.Eyes],
    "stimuli.landmarks": [stimuli.Landmarks],
    "stimuli.sets.SET": _of_each_source(sets.Set),
    "stimuli.sets.SET.databases": [sets.Database],
    "stimuli.sets.morphs": _of_each_source(sets.Morphs),
    "diets.NAME": _of_each_source(diets.Diet),
    "networks.NAME": [networks.Network],
    "networks.NAME.architecture": [networks.Architecture],
    "networks.NAME.weights": [networks.Weights],
    "networks.NAME.input": [networks.Input],
    "networks.NAME.training": [networks.Training],
    "networks.NAME.training.optimiser": [networks.Optimiser],
    "selectivity": [selectivity.Selectivity],
    "decoding": [decoding.Decoding],
    "comparison": [comparison.Comparison],
    "comparison.roles": [comparison.Roles],
    "figures": [figures.Figures],
}


def table(sections: Sequence[type[Section]]) -> str:
    """The keys of sections in Markdown: a row for each, with its values, its default and its meaning."""
    return "\n".join(["| key | values | default | meaning, and why |", "|---|---|---|---|", *_rows(sections)])


def _rows(sections: Sequence[type[Section]]) -> list[str]:
    """A row a key. Where only some sources have it, its meaning begins with them."""
    rows: dict[tuple[str | None, ...], list[str]] = {}
    for section in sections:
        for name, field in section.model_fields.items():
            if field.description:  # a section within has a table of its own
                row = (field.alias or name, _values(field), _default(field), field.description)
                rows.setdefault(row, []).extend(_sources(section))
    everyone = [source for section in sections for source in _sources(section)]
    written = []
    for (key, values, default, meaning), of in sorted(rows.items(), key=lambda row: row[0][0] != "source"):
        some = "" if of == everyone or key == "source" else f"{', '.join(of)}: "
        written.append(f"| `{key}` | {values} | {default} | {some}{meaning} |")
    return written


def _sources(section: type[Section]) -> list[str]:
    source = section.model_fields.get("source")
    return [f"`{each}`" for each in get_args(source.annotation)] if source else []


def _values(field: FieldInfo) -> str:
    """What values a key has: as `Words` says it, or as its type does."""
    words = [part.values for part in field.metadata if isinstance(part, Words)]
    if words:
        return words[-1]
    if field.annotation is bool:
        return "`true`, `false`"
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    bounds = {
        name: getattr(part, name) for part in field.metadata for name in ("ge", "gt", "le", "lt") if hasattr(part, name)
    }
    low = bounds["ge"] if "ge" in bounds else f"above {bounds['gt']}"
    high = f" to {bounds['le']}" if "le" in bounds else f" to below {bounds['lt']}" if "lt" in bounds else ""
    return f"{low}{high}" + " or more" * ("ge" in bounds and not high)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.json_schema_extra:
        return field.json_schema_extra["otherwise"]
    return f"`{field.default if isinstance(field.default, str) else json.dumps(field.default)}`"


def with_tables(page: str) -> str:
    """A page with each table between its markers made anew."""
    return re.sub(
        r"(<!-- keys of (.+?) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{table(TABLES[found[2]])}\n{found[3]}",
        page,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
