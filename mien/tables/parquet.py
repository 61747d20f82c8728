"""Parquet, and the columns of every table: the contracts between stages.

A file appears whole or not at all, carries the digests of what made it, and is checked when it is read.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mien.atomic import atomically
from mien.errors import MAKE_AGAIN, reading
from mien.expressions import EXPRESSIONS

_TEXT, _INT, _FLOAT, _BOOL = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_CELL = {"network": _TEXT, "layer": _TEXT, "seed": _INT}
_PICTURE = {"source": _TEXT, "image": pa.binary(), "sha256": _TEXT}
#: One way of reading a cell: which units (`group`, `draw`), read by which classifier.
_READOUT = {"group": _TEXT, "draw": _INT, "classifier": _TEXT}
#: A p-value corrected for the number of comparisons.
_CORRECTED = {"p_corrected": _FLOAT, "correction": _TEXT, "n_comparisons": _INT}

#: Columns and types of every table, by name.
SCHEMAS: dict[str, pa.Schema] = {
    name: pa.schema(list(columns.items()))
    for name, columns in {
        # stimuli: one row an image, in the order of presentation
        "stimuli": {
            "stimulus": _TEXT,
            "set": _TEXT,
            "identity": _TEXT,
            "expression": _TEXT,
            "continuum": _TEXT,
            "level": _FLOAT,
            **_PICTURE,
        },
        "diet": {
            "stimulus": _TEXT,
            "diet": _TEXT,
            "label": _TEXT,
            "expression": _TEXT,
            "split": _TEXT,
            **_PICTURE,
        },
        # photographs of a set, before they are its stimuli
        "photographs": {
            "identity": _TEXT,
            "expression": _TEXT,
            "database": _TEXT,
            "file": _TEXT,
            "path": _TEXT,
            "sha256": _TEXT,
        },
        "left_out": {"database": _TEXT, "file": _TEXT, "reason": _TEXT},
        "rejected": {
            "identity": _TEXT,
            "expression": _TEXT,
            "database": _TEXT,
            "file": _TEXT,
            "reason": _TEXT,
            "detail": _TEXT,
        },
        "duplicates": {
            **{f"{column}_{side}": _TEXT for side in "ab" for column in ("set", "identity", "expression", "file")},
            "correlation": _FLOAT,
        },
        # one cell
        "moments": {"unit": _INT, "channel": _INT, "row": _INT, "column": _INT, "shift": _FLOAT}
        | {
            f"{sum_}_{half}": _FLOAT
            for half in "ab"
            for sum_ in ("n", "sum", *(f"sum_{e}" for e in EXPRESSIONS), "squares", "identity_squares")
        },
        "null": {
            "permutation": _INT,
            "alpha_expression": _FLOAT,
            "alpha_identity": _FLOAT,
            "scheme": _TEXT,
            "count": _INT,
            "n_units": _INT,
        },
        "units": {
            "unit": _INT,
            "channel": _INT,
            "row": _INT,
            "column": _INT,
            "mean": _FLOAT,
            "sd": _FLOAT,
            "f_expression": _FLOAT,
            "p_expression": _FLOAT,
            "f_identity": _FLOAT,
            "p_identity": _FLOAT,
            "eta2_expression": _FLOAT,
            "eta2_identity": _FLOAT,
        }
        | {f"tuning_{e}": _FLOAT for e in EXPRESSIONS}
        | {"preferred": _TEXT, "kind": _TEXT, "selective": _BOOL, "selective_half_a": _BOOL, "selective_half_b": _BOOL},
        "cell_selection": {
            "alpha_expression": _FLOAT,
            "alpha_identity": _FLOAT,
            "n_identities": _INT,
            "n_units": _INT,
            "n_varying": _INT,
            "n_selective": _INT,
            "share_of_all": _FLOAT,
            "share_of_varying": _FLOAT,
            "n_mixed": _INT,
            "n_identity": _INT,
            "n_neither": _INT,
            "n_constant": _INT,
            "eta2_expression_selective": _FLOAT,
            "eta2_identity_selective": _FLOAT,
            "eta2_expression_varying": _FLOAT,
            "eta2_identity_varying": _FLOAT,
            "cohens_f_selective": _FLOAT,
            "n_half_a": _INT,
            "n_half_b": _INT,
            "n_both_halves": _INT,
            "n_both_expected": _FLOAT,
            "kappa_halves": _FLOAT,
            "p_both": _FLOAT,
            "log10_p_both": _FLOAT,
            "omega2_other_half": _FLOAT,
            "scheme": _TEXT,
            "null_mean": _FLOAT,
            "null_low": _FLOAT,
            "null_high": _FLOAT,
            "p_count": _FLOAT,
            "n_permutations": _INT,
            "status": _TEXT,
        },
        "groups": {"group": _TEXT, "draw": _INT, "unit": _INT},
        "trials": {
            "stimulus": _TEXT,
            "set": _TEXT,
            "identity": _TEXT,
            **_READOUT,
            "labels": _TEXT,
            "n_units": _INT,
            "converged": _BOOL,
            "true_expression": _TEXT,
            "response_expression": _TEXT,
        },
        "cell_sensitivity": {
            "alpha_expression": _FLOAT,
            "alpha_identity": _FLOAT,
            "n_units": _INT,
            "n_varying": _INT,
            "n_selective": _INT,
            "share_of_all": _FLOAT,
            "share_of_varying": _FLOAT,
            "scheme": _TEXT,
            "null_mean": _FLOAT,
            "null_low": _FLOAT,
            "null_high": _FLOAT,
            "p_count": _FLOAT,
        },
        "discrimination": {
            "group": _TEXT,
            "draw": _INT,
            "n_units": _INT,
            "continuum": _TEXT,
            "identity": _TEXT,
            "level": _FLOAT,
            "step": _FLOAT,
            "distance": _FLOAT,
        },
        "morph_distance": {
            "continuum": _TEXT,
            "identity": _TEXT,
            "level": _FLOAT,
            "step": _FLOAT,
            "distance": _FLOAT,
        },
        "identification_trials": {
            "stimulus": _TEXT,
            "continuum": _TEXT,
            "level": _FLOAT,
            "identity": _TEXT,
            **_READOUT,
            "n_units": _INT,
            "converged": _BOOL,
            "chose_second": _BOOL,
            "decision": _FLOAT,
        },
        # one study
        "cells": {
            **_CELL,
            "origin": _TEXT,
            "score": _TEXT,
            "heldout_score": _FLOAT,
            "n_units": _INT,
            "n_varying": _INT,
            "n_selective": _INT,
            "share_of_all": _FLOAT,
            "share_of_varying": _FLOAT,
            "status": _TEXT,
        },
        "confounds": {
            "set": _TEXT,
            "measure": _TEXT,
            "expression": _TEXT,
            "level": _FLOAT,
            "n": _INT,
            "mean": _FLOAT,
            "sd": _FLOAT,
            "compared": _TEXT,
            "f": _FLOAT,
            "df_effect": _INT,
            "df_error": _INT,
            "p": _FLOAT,
            "eta2_partial": _FLOAT,
        },
        "difficulty": {
            "set": _TEXT,
            "n_pixels": _INT,
            "n": _INT,
            "correct": _INT,
            "accuracy": _FLOAT,
            "status": _TEXT,
        },  # fmt: skip
        "accuracy": {
            **_CELL,
            "set": _TEXT,
            **_READOUT,
            "labels": _TEXT,
            "n_units": _INT,
            "n": _INT,
            "correct": _INT,
            "accuracy": _FLOAT,
            "status": _TEXT,
        },
        "confusion": {
            "observer": _TEXT,
            "layer": _TEXT,
            "seed": _INT,
            "set": _TEXT,
            **_READOUT,
            "n_units": _INT,
            "true_expression": _TEXT,
            "response_expression": _TEXT,
            "n": _INT,
            "proportion": _FLOAT,
        },
        "similarity": {
            **_CELL,
            "set": _TEXT,
            **_READOUT,
            "n_units": _INT,
            "human": _TEXT,
            "cells": _TEXT,
            "statistic": _TEXT,
            "value": _FLOAT,
            "disattenuated": _FLOAT,
            "low": _FLOAT,
            "high": _FLOAT,
            "perfect_classifier": _FLOAT,
            "even_errors": _FLOAT,
            "p_relabeling": _FLOAT,
            **_CORRECTED,
            "status": _TEXT,
            "baseline_status": _TEXT,
        },
        "similarity_differences": {
            **{f"{column}_{side}": _TEXT for side in "ab" for column in ("network", "layer")},
            "set": _TEXT,
            "group": _TEXT,
            "classifier": _TEXT,
            "human": _TEXT,
            "cells": _TEXT,
            "statistic": _TEXT,
            "value_a": _FLOAT,
            "value_b": _FLOAT,
            "difference": _FLOAT,
            "low": _FLOAT,
            "high": _FLOAT,
            "p_bootstrap": _FLOAT,
            "n_seeds_a": _INT,
            "n_seeds_b": _INT,
            "sd_seeds_a": _FLOAT,
            "sd_seeds_b": _FLOAT,
            "p_seeds": _FLOAT,
            **_CORRECTED,
            "status": _TEXT,
        },
        "error_consistency": {
            "set": _TEXT,
            **{
                f"{column}_{side}": kind
                for side in "ab"
                for column, kind in {"observer": _TEXT, "layer": _TEXT, "seed": _INT, "subject": _TEXT}.items()
            },
            "n": _INT,
            "agreement": _FLOAT,
            "expected": _FLOAT,
            "kappa": _FLOAT,
            "status": _TEXT,
        },
        "noise_ceiling": {
            "human": _TEXT,
            "set": _TEXT,
            "cells": _TEXT,
            "statistic": _TEXT,
            "n_subjects": _INT,
            "split_half": _FLOAT,
            "ceiling": _FLOAT,
            "low": _FLOAT,
            "high": _FLOAT,
            "status": _TEXT,
        },
        "observer_trials": {
            "observer": _TEXT,
            "layer": _TEXT,
            "seed": _INT,
            **_READOUT,
            "subject": _TEXT,
            "stimulus": _TEXT,
            "set": _TEXT,
            "identity": _TEXT,
            "true_expression": _TEXT,
            "response_expression": _TEXT,
            "rt": _FLOAT,
        },
        "identification": {
            **_CELL,
            **_READOUT,
            "n_units": _INT,
            "continuum": _TEXT,
            "level": _FLOAT,
            "n": _INT,
            "chose_second": _INT,
            "proportion_second": _FLOAT,
            "same_identities": _BOOL,
            "status": _TEXT,
        },
        "fits": {
            **_CELL,
            **_READOUT,
            "n_units": _INT,
            "continuum": _TEXT,
            "fit": _TEXT,
            "p0": _FLOAT,
            "p1": _FLOAT,
            "p2": _FLOAT,
            "p3": _FLOAT,
            "r2": _FLOAT,
            "aic": _FLOAT,
            "cv_error": _FLOAT,
            "boundary": _FLOAT,
            "boundary_low": _FLOAT,
            "boundary_high": _FLOAT,
            "slope": _FLOAT,
            "slope_low": _FLOAT,
            "slope_high": _FLOAT,
            "p_rise": _FLOAT,
            "counts": _BOOL,
            "status": _TEXT,
        },
        "identification_identities": {
            **_CELL,
            **_READOUT,
            "n_units": _INT,
            "continuum": _TEXT,
            "identity": _TEXT,
            "n": _INT,
            "chose_second": _INT,
            "boundary": _FLOAT,
            "reversals": _INT,
            "status": _TEXT,
        },
        "discrimination_curves": {
            **_CELL,
            "group": _TEXT,
            "draw": _INT,
            "n_units": _INT,
            "continuum": _TEXT,
            "level": _FLOAT,
            "distance": _FLOAT,
            "distance_low": _FLOAT,
            "distance_high": _FLOAT,
            "predicted": _FLOAT,
            "pixels": _FLOAT,
            "n": _INT,
            "status": _TEXT,
        },
        "discrimination_peaks": {
            **_CELL,
            "group": _TEXT,
            "draw": _INT,
            "n_units": _INT,
            "continuum": _TEXT,
            "peak": _FLOAT,
            "peak_low": _FLOAT,
            "peak_high": _FLOAT,
            "boundary": _FLOAT,
            "from_boundary": _FLOAT,
            "excess": _FLOAT,
            "excess_low": _FLOAT,
            "excess_high": _FLOAT,
            "r_predicted": _FLOAT,
            "n_identities": _INT,
            "status": _TEXT,
        },
        "r2_means": {
            **_CELL,
            **_READOUT,
            "n_units": _INT,
            "fit": _TEXT,
            "mean": _FLOAT,
            "sem": _FLOAT,
            "sem_sample": _FLOAT,
            "n": _INT,
        },  # fmt: skip
        "r2_tests": {
            **_CELL,
            **_READOUT,
            "n_units": _INT,
            "fit_a": _TEXT,
            "fit_b": _TEXT,
            "mean_difference": _FLOAT,
            "t": _FLOAT,
            "p": _FLOAT,
            **_CORRECTED,
            "n": _INT,
        },
        "claims": {
            "claim": _TEXT,
            "statement": _TEXT,
            "published": _FLOAT,
            "published_source": _TEXT,
            "value": _FLOAT,
            "low": _FLOAT,
            "high": _FLOAT,
            "n_networks": _INT,
            "n_seeds": _INT,
            "rule": _TEXT,
            "finding": _TEXT,
            "verdict": _TEXT,
            "why": _TEXT,
        },
    }.items()
}
for _whole_study, _of_a_cell in {"selection": "cell_selection", "sensitivity": "cell_sensitivity"}.items():
    SCHEMAS[_whole_study] = pa.schema([*_CELL.items(), *((f.name, f.type) for f in SCHEMAS[_of_a_cell])])


def write(table: str, frame: pd.DataFrame, path: str | Path, made_of: Mapping[str, object]) -> None:
    """Write `frame` as the table called `table` (a key of `SCHEMAS`), atomically and with the same bytes each time.

    Args:
        made_of: what the table was made of, by name: digests of files and code, settings. Kept as JSON in the file.

    Raises:
        KeyError: `frame` lacks a column of the table, or has one too many.
    """
    schema = SCHEMAS[table]
    if set(frame.columns) != set(schema.names):
        raise KeyError(f"table {table}: {sorted(set(frame.columns) ^ set(schema.names))} missing or not of the table")
    write_arrow(pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False), path, made_of)


def write_arrow(table: pa.Table, path: str | Path, made_of: Mapping[str, object]) -> None:
    """Write an Arrow table atomically, with `made_of` and a seal of what the page checksums leave out as metadata."""
    text = json.dumps(made_of, sort_keys=True).encode()
    table = table.replace_schema_metadata({"mien": text, "seal": _seal(table.schema, len(table), text)})
    with atomically(path) as partial:
        pq.write_table(table, partial, compression="zstd", write_page_checksum=True)


def read(path: str | Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by `write`.

    Raises:
        InputError: the file is damaged, is no Parquet, or cannot be read.
    """
    return read_arrow(path, columns).to_pandas(types_mapper={_BOOL: pd.BooleanDtype()}.get)


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
    stimuli: pd.Series, responses: np.ndarray, units: np.ndarray, path: str | Path, made_of: Mapping[str, object]
) -> None:
    """Write the `responses` table: `stimulus`, and `response`, a list of one float32 a unit.

    Args:
        responses: (stimuli, units). The file's metadata names the units in their order.
    """
    values = pa.array(responses.astype(np.float32).ravel())
    lists = pa.list_(pa.field("element", pa.float32()), len(units))  # the name that Parquet gives it
    column = pa.FixedSizeListArray.from_arrays(values, type=lists) if len(units) else pa.nulls(len(stimuli), lists)
    table = pa.table({"stimulus": pa.array(stimuli, _TEXT), "response": column})
    write_arrow(table, path, {**made_of, "units": [int(unit) for unit in units]})


def read_responses(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Responses, float32 (stimuli, units), and the numbers of the units, from a `responses` table."""
    table = read_arrow(path)
    units = np.array(made_of(path)["units"], dtype=np.int64)
    values = table["response"].combine_chunks().flatten().to_numpy()
    return values.reshape(len(table), len(units)), units


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table as CSV, atomically; numbers as short as they can be without losing a bit."""
    with atomically(path) as partial:
        frame.to_csv(partial, index=False, lineterminator="\n")


def made_of(path: str | Path) -> dict[str, object]:
    """What a table was made of: the `made_of` it was written with."""
    return json.loads(pq.read_schema(path).metadata[b"mien"])
