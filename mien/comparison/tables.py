"""The tables of a study, from every decision of its cells and the participants it is compared with.

A row a seed: nothing is pooled, but in `similarity_differences`.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from mien.categorical.discrimination import discrimination
from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.categorical.identification import fit_identification, identified, mean_r2, paired_tests
from mien.categorical.over_identities import decisions_of, identification_identities, validated
from mien.comparison.cells import Cell, cell_states
from mien.comparison.order import in_order
from mien.comparison.remarks import remarked, remarked_counts, remarked_pairs, stopped_early
from mien.comparison.schemas import SCHEMAS
from mien.confusions.differences import differences
from mien.confusions.error_consistency import error_consistency
from mien.confusions.matrices import confusion
from mien.confusions.noise_ceiling import noise_ceiling
from mien.confusions.observers import observer_trials
from mien.confusions.participants import Participants, of_participants
from mien.confusions.similarity import Likeness, likeness, similarities
from mien.decoding.accuracy import accuracies
from mien.decoding.identification_trials_schema import IDENTIFICATION_TRIALS
from mien.decoding.trials_schema import TRIALS
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.status import TRAINING_FAILED, has
from mien.tables.columns import CELL, READOUT
from mien.tables.schema import Schema
from mien.units.schema import SELECTION, SENSITIVITY

_CELL = list(CELL)
_RESAMPLED = ("compare", "morphs")  # name of the draws of identities: the same for all curves
_OF_MORPHS = ("discrimination_peaks", "discrimination_curves")


def compare(
    cells: Mapping[Cell, Mapping[str, pd.DataFrame]],
    networks: Mapping[tuple[str, int], Mapping],
    participants: Participants,
    morphs: pd.DataFrame | None,
    settings: Mapping,
    missing: Sequence[Cell] = (),
) -> dict[str, pd.DataFrame]:
    """Every study table, by its name in `SCHEMAS`, with the columns and the order of the contract.

    Args:
        cells: for each cell, in the order of the configuration, its tables `trials`, `selection`,
            `sensitivity`, `unit_counts` and, in a study with morphs, `identification_trials` and `discrimination`.
        networks: for each network and seed, its `origin`, and, if it was trained, what its `score` is and its
            `heldout_score`.
        participants: how they label expressions, with the `identity` of every stimulus (`matching.match`).
        morphs: how much the pictures of the morphs differ, the table `morph_distance`; none without morphs.
        settings: `training_score` (held-out score below which training has failed), `bootstrap` (resamples), `folds`
            (of cross-validation), `correction` (of `statistics.corrections`), `measures` (of `confusions.measures`),
            `layers` (of each network that is drawn), `expressions` (of the study).
        missing: cells of the study that are not finished: each has its row in the table `cells`, and in no other.
    """
    trials = _units_that_decided(_stack(cells, TRIALS))
    selection = _stack(cells, SELECTION)
    morph_trials = _stack(cells, IDENTIFICATION_TRIALS)
    true = trials[trials["labels"] == "true"].reset_index(drop=True)
    stopped = pd.concat([table.loc[stopped_early(table), _CELL] for table in (true, morph_trials)])
    not_converged = set(stopped.itertuples(index=False, name=None))
    results = {
        "cells": cell_states(selection, networks, settings["training_score"], missing, not_converged),
        "selection": selection,
        "sensitivity": _stack(cells, SENSITIVITY),
        "accuracy": accuracies(trials),
    }
    order = [*cells, *missing]
    decided = in_order(true, order, settings["expressions"])
    states = results["cells"]
    failed = states.loc[has(states["status"], TRAINING_FAILED), _CELL]
    results |= human_likeness(decided, participants, settings, failed.itertuples(index=False, name=None))
    localizer = set(trials.loc[trials["set"] == "localizer", "identity"])
    results |= perception(morph_trials, _stack(cells, DISCRIMINATION), morphs, localizer, settings)
    for name, table in results.items():
        of_faces = trials if "labels" in table else true
        results[name] = remarked(table, morph_trials if "continuum" in table else of_faces, selection)
    results["unit_counts"] = remarked_counts(_stack(cells, UNIT_COUNTS), true, selection)
    results["similarity_differences"] = remarked_pairs(results["similarity_differences"], results["similarity"])
    results = {
        name: in_order(table, order, settings["expressions"]) if set(_CELL) <= set(table) else table
        for name, table in results.items()
    }
    of_networks = results["confusion"].rename(columns={"network": "observer"})
    results["confusion"] = pd.concat([participants.confusion, of_networks])
    return {name: table[SCHEMAS[name].names].reset_index(drop=True) for name, table in results.items()}


def human_likeness(
    trials: pd.DataFrame, participants: Participants, settings: Mapping, failed: Iterable[Cell] = ()
) -> dict[str, pd.DataFrame]:
    """The tables of who labels expressions how, and how alike: one of every decision, and five made of it.

    Args:
        trials: the cells' trials of classifiers of true labels, with `network`, `layer`, `seed`.
        participants, settings: as in `compare`.
        failed: cells whose training failed, which `similarity_differences`, the table over seeds, leaves out.
    """
    expressions = settings["expressions"]
    like = likeness(trials, participants, expressions, settings["bootstrap"], settings["measures"])
    trained = ~pd.MultiIndex.from_frame(like.rows[_CELL]).isin(list(failed))
    observed = observer_trials(trials, participants.trials)
    selective = observed["group"].eq("selective") & observed["set"].ne("localizer")
    return {
        "observer_trials": observed,
        "confusion": confusion(trials, [*_CELL, "set", *READOUT, "n_units"], expressions),
        "similarity": similarities(like, settings["correction"]),
        "similarity_differences": differences(
            Likeness(like.rows[trained].reset_index(drop=True), like.resampled[trained]),
            settings["layers"],
            settings["correction"],
        ),
        "error_consistency": error_consistency(observed[selective | of_participants(observed)]),
        "noise_ceiling": noise_ceiling(participants, expressions, settings["measures"]),
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
    decisions = decisions_of(trials, [*_CELL, *READOUT, "n_units", "continuum"])
    fits = fit_identification(curves)
    fits = validated(fits, decisions, settings["folds"], settings["bootstrap"], _RESAMPLED, ("selective", "all"))
    results = {
        "identification": curves,
        "identification_identities": identification_identities(decisions),
        "fits": fits,
        "r2_means": mean_r2(fits),
        "r2_tests": paired_tests(fits, settings["correction"]),
    }
    if morphs is None:
        empty = {name: pd.DataFrame(columns=SCHEMAS[name].names) for name in _OF_MORPHS}
        return results | empty
    peaks = discrimination(distances, morphs, curves, fits, settings["bootstrap"], _RESAMPLED)
    return results | dict(zip(_OF_MORPHS, peaks, strict=True))


def _stack(cells: Mapping[Cell, Mapping[str, pd.DataFrame]], schema: Schema) -> pd.DataFrame:
    """One table of all cells, with columns for the cell."""
    nothing = pd.DataFrame(columns=[*CELL, *schema.names])
    parts = [
        frames[schema.name].assign(**dict(zip(CELL, cell, strict=True)))
        for cell, frames in cells.items()
        if schema.name in frames
    ]
    return pd.concat(parts, ignore_index=True) if parts else nothing


def _units_that_decided(trials: pd.DataFrame) -> pd.DataFrame:
    """Give a readout one `n_units`, the fewest that decided: `within` has another number of units for either half."""
    by = [trials[column] for column in [*_CELL, "set", *READOUT, "labels"]]
    units = trials["n_units"].where(trials["response_expression"].notna())
    return trials.assign(n_units=units.groupby(by, sort=False).transform("min").fillna(0).astype("int64"))
