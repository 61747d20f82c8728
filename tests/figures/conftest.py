"""Made-up tables in the study's schemas, planted so that every figure has something to show and something missing.

Nothing here was measured: numbers come from formulae with a little noise, and the last seed of the untrained network
has no selective units.
"""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mien.categorical import NO_UNITS, mean_r2, paired_tests
from mien.draws import generator
from mien.expressions import CONTINUA, EXPRESSIONS
from mien.tables import SCHEMAS

NETWORKS = {"face_reared": 2, "object_reared": 2, "untrained": 3, "pixels": 1}
SKILL = {"face_reared": 0.75, "object_reared": 0.5, "untrained": 0.35, "pixels": 0.6}
EMPTY = {("untrained", 2)}
GROUPS = {"selective": (1,), "random": (1, 2, 3), "nonselective": (1, 2, 3)}
LEVELS = np.arange(1, 20) / 20


def planted_study(empty=frozenset(EMPTY)) -> dict[str, pd.DataFrame]:
    """All study tables that the figures read; the cells in `empty`, (network, seed), have no selective units."""
    cells = [
        {"network": network, "layer": layer, "seed": seed, "n_units": 0 if (network, seed) in empty else 40}
        for network, seeds in NETWORKS.items()
        for layer in (("image",) if network == "pixels" else ("conv4_3", "conv5_3"))
        for seed in range(seeds)
    ]
    fits = _frame("fits", [row for cell in cells for row in _fits(cell)])
    identification = [row for cell in cells for row in _identification(cell)]
    return {
        "accuracy": _frame("accuracy", [row for cell in cells for row in _accuracy(cell)]),
        "confusion": _frame("confusion", [*_people(), *(row for cell in cells for row in _confusion(cell))]),
        "similarity": _frame("similarity", [row for cell in cells for row in _similarity(cell)]),
        "identification": _frame("identification", identification),
        "fits": fits,
        "r2_means": mean_r2(fits),
        "r2_tests": paired_tests(fits),
        "selection": _frame("selection", [_selection(cell) for cell in cells]),
        "cells": _frame("cells", [_state(cell) for cell in cells]),
    }


def lacking(tables: dict[str, pd.DataFrame], network: str, seeds=range(9)) -> dict[str, pd.DataFrame]:
    """An incomplete study: without some cells, which the table `cells` says are missing."""
    found = {}
    for name, table in tables.items():
        gone = (table["observer" if name == "confusion" else "network"] == network) & table["seed"].isin(seeds)
        if name == "cells":
            nothing = ["origin", "score", "heldout_score", "n_units", "n_selective"]
            table = table.astype({"n_units": "Int64", "n_selective": "Int64"})
            table.loc[gone, nothing] = None
            table.loc[gone, "status"] = "missing: networks/0.safetensors is not finished"
        found[name] = table if name == "cells" else table[~gone].reset_index(drop=True)
    return found


def renamed(tables: dict[str, pd.DataFrame], network: str, name: str) -> dict[str, pd.DataFrame]:
    """A study with another network beside the others, `name`, that has the numbers of `network`."""
    found = {}
    for table, frame in tables.items():
        column = "observer" if table == "confusion" else "network"
        found[table] = pd.concat([frame, frame[frame[column] == network].assign(**{column: name})], ignore_index=True)
    return found


