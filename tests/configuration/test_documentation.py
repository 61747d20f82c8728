"""The tables of keys in config/README.md say what the models say."""

import re
from typing import get_args

import pytest

from mien.configuration import documentation
from mien.configuration.sections import Section
from mien.configuration.study import Study


@pytest.fixture(scope="module")
def page(project) -> str:
    return (project / documentation.PAGE).read_text(encoding="utf-8")


def test_tables_of_keys_are_up_to_date(page):
    assert documentation.with_tables(page) == page, "run ./with-env python -m mien.configuration.documentation"
    assert documentation.with_tables(page.replace("| 1 or more |", "| any |")) == page


def test_every_table_stands_on_the_page_once_under_its_heading(page):
    tables = re.findall(r"^<!-- keys of (.+) -->$", page, re.MULTILINE)
    assert sorted(tables) == sorted(documentation.TABLES)
    for part in re.split(r"^(?=### )", page, flags=re.MULTILINE):
        for name in re.findall(r"^<!-- keys of (.+) -->$", part, re.MULTILINE):
            assert part.startswith(f"### `{'study' if name == 'the file' else name}`\n")


def sections_in(annotation: object) -> set[type[Section]]:
    """All sections that a key may hold, and those within them."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        inner = (field.annotation for field in annotation.model_fields.values())
        return {annotation}.union(*map(sections_in, inner))
    return set().union(*map(sections_in, get_args(annotation)))


def test_every_key_is_documented():
    documented = {section for sections in documentation.TABLES.values() for section in sections}
    sections = sections_in(Study)
    assert len(sections) > 25
    for section in sections:
        for name, field in section.model_fields.items():
            if not sections_in(field.annotation):
                assert section in documented and field.description, (section, name)
