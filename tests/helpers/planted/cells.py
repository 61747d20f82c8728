"""A cell's tables, from which the study's are made: its counts are made up, its decisions drawn from the truth."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.categorical.morph_distance_schema import MORPH_DISTANCE
from mien.configuration.criteria import ALPHAS
from mien.decoding.identification_trials_schema import IDENTIFICATION_TRIALS
from mien.decoding.trials_schema import TRIALS
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.status import NO_UNITS, OK
from mien.stimuli.neighbours import between
from mien.units.schema import SELECTION, SENSITIVITY, units_schema
from tests.helpers.planted import truth
from tests.helpers.tables import table_of

N_UNITS, N_VARYING, N_SELECTIVE = 2048, 1348, 40  # of a layer
FACES, MORPHS = 30, 6  # identities
STEP = truth.LEVELS[1] - truth.LEVELS[0]
#: Draws of each group, and the share of its decisions that are not chance: the whole layer tells the most.
GROUPS = {"selective": (1, 0.85), "all": (1, 0.99), "random": (3, 0.7), "nonselective": (3, 0.6)}
WITHIN = ("selective", "all")  # are read within the localizer, too
COUNTED = (10, 30, 100, 300, 1000)  # numbers of units read


@cache
def cell(network: str, layer: str, seed: int, n_selective: int, n_controls: int) -> dict[str, pd.DataFrame]:
    """All tables of a cell that has so many selective and control units."""
    name = network, layer, seed
    n_units = dict.fromkeys(GROUPS, n_controls) | {"selective": n_selective, "all": N_VARYING}
    readouts = [(group, draw, n_units[group]) for group, (draws, _) in GROUPS.items() for draw in range(draws)]
    sets, shuffles = truth.CONFUSIONS, [("selective", draw, n_selective) for draw in range(3)]
    trials = [_faces(name, set_, *readout) for readout in readouts for set_ in sets]
    trials += [_faces(name, set_, *readout, labels="shuffled") for readout in shuffles for set_ in sets]
    trials += [_faces(name, "localizer", *readout, "within") for readout in readouts if readout[0] in WITHIN]
    parts = (
        (TRIALS, trials),
        (IDENTIFICATION_TRIALS, [_morphs(name, *readout) for readout in readouts]),
        (DISCRIMINATION, [_changes(name, *readout) for readout in readouts]),
        (SELECTION, [_selection(n_selective)]),
        (SENSITIVITY, [_sensitivity(n_selective)]),
        (UNIT_COUNTS, [_unit_counts(name, n_selective)]),
    )
    return {schema.name: table_of(schema, pd.concat(frames, ignore_index=True)) for schema, frames in parts}


def _faces(name, set_, group, draw, n_units, classifier="six_way", labels="true") -> pd.DataFrame:
    """Decisions on a set; either half of the localizer is read by units of its own."""
    share = GROUPS[group][1] if labels == "true" else 0
    matrix = _told(name[0], set_, share)
    faces = truth.labelled(truth.faces(set_, FACES), matrix, *name, set_, group, draw, classifier, labels)
    if set_ == "localizer" and n_units:
        n_units = n_units + pd.factorize(faces["identity"])[0] % 2
    faces = faces.assign(classifier=classifier, labels=labels)
    return _read(faces, "response_expression", group, draw, n_units)


def _told(network: str, set_: str, share: float) -> np.ndarray:
    """Confusions of which a share is not chance."""
    return share * truth.confusions(network, set_) + (1 - share) / len(EXPRESSIONS)


def _morphs(name, group, draw, n_units) -> pd.DataFrame:
    morphs, share = truth.morphs(identities=MORPHS), GROUPS[group][1]
    second = share * _turned(name[0], morphs, morphs["level"]) + (1 - share) / 2
    chance = generator("planted", *name, "morphs", group, draw).random(len(morphs))
    morphs = morphs.assign(classifier="two_way", chose_second=(chance < second).astype("boolean"))
    return _read(morphs, "chose_second", group, draw, n_units)


def _read(frame: pd.DataFrame, decision: str, group: str, draw: int, n_units) -> pd.DataFrame:
    """Who decided; without units nobody did."""
    frame = frame.assign(group=group, draw=draw, n_units=n_units, converged=True)
    return frame if np.any(n_units) else frame.assign(**{decision: None, "converged": None})


def _turned(network: str, morphs: pd.DataFrame, level: pd.Series) -> pd.Series:
    return truth.turned(level, morphs["continuum"].map(truth.BOUNDARIES), truth.NETWORKS[network].width)


def steps() -> pd.DataFrame:
    """How much the pictures of morphs change from level to level: a little more as they go."""
    frame = truth.morphs(between(truth.LEVELS[:-1], truth.LEVELS[1:]), MORPHS).assign(step=STEP)
    return table_of(MORPH_DISTANCE, frame.assign(distance=1 + 0.2 * (frame["level"] - 0.5)))


def _changes(name, group, draw, n_units) -> pd.DataFrame:
    """Units change as the pictures do, and by as much as what a morph looks like."""
    frame = steps()
    looks = _turned(name[0], frame, frame["level"] + STEP / 2) - _turned(name[0], frame, frame["level"] - STEP / 2)
    noise = generator("planted", *name, "changes", group, draw).normal(0, 0.1, len(frame))
    distance = frame["distance"] + GROUPS[group][1] * looks / STEP + noise
    return frame.assign(group=group, draw=draw, n_units=n_units, distance=distance if n_units else None)


def _unit_counts(name, n_selective: int) -> pd.DataFrame:
    """A group's first `N_SELECTIVE` units tell what `GROUPS` says, and more units more."""
    pools = {"selective": n_selective, "random": N_VARYING, "nonselective": N_VARYING - n_selective}
    rows = []
    for group, pool in pools.items():
        half = N_SELECTIVE * (1 / GROUPS[group][1] - 1)  # so many tell half of all
        read = [(draw, n) for n in COUNTED if n < pool for draw in range(3)]
        for (draw, n), set_ in product([*read, (0, pool)], truth.CONFUSIONS):
            row = {"group": group, "draw": draw, "n_units": n, "set": set_}
            if n:
                right, decisions = np.diag(_told(name[0], set_, n / (n + half))).mean(), FACES * len(EXPRESSIONS)
                correct = generator("planted", *name, "counts", *row.values()).binomial(decisions, right)
                rows.append(row | {"n": decisions, "correct": correct, "accuracy": correct / decisions, "status": OK})
            else:
                rows.append(row | {"n": 0, "status": NO_UNITS})
    return pd.DataFrame(rows)


