"""The documentation says what the code does: every key, table and column, and examples that work."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from mien import status
from mien.configuration import study
from mien.expressions import EXPRESSIONS
from tests.helpers.schemas import all_schemas

#: What a heading or a table of the documentation stands for.
PLACEHOLDERS = {"{expression}": EXPRESSIONS, "{half}": ("a", "b")}
DOCUMENTS = [
    "README.md",
    "config/README.md",
    "docs/tables.md",
    "docs/protocol.md",
    "docs/limits.md",
    "docs/design.md",
    "docs/extending.md",
    "resources/published/README.md",
]


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text()


@pytest.fixture(scope="module")
def tables(project: Path) -> str:
    return (project / "docs/tables.md").read_text()


def sections_of(page: str) -> dict[str, list[list[str]]]:
    """Rows that begin with a name in backticks, by what the heading names in backticks, or by its words."""
    sections: dict[str, list[list[str]]] = {}
    for part in re.split(r"^##+ ", page, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        lines = re.findall(r"^\|(.+)\|$", body, flags=re.MULTILINE)
        rows = [[cell.strip() for cell in line.split("|")] for line in lines]
        sections |= dict.fromkeys(named(heading) or [heading], [row for row in rows if row[0].startswith("`")])
    return sections


def named(text: str) -> list[str]:
    """What a text names in backticks, each placeholder written out."""
    names = re.findall(r"`([^`]+)`", text)
    for placeholder, values in PLACEHOLDERS.items():
        names = [name.replace(placeholder, v) for name in names for v in (values if placeholder in name else ("",))]
    return names


def test_every_table_and_column_is_documented_and_no_other(tables):
    sections = sections_of(tables)
    shared = {column for row in sections["Shared columns"] for column in named(row[0])}
    for schema in all_schemas():
        own = {column for row in sections[schema.name] for column in named(row[0])}
        assert set(schema.names) - own - shared == set(), f"{schema.name}: columns without documentation"
        assert own - set(schema.names) == set(), f"{schema.name}: documentation without columns"
    used = [column for schema in all_schemas() for column in schema.names]
    assert all(used.count(column) > 1 for column in shared), "a shared column belongs to several tables"


def test_where_one_value_of_a_column_is_documented_all_are(tables):
    sections = sections_of(tables)
    checked = 0
    for schema in all_schemas():
        for name, column in schema.columns.items():
            rows = [row for row in sections[schema.name] + sections["Shared columns"] if name in named(row[0])]
            told = {word for row in rows for word in named(row[1])}
            if told & set(column.allowed):
                assert set(column.allowed) <= told, f"{schema.name}: {name}"
                checked += 1
    assert checked > 30


def test_every_code_of_a_status_is_documented_with_its_words(tables):
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", tables, flags=re.MULTILINE))
    assert {code: rows.get(code) for code in status.WORDS} == dict(status.WORDS)


def test_the_readme_names_the_commands(readme):
    for command in (
        "./with-env snakemake --cores all",
        "./with-env pytest",
        "./with-env snakemake --report report.zip",
        "./with-env snakemake --unlock",
    ):
        assert command in readme


def examples(readme: str) -> list[dict]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", readme, flags=re.DOTALL)]


def changed(config: dict, example: dict, path: tuple = ()) -> dict:
    """The configuration with an example's keys in it; a stimulus set, a line of the file, is replaced as a whole."""
    config = copy.deepcopy(config)
    for key, value in example.items():
        whole = path == ("stimuli", "sets") or not isinstance(value, dict)
        config[key] = value if whole or key not in config else changed(config[key], value, (*path, key))
    return config


def test_the_readmes_examples_are_configurations_that_work(project, readme):
    default = yaml.safe_load((project / "config/config.yaml").read_text())
    before = set(study.cells(study.complete(default)))
    studies = [study.complete(changed(default, example)) for example in examples(readme)]
    after = [set(study.cells(each)) for each in studies]
    assert [bool(cells - before) for cells in after] == [True] * 5 + [False]  # only pictures add none
    assert all(before <= cells for cells in after)
    assert studies[-1]["stimuli"]["sets"]["controlled"] == {"source": "pictures", "table": "pictures/controlled.csv"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(project, document):
    page = project / document
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        linked = page.parent / file if file else page
        assert linked.exists(), f"{document}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{document}: {target}"


def test_nothing_is_left_to_fill_in(project):
    for document in DOCUMENTS:
        assert not re.findall(r"TODO|@[A-Z]+@", (project / document).read_text()), document
