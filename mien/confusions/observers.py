"""Every decision of networks and participants, in one table."""

import numpy as np
import pandas as pd

from mien.tables.columns import EXPRESSION, READOUT
from mien.tables.schema import FLOAT, INT, TEXT, Schema

OBSERVER_TRIALS = Schema(
    "observer_trials",
    {
        "observer": TEXT,
        "layer": TEXT,
        "seed": INT,
        **READOUT,
        "subject": TEXT,
        "stimulus": TEXT,
        "set": TEXT,
        "identity": TEXT,
        "true_expression": EXPRESSION,
        "response_expression": EXPRESSION,
        "rt": FLOAT,
    },
)


def observer_trials(trials: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """The table `observer_trials`: every decision of the networks on true labels, and of participants.

    Args:
        trials: the cells' trials of classifiers of true labels, with `network`, `layer`, `seed`.
        answered: participants' trials (`participants.Participants`).
    """
    networks = trials.rename(columns={"network": "observer"}).assign(subject=trials["seed"].astype("str"), rt=np.nan)
    return pd.concat([answered, networks[OBSERVER_TRIALS.names]], ignore_index=True)
