"""Every table's schema, wherever the stage that makes the table keeps it."""

import importlib
import re

from mien.comparison.schemas import SCHEMAS
from mien.expressions import EXPRESSIONS
from mien.provenance import ROOT
from mien.tables.schema import Schema


def by_module() -> dict[str, dict[str, Schema]]:
    """Schemas by the file of `mien` where they stand, and by the name of the constant, or of the function that gives
    the schema of a study's expressions."""
    found = {}
    for path in sorted((ROOT / "mien").rglob("*.py")):
        names = re.findall(r"^(?:def )?(\w+_schema(?=\()|\w+(?= = Schema\())", path.read_text(), re.MULTILINE)
        if names:
            file = path.relative_to(ROOT)
            module = importlib.import_module(".".join(file.with_suffix("").parts))
            held = {name: getattr(module, name) for name in names}
            found[str(file)] = {n: each if isinstance(each, Schema) else each(EXPRESSIONS) for n, each in held.items()}
    return found


def all_schemas() -> list[Schema]:
    """Of each table; of one that cells and the study have, either."""
    stages = [schema for of_module in by_module().values() for schema in of_module.values()]
    columns = [schema.names for schema in stages]
    return [*stages, *(schema for schema in SCHEMAS.values() if schema.names not in columns)]
