"""Made-up tables in the study's schemas, planted so that every figure has something to show and something missing.

Nothing here was measured: numbers come from formulae with a little noise, and the last seed of the untrained network
has no selective units.
"""

from io import BytesIO
from itertools import combinations, product

import numpy as np
import pandas as pd
from PIL import Image

from mien.categorical.identification import mean_r2, paired_tests
from mien.claims.schema import CLAIMS
from mien.comparison.schemas import SCHEMAS
from mien.configuration.criteria import ALPHAS
from mien.draws import generator
from mien.expressions import CONTINUA, EXPRESSIONS
from mien.status import NO_UNITS
from mien.stimuli.diets import DIET
from mien.stimuli.schema import STIMULI
from mien.units.schema import units_schema
from tests.helpers.tables import table_of

NETWORKS = {"face_trained": 2, "object_trained": 2, "untrained": 3, "pixels": 1}
SKILL = {"face_trained": 0.75, "object_trained": 0.5, "untrained": 0.35, "pixels": 0.6}
EMPTY = {("untrained", 2)}
GROUPS = {"selective": (1,), "all": (0,), "random": (1, 2, 3), "nonselective": (1, 2, 3)}
STRENGTH = {"selective": 1, "all": 1.2, "random": 0.8, "nonselective": 0.8}  #: of what a group tells
VARYING = 1348  #: units of a layer of 2,048
LEVELS = np.arange(1, 20) / 20


def planted_study(empty=frozenset(EMPTY)) -> dict[str, pd.DataFrame]:
    """All study tables that the figures read; the cells in `empty`, (network, seed), have no selective units."""
    cells = [
        {"network": network, "layer": layer, "seed": seed, "n_units": 0 if (network, seed) in empty else 40}
        for network, seeds in NETWORKS.items()
        for layer in (("image",) if network == "pixels" else ("conv4_3", "conv5_3"))
        for seed in range(seeds)
    ]
    fits = table_of(SCHEMAS["fits"], [row for cell in cells for row in _fits(cell)])
    similarity = table_of(SCHEMAS["similarity"], [row for cell in cells for row in _similarity(cell)])
    discrimination = [_discrimination(cell) for cell in cells]
    rows = {
        "accuracy": [row for cell in cells for row in _accuracy(cell)],
        "confusion": [*_people(), *(row for cell in cells for row in _confusion(cell))],
        "similarity": similarity,
        "similarity_differences": _differences(similarity),
        "noise_ceiling": [],
        "sensitivity": [row for cell in cells for row in _sensitivity(cell)],
        "discrimination_curves": [row for rows, _ in discrimination for row in rows],
        "discrimination_peaks": [row for _, rows in discrimination for row in rows],
        "identification": [row for cell in cells for row in _identification(cell)],
        "fits": fits,
        "r2_means": mean_r2(fits),
        "r2_tests": paired_tests(fits, "holm"),
        "unit_counts": [row for cell in cells for row in _unit_counts(cell)],
        "selection": [_selection(cell) for cell in cells],
        "cells": [_state(cell) for cell in cells],
    }
    tables = {name: table_of(SCHEMAS[name], table) for name, table in rows.items()}
    return tables | {"morphs": planted_stimuli("morphs")}


def with_controls(empty: frozenset, n: int) -> dict[str, pd.DataFrame]:
    """The study whose cells in `empty` have no selective units, and `n` control units in either group."""
    tables, full = planted_study(empty), planted_study(frozenset())
    for name, table in tables.items():
        if {"group", "seed", "n_units"} <= set(table):
            network = "observer" if name == "confusion" else "network"
            here, there = (_controls_of(frame, network, empty) for frame in (table, full[name]))
            parts = [table[~here], full[name][there].assign(n_units=n)]
            tables[name] = pd.concat(parts, ignore_index=True)
    return tables


