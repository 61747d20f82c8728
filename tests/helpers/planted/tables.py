"""The study's tables, made of its cells as the workflow makes them."""

from functools import cache

import pandas as pd

from mien.comparison.schemas import SCHEMAS
from mien.comparison.tables import compare
from mien.expressions import EXPRESSIONS
from tests.helpers.planted import truth
from tests.helpers.planted.cells import N_SELECTIVE, cell, steps
from tests.helpers.planted.observers import participants_of
from tests.helpers.planted.pictures import pictures_of
from tests.helpers.planted.responses import UNITS
from tests.helpers.tables import table_of

SETTINGS = {
    "training_score": 0.8,
    "bootstrap": 20,
    "folds": 5,
    "correction": "holm",
    "layers": truth.COMPARED,
    "expressions": list(EXPRESSIONS),
    "measures": ["pearson", "spearman"],
}
CELLS = [(network, layer, seed) for network, of in truth.NETWORKS.items() for layer in of.layers
         for seed in range(of.seeds)]  # fmt: skip
SEEDS = frozenset((network, seed) for network, _, seed in CELLS)


@cache
def study(empty=frozenset({("untrained", 2)}), missing=frozenset(), controls=0) -> dict[str, pd.DataFrame]:
    """All tables of the study, and its morphs. Share them: change copies.

    Args:
        empty: (network, seed) that have no selective units, and so many `controls` in either group.
        missing: (network, seed) that are not finished.
    """
    cells, unfinished = {}, []
    for network, layer, seed in CELLS:
        n_units = (0, controls) if (network, seed) in empty else (N_SELECTIVE, N_SELECTIVE)
        if (network, seed) in missing:
            unfinished.append((network, layer, seed))
        else:
            cells[network, layer, seed] = cell(network, layer, seed, *n_units)
    trained = {"origin": "trained", "score": "accuracy", "heldout_score": 0.9}
    initialised = {"origin": "initialised", "score": None, "heldout_score": None}
    networks = {seed: trained if seed[0].endswith("_trained") else initialised for seed in SEEDS}
    participants = participants_of(truth.PARTICIPANTS, 1, 60, "study", sets=truth.CONFUSIONS)
    participants = participants._replace(trials=participants.trials.iloc[:0])  # as of those of the publication
    tables = compare(cells, networks, participants, steps(), SETTINGS, unfinished)
    checked = {name: table_of(SCHEMAS[name], table) for name, table in tables.items()}
    return checked | {"morphs": pictures_of(UNITS, "morphs")}


def renamed(tables: dict[str, pd.DataFrame], network: str, name: str) -> dict[str, pd.DataFrame]:
    """A study with another network beside the others, `name`, that has the numbers of `network`."""
    found = dict(tables)
    for table, frame in tables.items():
        for column in ("network", "observer", "network_b"):
            if column in frame:
                added = frame[frame[column] == network].assign(**{column: name})
                found[table] = pd.concat([frame, added], ignore_index=True)
    return found
