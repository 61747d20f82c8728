"""The tables of a study, from every decision of its cells and the people it is compared with.

A row a seed: nothing is pooled, but in `similarity_differences`.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from mien.categorical.discrimination import discrimination
from mien.categorical.fits import FITS
from mien.categorical.identification import NO_UNITS, fit_identification, identification, mean_r2, paired_tests
from mien.categorical.over_identities import decisions_of, identification_identities, validated
from mien.confusions.correlations import STATISTICS
from mien.confusions.differences import differences
from mien.confusions.error_consistency import error_consistency
from mien.confusions.matrices import CELLS, confusion
from mien.confusions.noise_ceiling import noise_ceiling
from mien.confusions.participants import TRIALS, People, of_people
from mien.confusions.similarity import Likeness, likeness, similarities
from mien.decoding.decoding import NOT_CONVERGED
from mien.expressions import CONTINUA, EXPRESSIONS
from mien.tables import parquet

Cell = tuple[str, str, int]  #: network, layer, seed

#: Status of a cell that is not finished.
MISSING = "missing: not finished when the cells were compared"

#: How the status of a cell begins whose network learnt too little.
REARING_FAILED = "rearing failed"

#: Why controls are not as many units as are selective.
NOTHING_TO_MATCH = "controls are not count-matched: no unit is selective"
TOO_FEW_TO_MATCH = "controls are not count-matched: too few units to draw from"

_CELL = ["network", "layer", "seed"]
_RESAMPLED = ("compare", "morphs")  # name of the draws of identities: the same for all curves
_OF_MORPHS = ("discrimination_peaks", "discrimination_curves")
_READOUT = ["group", "draw", "classifier"]
_COUNTS = {
    "n_units": "Int64",
    "n_varying": "Int64",
    "n_selective": "Int64",
    "share_of_all": "float64",
    "share_of_varying": "float64",
}
#: Rows come in the order of the cells given, then by these columns: words in this order, unknown ones after them as
#: they appear; numbers (None) rising.
_ORDER = {
    "set": ("localizer", "controlled", "wild"),
    "group": ("selective", "random", "nonselective"),
    "draw": None,
    "classifier": ("six_way", "within", "two_way"),
    "labels": ("true", "shuffled"),
    "true_expression": EXPRESSIONS,
    "response_expression": EXPRESSIONS,
    "human": (),
    "cells": CELLS,
    "statistic": STATISTICS,
    "continuum": CONTINUA,
    "identity": (),
    "level": None,
    "fit": FITS,
    "fit_a": FITS,
    "fit_b": FITS,
}


def compare(
    cells: Mapping[Cell, Mapping[str, pd.DataFrame]],
    networks: Mapping[tuple[str, int], Mapping],
    people: People,
    morphs: pd.DataFrame | None,
    settings: Mapping,
    missing: Sequence[Cell] = (),
) -> dict[str, pd.DataFrame]:
    """Every study table, by its name in `tables.SCHEMAS`, with the columns and the order of the contract.

    Args:
        cells: for each cell, in the order of the configuration, its tables `trials`, `selection`, `sensitivity` and, in
            a study with morphs, `identification_trials` and `discrimination`.
        networks: for each network and seed, its `origin`, and, if it was reared, what its `score` is and its
            `heldout_score`.
        people: how people label expressions, with the `identity` of every stimulus (`participants.match`).
        morphs: how much the pictures of the morphs differ, the table `morph_distance`; none without morphs.
        settings: `training_score` (held-out score below which rearing has failed), `bootstrap` (resamples), `folds` (of
            cross-validation), `correction` (of `statistics.corrections`), `layers` (of each network that is drawn).
        missing: cells of the study that are not finished: each has its row in the table `cells`, and in no other.
    """
    trials = _units_that_decided(_stack(cells, "trials"))
    selection = _stack(cells, "selection")
    morph_trials = _stack(cells, "identification_trials")
    true = trials[trials["labels"] == "true"].reset_index(drop=True)
    stopped = pd.concat([table.loc[_stopped(table), _CELL] for table in (true, morph_trials)])
    not_converged = set(stopped.itertuples(index=False, name=None))
    results = {
        "cells": cell_states(selection, networks, settings["training_score"], missing, not_converged),
        "selection": selection,
        "sensitivity": _stack(cells, "sensitivity"),
        "accuracy": accuracies(trials),
    }
    order = [*cells, *missing]
    decided = _in_order(true, order)
    states = results["cells"]
    failed = states.loc[states["status"].str.startswith(REARING_FAILED), _CELL]
    results |= human_likeness(decided, people, settings, failed.itertuples(index=False, name=None))
    results |= perception(morph_trials, _stack(cells, "discrimination"), morphs, localizer_identities(trials), settings)
    for name, table in results.items():
        of_faces = trials if "labels" in table else true
        results[name] = _remarked(table, morph_trials if "continuum" in table else of_faces, selection)
    results["similarity_differences"] = _remarked_pairs(results["similarity_differences"], results["similarity"])
    results = {name: _in_order(table, order) if set(_CELL) <= set(table) else table for name, table in results.items()}
    results["confusion"] = pd.concat([people.confusion, results["confusion"].rename(columns={"network": "observer"})])
    return {name: table[parquet.SCHEMAS[name].names].reset_index(drop=True) for name, table in results.items()}


def human_likeness(
    trials: pd.DataFrame, people: People, settings: Mapping, failed: Iterable[Cell] = ()
) -> dict[str, pd.DataFrame]:
    """The tables of who labels expressions how, and how alike: one of every decision, and five made of it.

    Args:
        trials: the cells' trials of classifiers of true labels, with `network`, `layer`, `seed`.
        people, settings: as in `compare`.
        failed: cells whose rearing failed, which `similarity_differences`, the table over seeds, leaves out.
    """
    like = likeness(trials, people, settings["bootstrap"])
    reared = ~pd.MultiIndex.from_frame(like.rows[_CELL]).isin(list(failed))
    observed = observer_trials(trials, people)
    selective = observed["group"].eq("selective") & observed["set"].ne("localizer")
    return {
        "observer_trials": observed,
        "confusion": confusion(trials, [*_CELL, "set", *_READOUT, "n_units"]),
        "similarity": similarities(like, settings["correction"]),
        "similarity_differences": differences(
            Likeness(like.rows[reared].reset_index(drop=True), like.resampled[reared]),
            settings["layers"],
            settings["correction"],
        ),
        "error_consistency": error_consistency(observed[selective | of_people(observed)]),
        "noise_ceiling": noise_ceiling(people),
    }


def perception(
    trials: pd.DataFrame,
    distances: pd.DataFrame,
    morphs: pd.DataFrame | None,
    localizer: set[str],
    settings: Mapping,
) -> dict[str, pd.DataFrame]:
    """The tables of how morphs are identified and told apart; without rows in a study without morphs.

    Args:
        trials: the cells' identification trials, with `network`, `layer`, `seed`.
        distances: the cells' tables `discrimination`, with the same.
        morphs, settings: as in `compare`.
        localizer: its identities; `same_identities` says whether a morph shows one of them.
    """
    curves = identified(trials, localizer)
    decisions = decisions_of(trials, [*_CELL, *_READOUT, "n_units", "continuum"])
    fits = fit_identification(curves)
    fits = validated(fits, decisions, settings["folds"], settings["bootstrap"], _RESAMPLED, ("selective",))
    results = {
        "identification": curves,
        "identification_identities": identification_identities(decisions),
        "fits": fits,
        "r2_means": mean_r2(fits),
        "r2_tests": paired_tests(fits, settings["correction"]),
    }
    if morphs is None:
        empty = {name: pd.DataFrame(columns=parquet.SCHEMAS[name].names) for name in _OF_MORPHS}
        return results | empty
    peaks = discrimination(distances, morphs, curves, fits, settings["bootstrap"], _RESAMPLED)
    return results | dict(zip(_OF_MORPHS, peaks, strict=True))


def cell_states(
    selection: pd.DataFrame,
    networks: Mapping[tuple[str, int], Mapping],
    training_score: float,
    missing: Sequence[Cell] = (),
    not_converged: Iterable[Cell] = (),
) -> pd.DataFrame:
    """The table `cells`: what each network is, and whether its cell can be compared.

    Args:
        selection: rows of the table `selection`, one or more a cell.
        networks, training_score, missing: as in `compare`.
        not_converged: cells of which a classifier of true labels had to stop.
    """
    rows = []
    for row in selection.drop_duplicates(_CELL).itertuples():
        info = networks[row.network, row.seed]
        name, score = info["score"], info["heldout_score"]
        reasons = []
        if score is not None and score < training_score:
            reasons.append(f"{REARING_FAILED}: held-out {name} {score:.3f} is below {training_score:g}")
        if not row.n_selective:
            reasons.append(NO_UNITS)
        if (row.network, row.layer, row.seed) in not_converged:
            reasons.append(NOT_CONVERGED)
        counts = (getattr(row, column) for column in _COUNTS)
        rows.append((row.network, row.layer, row.seed, info["origin"], name, score, *counts,
                     "; ".join(reasons) or "ok"))  # fmt: skip
    rows += [(*cell, *[None] * (3 + len(_COUNTS)), MISSING) for cell in missing]
    return pd.DataFrame(rows, columns=parquet.SCHEMAS["cells"].names).astype(_COUNTS)


def accuracies(trials: pd.DataFrame) -> pd.DataFrame:
    """The table `accuracy`: of `n` decisions how many are `correct`; 0, and nulls, without units.

    Args:
        trials: the cells' trials with `network`, `layer`, `seed`.
    """
    by = [*_CELL, "set", *_READOUT, "labels", "n_units"]
    decided = trials["response_expression"].notna()
    correct = (trials["response_expression"] == trials["true_expression"]).where(decided).astype("Int64")
    rows = trials[by].assign(decided=decided, correct=correct).groupby(by, sort=False)
    table = pd.DataFrame({"n": rows["decided"].sum(), "correct": rows["correct"].sum(min_count=1)}).reset_index()
    table["accuracy"] = table["correct"].astype("float64") / table["n"].where(table["n"] > 0)
    shown = rows.size().to_numpy()
    table["status"] = [_decisions(n, of) for n, of in zip(table["n"], shown, strict=True)]
    return table


def observer_trials(trials: pd.DataFrame, people: People) -> pd.DataFrame:
    """The table `observer_trials`: every decision of the networks on true labels, and of people."""
    networks = trials.rename(columns={"network": "observer"}).assign(subject=trials["seed"].astype("str"), rt=np.nan)
    return pd.concat([people.trials, networks[list(TRIALS)]], ignore_index=True)


def localizer_identities(trials: pd.DataFrame) -> set[str]:
    """Who is shown in the localizer, on which units are selected and classifiers fitted, from the cells' trials."""
    return set(trials.loc[trials["set"] == "localizer", "identity"])