def _controls_of(table: pd.DataFrame, network: str, cells: frozenset) -> pd.Series:
    """Which rows are of controls of some cells, (network, seed)."""
    here = pd.MultiIndex.from_frame(table[[network, "seed"]]).isin(cells)
    return here & table["group"].isin(["random", "nonselective"])


def lacking(tables: dict[str, pd.DataFrame], network: str, seeds=range(9)) -> dict[str, pd.DataFrame]:
    """An incomplete study: without some cells, which the table `cells` says are missing."""
    found = {}
    for name, table in tables.items():
        if name in ("noise_ceiling", "morphs", "similarity_differences"):
            found[name] = _without_pairs(table, network) if name == "similarity_differences" else table
            continue
        gone = (table["observer" if name == "confusion" else "network"] == network) & table["seed"].isin(seeds)
        if name == "cells":
            counts = ["n_units", "n_varying", "n_selective"]
            nothing = ["origin", "score", "heldout_score", *counts, "share_of_all", "share_of_varying"]
            table = table.astype(dict.fromkeys(counts, "Int64"))
            table.loc[gone, nothing] = None
            table.loc[gone, "status"] = "missing"
        found[name] = table if name == "cells" else table[~gone].reset_index(drop=True)
    return found


def _without_pairs(differences: pd.DataFrame, network: str) -> pd.DataFrame:
    return differences[~differences[["network_a", "network_b"]].eq(network).any(axis=1)].reset_index(drop=True)


def renamed(tables: dict[str, pd.DataFrame], network: str, name: str) -> dict[str, pd.DataFrame]:
    """A study with another network beside the others, `name`, that has the numbers of `network`."""
    found = {}
    for table, frame in tables.items():
        if table in ("noise_ceiling", "similarity_differences"):
            column = "network_b"
        else:
            column = "observer" if table == "confusion" else "network"
        if column not in frame:
            found[table] = frame
            continue
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
    return table_of(units_schema(EXPRESSIONS), rows)


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
        return table_of(DIET, rows)
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
    return table_of(STIMULI, rows)


def hill(level, a, b, c, d):
    """The four-parameter Hill curve of METHOD.md."""
    return d + (a - d) / (1 + (np.asarray(level) / c) ** b)