def planted_units(n_selective: int) -> pd.DataFrame:
    """A cell's `units` table of 512 units: the first `n_selective` are selective, every tenth of the rest constant."""
    noise = generator("figures", "units", n_selective)
    rows = []
    for unit in range(512):
        tuning = noise.normal(0, 0.15, 6)
        best = int(noise.choice(6, p=(0.26, 0.17, 0.03, 0.24, 0.05, 0.25)))
        tuning[best] += noise.uniform(0.3, 1)
        constant = unit >= n_selective and unit % 10 == 0
        rows.append(
            {f"tuning_{e}": None if constant else tuning[i] for i, e in enumerate(EXPRESSIONS)}
            | {"unit": unit, "channel": unit // 16, "row": unit // 4 % 4, "column": unit % 4}
            | {"preferred": None if constant else EXPRESSIONS[int(tuning.argmax())], "selective": unit < n_selective}
            | {"kind": "constant" if constant else "selective" if unit < n_selective else "neither"}
        )
    return _frame("units", rows)


def planted_stimuli(kind: str) -> pd.DataFrame:
    """A stimulus set or diet whose pictures are plain grey ramps of 32 x 32 pixels."""
    if kind == "diet":
        rows = [
            {
                "stimulus": f"{label}_{i}",
                "diet": "objects",
                "label": f"category{label:02d}",
                "split": "train",
                "image": _picture(label * 6 + i),
            }
            for label in range(40)
            for i in range(12)
        ]
        return _frame("diet", rows)
    if kind == "morphs":
        rows = [
            {
                "stimulus": f"{c}_{i}_{level}",
                "set": kind,
                "identity": f"m{i:02d}",
                "continuum": c,
                "level": level,
                "image": _picture(level * 200),
            }
            for c in CONTINUA
            for i in range(3)
            for level in LEVELS
        ]
    else:
        rows = [
            {
                "stimulus": f"id{i:02d}_{e}",
                "set": kind,
                "identity": f"id{i:02d}",
                "expression": e,
                "image": _picture(20 * i + 30 * EXPRESSIONS.index(e)),
            }
            for i in range(24)
            for e in EXPRESSIONS
        ]
    return _frame("stimuli", rows)


def hill(level, a, b, c, d):
    """The four-parameter Hill curve of METHOD.md."""
    return d + (a - d) / (1 + (np.asarray(level) / c) ** b)


def _frame(table: str, rows: list[dict]) -> pd.DataFrame:
    """Rows as a frame with the columns and types of a table; what a row lacks is null."""
    frame = pd.DataFrame([{**dict.fromkeys(SCHEMAS[table].names), **row} for row in rows])
    for field in SCHEMAS[table]:
        if str(field.type) == "double":
            frame[field.name] = frame[field.name].astype(float)
    return frame


def _picture(shade: float) -> bytes:
    ramp = (np.add.outer(np.arange(32), np.arange(32)) * 2 + shade) % 256
    file = BytesIO()
    Image.fromarray(ramp.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _readouts(cell: dict, classifier: str) -> list[dict]:
    return [
        {
            **cell,
            "group": group,
            "draw": draw,
            "classifier": classifier,
            "status": NO_UNITS if not cell["n_units"] else "ok",
        }
        for group, draws in GROUPS.items()
        for draw in draws
    ]


def _accuracy(cell: dict) -> list[dict]:
    noise = generator("figures", "accuracy", *cell.values())
    rows = []
    for readout in _readouts(cell, "six_way"):
        selective = readout["group"] == "selective"
        skill = SKILL[cell["network"]] * (1 if selective else 0.8)
        tests = [{"set": "controlled", "n": 144}, {"set": "wild", "n": 144}]
        if selective:  # within the localizer, either half has its own units
            tests += [
                {
                    "set": "localizer",
                    "classifier": "within",
                    "n": 72,
                    "n_units": cell["n_units"] and cell["n_units"] + h,
                }
                for h in (0, 1)
            ]
        for test in tests:
            for labels in ("true", "shuffled") if selective else ("true",):
                accuracy = skill * (0.6 if test["set"] == "wild" else 1) if labels == "true" else 1 / 6
                for draw in range(1 if labels == "true" else 3):
                    correct = round((accuracy + noise.normal(0, 0.02)) * test["n"])
                    value = {"correct": correct, "accuracy": correct / test["n"]} if cell["n_units"] else {}
                    rows.append({**readout, **test, "labels": labels, **value} | ({"draw": draw} if selective else {}))
    return rows


def _proportions(skill: float, *name) -> np.ndarray:
    noise = generator("figures", "confusion", *name).dirichlet(np.ones(6), 6)
    return skill * np.eye(6) + (1 - skill) * noise


def _matrix(row: dict, proportions: np.ndarray | None, n: int) -> list[dict]:
    return [
        {**row, "true_expression": true, "response_expression": response}
        | ({} if proportions is None else {"n": round(n * proportions[i, j]), "proportion": proportions[i, j]})
        for i, true in enumerate(EXPRESSIONS)
        for j, response in enumerate(EXPRESSIONS)
    ]


def _people() -> list[dict]:
    return [
        row
        for set_, skill in (("controlled", 0.7), ("wild", 0.4))
        for row in _matrix({"observer": "human", "set": set_}, _proportions(skill, "human", set_), 100)
    ]


def _confusion(cell: dict) -> list[dict]:
    rows = []
    for readout in _readouts(cell, "six_way"):
        readout["observer"] = readout.pop("network")
        readout.pop("status")
        for set_, factor in (("controlled", 1), ("wild", 0.6)):
            proportions = _proportions(SKILL[cell["network"]] * factor, *readout.values(), set_)
            rows += _matrix({**readout, "set": set_}, proportions if cell["n_units"] else None, 24)
    return rows


def _similarity(cell: dict) -> list[dict]:
    noise = generator("figures", "similarity", *cell.values())
    return [
        {**readout, "set": set_, "human": "human", "cells": cells, "statistic": statistic}
        | ({"value": high * SKILL[cell["network"]] + noise.normal(0, 0.05)} if cell["n_units"] else {})
        | {"perfect_classifier": 0.9 if cells == "all" else None}
        | ({"even_errors": 0.85 if cells == "all" else 0.1} if cell["n_units"] else {})
        for readout in _readouts(cell, "six_way")
        for set_ in ("controlled", "wild")
        for cells, high in (("all", 1.1), ("off_diagonal", 0.6))
        for statistic in ("pearson", "spearman")
    ]


def _curve_of(cell: dict, continuum: str) -> dict[str, float]:
    steepness = {"face_reared": 7, "object_reared": 3, "untrained": 2, "pixels": 4}[cell["network"]]
    boundary = 0.4 + 0.03 * CONTINUA.index(continuum) + 0.02 * cell["seed"]
    return {"a": 0.02, "b": steepness, "c": boundary, "d": 1.0}


def _identification(cell: dict) -> list[dict]:
    noise = generator("figures", "identification", *cell.values())
    rows = []
    for readout in _readouts(cell, "two_way"):
        for continuum in CONTINUA:
            share = np.clip(hill(LEVELS, **_curve_of(cell, continuum)) + noise.normal(0, 0.03, len(LEVELS)), 0, 1)
            for level, proportion in zip(LEVELS, np.round(share * 24) / 24, strict=True):
                value = {"chose_second": round(24 * proportion), "proportion_second": proportion}
                rows.append(
                    {**readout, "continuum": continuum, "level": level, "n": 24, "same_identities": False}
                    | (value if cell["n_units"] else {})
                )
    return rows


def _fits(cell: dict) -> list[dict]:
    noise = generator("figures", "fits", *cell.values())
    rows = []
    for readout in _readouts(cell, "two_way"):
        for continuum in CONTINUA:
            curve = _curve_of(cell, continuum)
            parameters = {"linear": (-0.1, 1.2), "quadratic": (-0.1, 1.0, 0.2), "hill": tuple(curve.values())}
            for fit, r2 in (("linear", 0.9), ("quadratic", 0.93), ("hill", 0.99)):
                fitted = {f"p{i}": p for i, p in enumerate(parameters[fit])} | {"r2": r2 - abs(noise.normal(0, 0.01))}
                rows.append({**readout, "continuum": continuum, "fit": fit, **(fitted if cell["n_units"] else {})})
    return rows


def _selection(cell: dict) -> dict:
    return {
        **cell,
        "n_units": 2048,
        "n_selective": cell["n_units"],
        "n_constant": 700,
        "n_identities": 24,
        "alpha_expression": 0.01,
        "alpha_identity": 0.01,
        "null_mean": 14.5,
        "null_low": 6,
        "null_high": 24,
        "p_count": 0.01 if cell["n_units"] else 1.0,
        "n_permutations": 100,
        "scheme": "fixed",
        "status": "ok" if cell["n_units"] else NO_UNITS,
    }


def _state(cell: dict) -> dict:
    trained = cell["network"].endswith("reared")
    return {
        **cell,
        "origin": "trained" if trained else "initialised",
        "score": "accuracy" if trained else None,
        "heldout_score": 0.9 if trained else None,
        "n_units": 2048,
        "n_selective": cell["n_units"],
        "status": "ok" if cell["n_units"] else NO_UNITS,
    }


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return planted_study()


@pytest.fixture(scope="session")
def empty_tables() -> dict[str, pd.DataFrame]:
    """The same study, without a selective unit in any cell."""
    return planted_study(frozenset((network, seed) for network, seeds in NETWORKS.items() for seed in range(seeds)))


@pytest.fixture(scope="session")
def without():
    return lacking


@pytest.fixture(scope="session")
def with_another():
    return renamed


@pytest.fixture(scope="session")
def units_of():
    return planted_units


@pytest.fixture(scope="session")
def stimuli_of():
    return planted_stimuli
