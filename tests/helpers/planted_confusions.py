"""Observers with known confusions, for the tests of human-likeness."""

import numpy as np
import pandas as pd

from mien.confusions.matrices import CONFUSION, Confusion, confusion
from mien.confusions.measures import MEASURES
from mien.confusions.observers import OBSERVER_TRIALS
from mien.confusions.participants import Participants
from mien.decoding.trials_schema import TRIALS
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from tests.helpers import planted_study
from tests.helpers.tables import table_of

#: The measures of a study that names none.
MEASURED = ("pearson", "spearman", "kendall")


def planted(n, *name, like=None):
    """Confusion matrices, (n, 6, 6): right 30 to 80 % of the time; errors their own, or partly those of `like`."""
    draw = generator("planted", *name)
    off = ~np.eye(6, dtype=bool)
    errors = draw.dirichlet(np.ones(6), (n, 6)) * off
    errors /= errors.sum(axis=2, keepdims=True)
    if like is not None:
        theirs = like * off / (like * off).sum(axis=1, keepdims=True)
        share = draw.random((n, 1, 1)) * 0.9
        errors = share * theirs + (1 - share) * errors
    right = draw.uniform(0.3, 0.8, (n, 6, 1))
    return np.eye(6) * right + errors * (1 - right)


def answers(network, truth, identities, *name, seed=0):
    """A network's trials: each identity with each expression once, labelled by the matrix `truth`."""
    decisions = _decisions(truth, 1, identities, network, seed, *name).assign(
        set="wild", group="selective", draw=0, classifier="six_way", labels="true", n_units=20, converged=True
    )
    return table_of(TRIALS, decisions).assign(network=network, layer="conv5_3", seed=seed)


def participants_of(truth, participants, identities, *name):
    """Participants of the same set, who each see every face once."""
    table = _decisions(truth, participants, identities, "people", *name).assign(observer="human", set="wild")
    matrices = confusion(table, ["observer", "set"], EXPRESSIONS)
    return Participants(table_of(CONFUSION, matrices), table_of(OBSERVER_TRIALS, table))


def alike(x, y, entries, names=MEASURED):
    """How like each of some matrices, (m, 6, 6), is to each of others, (k, 6, 6): (m, k, measures)."""
    x, y = (Confusion(matrices, EXPRESSIONS).entries(entries) for matrices in (x, y))
    used = [MEASURES[name] for name in names]
    return np.stack([one.compare.cross(one.vectors(x), one.vectors(y)) for one in used], axis=-1)


def _decisions(truth, people, identities, *name):
    true = np.tile(np.arange(6), identities * people)
    given = planted_study.answers(truth, true, "answers", *name)
    who = np.tile(np.repeat([f"id{i:03d}" for i in range(identities)], 6), people)
    return pd.DataFrame(
        {
            "subject": np.repeat([f"p{i:03d}" for i in range(people)], 6 * identities),
            "stimulus": [f"{i}-{EXPRESSIONS[t]}" for i, t in zip(who, true, strict=True)],
            "identity": who,
            "true_expression": np.array(EXPRESSIONS)[true],
            "response_expression": np.array(EXPRESSIONS)[given],
        }
    )
