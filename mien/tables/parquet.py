"""Tables as Parquet, and as CSV.

A file appears whole or not at all, carries the digests of what made it, and is checked when it is read. A job that only
asks what a table was made of needs no pandas, which takes a second to import.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mien.atomic import atomically
from mien.errors import MAKE_AGAIN, reading
from mien.tables.schema import LIST_OF, Schema
from mien.tables.spool import Spool

if TYPE_CHECKING:
    import pandas as pd


_ROWS = 64  # of responses that are written at once: Arrow needs as much room as they take


def write(schema: Schema, frame: "pd.DataFrame", path: str | Path, made_of: Mapping[str, object]) -> None:
    """Write `frame` as a table of this schema, atomically and with the same bytes each time.

    Args:
        made_of: what the table was made of, by name: digests of files and code, settings. Kept as JSON in the file.

    Raises:
        ValueError: as `Schema.check`, or a value is not of its column's type.
    """
    schema.check(frame)
    write_arrow(pa.Table.from_pandas(frame[schema.names], schema=_arrow(schema), preserve_index=False), path, made_of)


def write_spool(schema: Schema, rows: Spool, path: str | Path, made_of: Mapping[str, object]) -> None:
    """Write rows that were kept in a file as a table of this schema, as `write` does, part by part."""
    _write(_arrow(schema), len(rows), (part.select(schema.names) for part in rows), path, made_of)


def write_arrow(table: pa.Table, path: str | Path, made_of: Mapping[str, object]) -> None:
    """Write an Arrow table atomically, with `made_of` and a seal of what the page checksums leave out as metadata."""
    _write(table.schema, len(table), [table], path, made_of)


def _write(
    schema: pa.Schema, rows: int, parts: Iterable[pa.Table], path: str | Path, made_of: Mapping[str, object]
) -> None:
    text = json.dumps(made_of, sort_keys=True).encode()
    schema = schema.with_metadata({"mien": text, "seal": _seal(schema, rows, text)})
    few = [
        field.name for field in schema if not pa.types.is_floating(field.type) and not pa.types.is_nested(field.type)
    ]
    with (
        atomically(path) as partial,
        # a dictionary of numbers that are all different takes a fourth of the time, and room
        pq.ParquetWriter(partial, schema, use_dictionary=few, compression="zstd", write_page_checksum=True) as file,
    ):
        for part in parts:
            file.write_table(part.cast(schema))


def _arrow(schema: Schema) -> pa.Schema:
    """A table's schema as Arrow has it."""
    return pa.schema([(name, _type(column.type)) for name, column in schema.columns.items()])


def _type(name: str) -> pa.DataType:
    inner = name.removeprefix(LIST_OF)
    return pa.type_for_alias(name) if inner == name else pa.list_(pa.field("element", pa.type_for_alias(inner)))


def read(path: str | Path, columns: list[str] | None = None) -> "pd.DataFrame":
    """Read a table written by `write`.

    Raises:
        InputError: the file is damaged, is no Parquet, or cannot be read.
    """
    import pandas as pd

    return read_arrow(path, columns).to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)


def read_arrow(path: str | Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table as Arrow, with its page checksums and its seal verified. Raises `InputError` as `read` does."""
    with (
        reading(path, "Parquet", MAKE_AGAIN, (pa.ArrowException, UnicodeDecodeError)),
        pq.ParquetFile(path, page_checksum_verification=True) as file,
    ):
        schema, metadata = file.schema_arrow, file.schema_arrow.metadata or {}
        seal = _seal(schema, file.metadata.num_rows, metadata.get(b"mien", b""))
        if metadata.get(b"seal") != seal.encode():
            raise pa.ArrowInvalid("its footer is not the one that was written")
        return file.read(columns)


def _seal(schema: pa.Schema, rows: int, made_of: bytes) -> str:
    """SHA-256 of what a Parquet footer says: its pages have checksums, it has none."""
    return hashlib.sha256(f"{[str(field) for field in schema]} {rows} ".encode() + made_of).hexdigest()


def write_responses(
    stimuli: "pd.Series", responses: np.ndarray, units: np.ndarray, path: str | Path, made_of: Mapping[str, object]
) -> None:
    """Write the `responses` table: `stimulus`, and `response`, a list of one float32 a unit.

    Args:
        responses: (stimuli, units). The file's metadata names the units in their order.
    """
    values = pa.array(responses.astype(np.float32, copy=False).ravel())
    lists = pa.list_(pa.field("element", pa.float32()), len(units))  # the name that Parquet gives it
    column = pa.FixedSizeListArray.from_arrays(values, type=lists) if len(units) else pa.nulls(len(stimuli), lists)
    table = pa.table({"stimulus": pa.array(stimuli, pa.string()), "response": column})
    parts = (table.slice(start, _ROWS) for start in range(0, len(table), _ROWS))
    _write(table.schema, len(table), parts, path, {**made_of, "units": [int(unit) for unit in units]})


def read_responses(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Responses, float32 (stimuli, units), and the numbers of the units, from a `responses` table."""
    table = read_arrow(path)
    units = np.array(made_of(path)["units"], dtype=np.int64)
    values = table["response"].combine_chunks().flatten().to_numpy()
    return values.reshape(len(table), len(units)), units


def write_csv(frame: "pd.DataFrame", path: str | Path) -> None:
    """Write a table as CSV, atomically; numbers as short as they can be without losing a bit."""
    with atomically(path) as partial:
        frame.to_csv(partial, index=False, lineterminator="\n")


def made_of(path: str | Path) -> dict[str, object]:
    """What a table was made of: the `made_of` it was written with."""
    return json.loads(pq.read_schema(path).metadata[b"mien"])
