"""Every decision of networks and participants, in one table."""

import numpy as np
import pandas as pd


def observer_trials(trials: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """The table `observer_trials`: every decision of the networks on true labels, and of participants.

    Args:
        trials: the cells' trials of classifiers of true labels, with `network`, `layer`, `seed`.
        answered: participants' trials (`participants.People`).
    """
    networks = trials.rename(columns={"network": "observer"}).assign(subject=trials["seed"].astype("str"), rt=np.nan)
    return pd.concat([answered, networks[list(answered)]], ignore_index=True)
