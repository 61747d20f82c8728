"""Observers with known confusions: networks and participants."""

import numpy as np
import pandas as pd

from mien.confusions.matrices import CONFUSION, Confusion, confusion
from mien.confusions.measures import MEASURES
from mien.confusions.observers import OBSERVER_TRIALS
from mien.confusions.participants import Participants
from mien.decoding.trials_schema import TRIALS
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from tests.helpers.planted import truth
from tests.helpers.tables import table_of

#: The measures of a study that names none.
MEASURED = ("pearson", "spearman", "kendall")


def matrices(n, *name, like=None):
    """Confusion matrices, (n, 6, 6): right 30 to 80 % of the time; errors their own, or partly those of `like`."""
    draw = generator("planted", *name)
    errors = truth.off_diagonal(draw.dirichlet(np.ones(6), (n, 6)))
    if like is not None:
        share = draw.random((n, 1, 1)) * 0.9
        errors = share * truth.off_diagonal(like) + (1 - share) * errors
    return truth.matrix(draw.uniform(0.3, 0.8, (n, 6, 1)), errors)


def trials_of(network, matrix, identities, *name, seed=0):
    """A network's trials: each identity with each expression once, labelled by a matrix."""
    labelled = truth.labelled(truth.faces("wild", identities), matrix, "answers", network, seed, *name)
    readout = {"group": "selective", "draw": 0, "classifier": "six_way", "labels": "true"}
    trials = table_of(TRIALS, labelled.assign(**readout, n_units=20, converged=True))
    return trials.assign(network=network, layer="conv5_3", seed=seed)


def participants_of(matrix, participants, identities, *name, sets=("wild",)):
    """Participants who each see every face of some sets once, and answer by a matrix."""
    faces = pd.concat([truth.faces(set_, identities) for set_ in sets])
    trials = pd.concat(
        truth.labelled(faces, matrix, *name, "person", number).assign(observer="human", subject=f"p{number:03d}")
        for number in range(participants)
    )
    table = confusion(trials, ["observer", "set"], EXPRESSIONS)
    return Participants(table_of(CONFUSION, table), table_of(OBSERVER_TRIALS, trials))


def participants_trials(participants: int, *name: object) -> pd.DataFrame:
    """Trials of the participants `planted` with the controlled set, by `PARTICIPANTS`: their CSV."""
    of = participants_of(truth.PARTICIPANTS, participants, truth.IDENTITIES["controlled"], *name, sets=["controlled"])
    return of.trials.assign(observer="planted").dropna(axis=1, how="all")


def alike(x, y, entries, names=MEASURED):
    """How like each of some matrices, (m, 6, 6), is to each of others, (k, 6, 6): (m, k, measures)."""
    x, y = (Confusion(matrices, EXPRESSIONS).entries(entries) for matrices in (x, y))
    used = [MEASURES[name] for name in names]
    return np.stack([one.compare.cross(one.vectors(x), one.vectors(y)) for one in used], axis=-1)