def identified(trials: pd.DataFrame, localizer: set[str]) -> pd.DataFrame:
    """The table `identification`, from the cells' identification trials with `network`, `layer`, `seed`.

    Args:
        localizer: its identities; `same_identities` says whether a morph shows one of them.
    """
    curves = identification(trials, [*_CELL, *_READOUT, "n_units", "continuum"])
    return curves.assign(same_identities=not localizer.isdisjoint(trials["identity"]))


def _stack(cells: Mapping[Cell, Mapping[str, pd.DataFrame]], name: str) -> pd.DataFrame:
    """One table of all cells, with columns for the cell."""
    parts = [
        frames[name].assign(**dict(zip(_CELL, cell, strict=True))) for cell, frames in cells.items() if name in frames
    ]
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*_CELL, *parquet.SCHEMAS[name].names])
    )


def _units_that_decided(trials: pd.DataFrame) -> pd.DataFrame:
    """Give a readout one `n_units`, the fewest that decided: `within` has another number of units for either half."""
    by = [trials[column] for column in [*_CELL, "set", *_READOUT, "labels"]]
    units = trials["n_units"].where(trials["response_expression"].notna())
    return trials.assign(n_units=units.groupby(by, sort=False).transform("min").fillna(0).astype("int64"))


def _remarked(table: pd.DataFrame, trials: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """A table of what units decided, whose `status` also says where a classifier did not converge, and where controls
    are not as many as the selective units; any other table as it is.

    Args:
        trials: the decisions that it is made of.
    """
    if not {*_CELL, "group", "status"} <= set(table):
        return table
    by = [
        column for column in (*_CELL, "set", *_READOUT, "labels", "continuum") if {column} <= set(table) & set(trials)
    ]
    n_selective = selection.drop_duplicates(_CELL).set_index(_CELL)["n_selective"]
    n_selective = n_selective.reindex(pd.MultiIndex.from_frame(table[_CELL])).to_numpy()
    controls = (table["group"] != "selective") & (table["n_units"] > 0)
    remarks = {
        NOT_CONVERGED: _among(table, by, trials[_stopped(trials)], by),
        NOTHING_TO_MATCH: controls & (n_selective == 0),
        TOO_FEW_TO_MATCH: controls & (n_selective > 0) & (table["n_units"] != n_selective),
    }
    return _with_remarks(table, remarks)


def _remarked_pairs(pairs: pd.DataFrame, similarity: pd.DataFrame) -> pd.DataFrame:
    """The table `similarity_differences`, whose `status` also says what is remarked in `similarity` of either side."""
    by = ["network", "layer", "set", "group", "classifier"]
    remarks = {}
    for words in (NOT_CONVERGED, NOTHING_TO_MATCH, TOO_FEW_TO_MATCH):
        remarked = similarity[similarity["status"].str.contains(words, regex=False)]
        sides = ([f"network_{side}", f"layer_{side}", *by[2:]] for side in "ab")
        remarks[words] = np.any([_among(pairs, columns, remarked, by) for columns in sides], axis=0)
    return _with_remarks(pairs, remarks)


def _with_remarks(table: pd.DataFrame, remarks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """A table whose `status` is joined by words, each where its mask is true."""
    status = table["status"].to_numpy(object)
    for words, where in remarks.items():
        status = np.where(where, np.where(status == "ok", words, status + "; " + words), status)
    return table.assign(status=status)


def _among(table: pd.DataFrame, columns: list[str], others: pd.DataFrame, theirs: list[str]) -> np.ndarray:
    """Which rows' `columns` are those that some of the others have in `theirs`, (rows,) of bool."""
    return pd.MultiIndex.from_frame(table[columns]).isin(pd.MultiIndex.from_frame(others[theirs].drop_duplicates()))


def _stopped(trials: pd.DataFrame) -> pd.Series:
    """Which decisions are of a classifier that did not converge."""
    return trials["converged"].eq(False).fillna(False).astype(bool)


def _decisions(n: int, shown: int) -> str:
    if n == shown:
        return "ok"
    return f"{NO_UNITS} for {shown - n} of {shown} images" if n else NO_UNITS


def _in_order(table: pd.DataFrame, cells: list[Cell]) -> pd.DataFrame:
    place = {cell: number for number, cell in enumerate(cells)}
    keys = {"cell": [place[cell] for cell in table[_CELL].itertuples(index=False, name=None)]}
    for column, known in _ORDER.items():
        if column in table and known is None:
            keys[column] = table[column].to_numpy()
        elif column in table:
            words = dict.fromkeys([*known, *table[column].unique()])
            keys[column] = table[column].map({word: number for number, word in enumerate(words)}).to_numpy()
    return table.iloc[pd.DataFrame(keys).sort_values(list(keys), kind="stable").index]