def _picture(shade: float) -> bytes:
    ramp = (np.add.outer(np.arange(32), np.arange(32)) * 2 + shade) % 256
    file = BytesIO()
    Image.fromarray(ramp.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _readouts(cell: dict, classifier: str) -> list[dict]:
    read = {"all": VARYING}
    return [
        {
            **cell,
            "n_units": n,
            "group": group,
            "draw": draw,
            "classifier": classifier,
            "status": "ok" if n else NO_UNITS,
        }
        for group, n in ((group, read.get(group, cell["n_units"])) for group in GROUPS)
        for draw in GROUPS[group]
    ]


def _accuracy(cell: dict) -> list[dict]:
    noise = generator("figures", "accuracy", *cell.values())
    rows = []
    for readout in _readouts(cell, "six_way"):
        selective = readout["group"] == "selective"
        skill = SKILL[cell["network"]] * STRENGTH[readout["group"]]
        tests = [{"set": "controlled", "n": 144}, {"set": "wild", "n": 144}]
        if readout["group"] in ("selective", "all"):  # within the localizer, either half has its own units
            tests += [
                {
                    "set": "localizer",
                    "classifier": "within",
                    "n": 72,
                    "n_units": readout["n_units"] and readout["n_units"] + h,
                }
                for h in (0, 1)
            ]
        for test in tests:
            for labels in ("true", "shuffled") if selective else ("true",):
                accuracy = skill * (0.6 if test["set"] == "wild" else 1) if labels == "true" else 1 / 6
                for draw in range(1 if labels == "true" else 3):
                    correct = round((accuracy + noise.normal(0, 0.02)) * test["n"])
                    value = {"correct": correct, "accuracy": correct / test["n"]} if readout["n_units"] else {}
                    rows.append({**readout, **test, "labels": labels, **value} | ({"draw": draw} if selective else {}))
    return rows


def _unit_counts(cell: dict) -> list[dict]:
    """Accuracy rises with the units read, in selective units from fewer on."""
    noise = generator("figures", "unit counts", *cell.values())
    rows = []
    for group, pool in {"selective": cell["n_units"], "random": VARYING, "nonselective": VARYING - 40}.items():
        read = [(draw, n) for n in (10, 30, 100, 300, 1000) if n < pool for draw in (0, 1, 2)] + [(0, pool)]
        for (draw, n), (set_, factor) in product(read, (("controlled", 1), ("wild", 0.6))):
            top = 1.2 * factor * SKILL[cell["network"]]
            knee = 15 if group == "selective" else 60
            correct = round(144 * min(1, 1 / 6 + (top - 1 / 6) * n / (n + knee) + noise.normal(0, 0.02)))
            row = {**cell, "group": group, "draw": draw, "n_units": n, "set": set_, "status": "ok" if n else NO_UNITS}
            value = {"n": 144, "correct": correct, "accuracy": correct / 144} if n else {"n": 0}
            rows.append(row | value)
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
            skill = SKILL[cell["network"]] * STRENGTH[readout["group"]] * factor
            proportions = _proportions(skill, *readout.values(), set_)
            rows += _matrix({**readout, "set": set_}, proportions if readout["n_units"] else None, 24)
    return rows


def _similarity(cell: dict) -> list[dict]:
    noise = generator("figures", "similarity", *cell.values())
    rows = []
    for readout in _readouts(cell, "six_way"):
        for set_ in ("controlled", "wild"):
            for cells, high in (("all", 1.1), ("off_diagonal", 0.6)):
                for statistic in ("pearson", "spearman"):
                    value = high * SKILL[cell["network"]] * min(1, STRENGTH[readout["group"]]) + noise.normal(0, 0.05)
                    row = {**readout, "set": set_, "human": "human", "entries": cells, "statistic": statistic}
                    row |= {"n_expressions": len(EXPRESSIONS)}
                    row |= {"perfect_classifier": 0.9 if cells == "all" else None, "correction": "holm"}
                    if readout["n_units"]:
                        row |= {"value": value, "noise_corrected": 1.06 * value, "uniform_errors": high - 0.3}
                        row |= {"low": 1.06 * value - 0.15, "high": min(1, 1.06 * value + 0.12)}
                        row |= {"p_relabeling": 0.004, "p_corrected": 0.028}
                    rows.append(row | {"n_comparisons": 7})
    return rows


def _differences(similarity: pd.DataFrame) -> list[dict]:
    chosen = similarity[(similarity["group"] == "selective") & (similarity["layer"] == "conv5_3")]
    keys = ["set", "group", "classifier", "human", "entries", "statistic"]
    rows = []
    for a, b in combinations([name for name in NETWORKS if name != "pixels"], 2):
        for key, pair in chosen[chosen["network"].isin([a, b])].groupby(keys, sort=False):
            means = pair.groupby("network")["noise_corrected"].mean().reindex([a, b])
            row = {"network_a": a, "layer_a": "conv5_3", "network_b": b, "layer_b": "conv5_3"}
            row |= dict(zip(keys, key, strict=True)) | {"value_a": means[a], "value_b": means[b], "status": "ok"}
            row |= {"difference": means[a] - means[b], "low": means[a] - means[b] - 0.1, "n_comparisons": 3}
            row |= {"high": means[a] - means[b] + 0.1, "p_corrected": 0.012, "correction": "holm"}
            rows.append(row | {"n_seeds_a": NETWORKS[a], "n_seeds_b": NETWORKS[b]})
    return rows


def _curve_of(readout: dict, continuum: str) -> dict[str, float]:
    steepness = {"face_trained": 7, "object_trained": 3, "untrained": 2, "pixels": 4}[readout["network"]]
    steepness *= STRENGTH[readout["group"]]
    boundary = 0.4 + 0.03 * CONTINUA.index(continuum) + 0.02 * readout["seed"]
    return {"a": 0.02, "b": steepness, "c": boundary, "d": 1.0}


def _identification(cell: dict) -> list[dict]:
    noise = generator("figures", "identification", *cell.values())
    rows = []
    for readout in _readouts(cell, "two_way"):
        for continuum in CONTINUA:
            share = np.clip(hill(LEVELS, **_curve_of(readout, continuum)) + noise.normal(0, 0.03, len(LEVELS)), 0, 1)
            for level, proportion in zip(LEVELS, np.round(share * 24) / 24, strict=True):
                value = {"chose_second": round(24 * proportion), "proportion_second": proportion}
                rows.append(
                    {**readout, "continuum": continuum, "level": level, "n": 24, "same_identities": False}
                    | (value if readout["n_units"] else {})
                )
    return rows


def _fits(cell: dict) -> list[dict]:
    noise = generator("figures", "fits", *cell.values())
    rows = []
    for readout in _readouts(cell, "two_way"):
        for continuum in CONTINUA:
            curve = _curve_of(readout, continuum)
            parameters = {"linear": (-0.1, 1.2), "quadratic": (-0.1, 1.0, 0.2), "hill": tuple(curve.values()),
                          "logistic": (0.0, 2 * curve["b"], curve["c"], 1.0)}  # fmt: skip
            for fit, r2 in (("linear", 0.9), ("quadratic", 0.93), ("hill", 0.99), ("logistic", 0.985)):
                fitted = {f"p{i}": p for i, p in enumerate(parameters[fit])} | {"r2": r2 - abs(noise.normal(0, 0.01))}
                middle = {"boundary": curve["c"], "boundary_low": curve["c"] - 0.05, "boundary_high": curve["c"] + 0.06}
                fitted |= middle | {"cv_error": 0.004 + (1 - fitted["r2"]) / 10}
                rows.append({**readout, "continuum": continuum, "fit": fit, **(fitted if readout["n_units"] else {})})
    return rows


def _counts(n_selective: int) -> dict:
    """A layer of 2,048 units, a third of which never vary."""
    shares = {"share_of_all": n_selective / 2048, "share_of_varying": n_selective / VARYING}
    return {"n_units": 2048, "n_varying": VARYING, "n_selective": n_selective, **shares}


def _selection(cell: dict) -> dict:
    return {
        **cell,
        **_counts(cell["n_units"]),
        "n_constant": 700,
        "n_identities": 24,
        "criterion": "two_way",
        "threshold_expression": 0.01,
        "threshold_identity": 0.01,
        "null_mean": 14.5,
        "null_low": 6,
        "null_high": 24,
        "p_count": 0.01 if cell["n_units"] else 1.0,
        "n_permutations": 100,
        "omega2_other_half": 0.2 * SKILL[cell["network"]] if cell["n_units"] else None,
        "kappa_halves": 0.3 if cell["n_units"] else None,
        "scheme": "fixed",
        "status": "ok" if cell["n_units"] else NO_UNITS,
    }


def _sensitivity(cell: dict) -> list[dict]:
    rows = []
    for expression, identity in product(ALPHAS, ALPHAS):
        chance = 2048 * expression * (1 - identity)
        count = round(chance * (1 + cell["n_units"] / 14)) if cell["n_units"] else 0
        row = {**cell, "criterion": "two_way", "threshold_expression": expression, "threshold_identity": identity}
        row |= {**_counts(count), "scheme": "fixed"}
        row |= {"null_mean": chance, "null_low": 0.5 * chance, "null_high": 1.6 * chance}
        rows.append(row | {"p_count": 0.01 if cell["n_units"] else 1.0})
    return rows


def _discrimination(cell: dict) -> tuple[list[dict], list[dict]]:
    """Rows of `discrimination_curves` and of `discrimination_peaks`: a hump at the boundary, on rising pixels."""
    noise = generator("figures", "discrimination", *cell.values())
    between = (LEVELS[1:] + LEVELS[:-1]) / 2
    curves, peaks = [], []
    for readout in _readouts(cell, "two_way"):
        del readout["classifier"]
        for continuum in CONTINUA:
            boundary = _curve_of(readout, continuum)["c"]
            hump = (
                np.exp(-(((between - boundary - 0.02) / 0.2) ** 2))
                * SKILL[cell["network"]]
                * STRENGTH[readout["group"]]
            )
            distance = 1 + hump - hump.mean() + noise.normal(0, 0.03, len(between))
            slope = np.exp(-(((between - boundary) / 0.15) ** 2))
            row = {**readout, "continuum": continuum}
            for i, level in enumerate(between):
                found = {"distance": distance[i], "distance_low": distance[i] - 0.1, "distance_high": distance[i] + 0.1}
                found |= {"predicted": slope[i] / slope.mean()}
                found = found if readout["n_units"] else {}
                curves.append({**row, "level": level, "pixels": 1 + 0.2 * (level - 0.5), "n": 24, **found})
            away, excess = (
                noise.normal(0.02, 0.04),
                noise.normal(0.3, 0.08) * SKILL[cell["network"]] * STRENGTH[readout["group"]],
            )
            found = {"peak": boundary + away, "peak_low": boundary + away - 0.1, "peak_high": boundary + away + 0.1,
                     "boundary": boundary, "from_boundary": away, "excess": excess, "excess_low": excess - 0.07,
                     "excess_high": excess + 0.09, "r_predicted": 0.8}  # fmt: skip
            peaks.append({**row, "n_identities": 24, **(found if readout["n_units"] else {})})
    return curves, peaks


def planted_claims(tested: bool) -> pd.DataFrame:
    """A table `claims`: of a study that tests what was published, or of one that cannot."""
    rows = [
        {
            "claim": claim,
            "statement": statement,
            "published": published,
            "published_source": source,
            "value": value,
            "low": value - width,
            "high": value + width,
            "n_networks": 1 + (claim == "difference"),
            "n_seeds": 2,
            "rule": rule,
            "finding": finding,
            "verdict": verdict if tested else "not tested by these stimuli or networks",
            "why": why,
        }
        for claim, statement, published, source, value, width, rule, finding, verdict, why in _CLAIMS
    ]
    return table_of(CLAIMS, [*rows, dict(claim="unknown", statement="What no cell of this study could say anything of.",
                                         rule="interval excludes 0", finding="inconclusive", why="no selective units",
                                         verdict="not tested by these stimuli or networks")])  # fmt: skip


_CLAIMS = (
    ("exist", "There are more expression-selective units in VGG-Face than chance gives.", None, "", 6.1, 1.2,
     "holds if the interval of observed over chance lies above 1", "holds", "reproduced",
     "synthetic faces; a network of 64 x 64 pixels"),
    ("decode", "Selective units tell six expressions apart.", 0.7675, "Fig. 1C", 0.61, 0.08,
     "holds if the interval of the accuracy lies above one sixth", "holds", "reproduced", "one network of two seeds"),
    ("alike", "VGG-Face's errors are like people's, on faces photographed in the laboratory.", 0.73, "Fig. 2", 0.2, 0.3,
     "holds if the interval of the correlation over off-diagonal cells lies above 0, and p after correction is below "
     ".05", "inconclusive", "inconclusive", "fewer than five seeds support no inference"),
    ("difference", "VGG-Face is more like people than the untrained network is.", 0.39, "Fig. 4", -0.12, 0.1,
     "holds if the interval of the difference lies above 0", "does not hold", "not reproduced", "two seeds of each"),
)  # fmt: skip


def _state(cell: dict) -> dict:
    trained = cell["network"].endswith("_trained")
    return {
        **cell,
        "origin": "trained" if trained else "initialised",
        "score": "accuracy" if trained else None,
        "heldout_score": 0.9 if trained else None,
        **_counts(cell["n_units"]),
        "status": "ok" if cell["n_units"] else NO_UNITS,
    }