def _counts(n_selective: int | np.ndarray) -> dict:
    shares = {"share_of_all": n_selective / N_UNITS, "share_of_varying": n_selective / N_VARYING}
    return {"n_units": N_UNITS, "n_varying": N_VARYING, "n_selective": n_selective, "scheme": "fixed", **shares}


def _selection(n_selective: int) -> pd.DataFrame:
    null = {"null_mean": 14.5, "null_low": 6, "null_high": 24, "n_permutations": 100}
    null["p_count"] = 0.01 if n_selective else 1.0
    halves = {"omega2_other_half": 0.15, "kappa_halves": 0.3} if n_selective else {}
    sizes = {"n_constant": N_UNITS - N_VARYING, "n_identities": truth.IDENTITIES["localizer"]}
    status = OK if n_selective else NO_UNITS
    return pd.DataFrame([truth.CHOICE._asdict() | _counts(n_selective) | null | halves | sizes | {"status": status}])


def _sensitivity(n_selective: int) -> pd.DataFrame:
    frame = truth.product(threshold_expression=ALPHAS, threshold_identity=ALPHAS).assign(
        criterion=truth.CHOICE.criterion
    )
    mean = N_UNITS * frame["threshold_expression"] * (1 - frame["threshold_identity"])
    found = (mean * (1 + n_selective / 14)).round().astype(int) * bool(n_selective)
    null = {"null_mean": mean, "null_low": 0.5 * mean, "null_high": 1.6 * mean}
    return frame.assign(**_counts(found), **null, p_count=0.01 if n_selective else 1.0)


def units_table(n_selective: int) -> pd.DataFrame:
    """A cell's `units` of 512: the first `n_selective` are selective, every tenth of the rest constant."""
    draws = generator("planted", "units", n_selective)
    unit = np.arange(512)
    tuning = draws.normal(0, 0.15, (512, 6))
    best = draws.choice(6, 512, p=(0.26, 0.17, 0.03, 0.24, 0.05, 0.25))
    tuning[unit, best] += draws.uniform(0.3, 1, 512)
    kind = np.where(unit < n_selective, "selective", np.where(unit % 10, "neither", "constant"))
    table = pd.DataFrame(tuning, columns=[f"tuning_{expression}" for expression in EXPRESSIONS])
    table["preferred"] = np.array(EXPRESSIONS)[tuning.argmax(axis=1)]
    table.loc[kind == "constant"] = None
    table = table.assign(unit=unit, kind=kind, selective=kind == "selective")
    return table_of(units_schema(EXPRESSIONS), table.assign(channel=unit // 16, row=unit // 4 % 4, column=unit % 4))
