"""Are two observers right and wrong about the same stimuli, beyond what their accuracies alone bring about?"""

import numpy as np
import pandas as pd

from mien.status import BOTH_RIGHT, BOTH_WRONG, NONE_SHARED, ONE_CONSTANT, first_of
from mien.tables.schema import FLOAT, INT, TEXT, Schema, status_of

#: Codes that `status` may have.
STATUSES = (NONE_SHARED, BOTH_RIGHT, BOTH_WRONG, ONE_CONSTANT)

_WHO = {"observer": TEXT, "layer": TEXT, "seed": INT, "subject": TEXT}
_RESULTS = {"n": INT, "agreement": FLOAT, "expected": FLOAT, "kappa": FLOAT, "status": status_of(*STATUSES)}
ERROR_CONSISTENCY = Schema(
    "error_consistency",
    {
        "set": TEXT,
        **{f"{column}_{side}": kind for side in "ab" for column, kind in _WHO.items()},
        **_RESULTS,
    },
)


def error_consistency(trials: pd.DataFrame) -> pd.DataFrame:
    """The table `error_consistency`: Cohen's kappa of being right, for every two observers of a set.

    Args:
        trials: decisions of networks and participants: `observer`, `layer`, `seed`, `subject` (together: who decided),
            `set`, `stimulus`, `true_expression`, `response_expression` (null: no decision). Of an observer's decisions
            on one stimulus the first counts.

    Returns:
        `set`; `observer_a` ... `subject_a`, `observer_b` ... `subject_b`, in order of appearance; `n` shared stimuli;
        `agreement`, the share of them on which both are right or both wrong; `expected`, that of independent observers
        of the same accuracies; `kappa`, (agreement - expected) / (1 - expected), from -1 to 1; `status`. Where one is
        always right, or always wrong, kappa is 0 whatever the other does, and undefined (null) where both are the same.

    Source: Geirhos, Meding & Wichmann (2020), arXiv:2006.16736.
    """
    tables = [_of_set(name, rows) for name, rows in trials.groupby("set", sort=False)]
    columns = ERROR_CONSISTENCY.names
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def _of_set(name: str, trials: pd.DataFrame) -> pd.DataFrame:
    codes = trials.groupby(list(_WHO), sort=False, dropna=False).ngroup().to_numpy()
    who = trials[list(_WHO)].iloc[np.unique(codes, return_index=True)[1]].reset_index(drop=True)
    a, b = np.triu_indices(len(who), 1)
    sides = [who.iloc[index].reset_index(drop=True).add_suffix(f"_{side}") for side, index in (("a", a), ("b", b))]
    return pd.concat([*sides, kappas(right_of(trials, codes), a, b)], axis=1).assign(set=name)


def right_of(trials: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """Who was right about which stimulus: (observers, stimuli) of 1 and 0, NaN without a decision.

    Args:
        codes: the observer of each trial, from 0.
    """
    stimulus, stimuli = pd.factorize(trials["stimulus"])
    right = np.full((codes.max() + 1, len(stimuli)), np.nan)
    decided = trials["response_expression"].notna().to_numpy()
    correct = (trials["response_expression"] == trials["true_expression"]).to_numpy()
    last_to_first = np.flatnonzero(decided)[::-1]  # of several decisions the first is written last
    right[codes[last_to_first], stimulus[last_to_first]] = correct[last_to_first]
    return right


def kappas(right: np.ndarray, a: np.ndarray, b: np.ndarray) -> pd.DataFrame:
    """Agreement, expected agreement and kappa of observers `a` with `b`, (pairs,) each, rows of `right`."""
    known, hit = (~np.isnan(right)).astype(float), np.nan_to_num(right)
    miss = known - hit
    n = (known @ known.T)[a, b]
    both_right, both_wrong = (hit @ hit.T)[a, b], (miss @ miss.T)[a, b]
    share = np.where(n > 0, n, np.nan)
    right_a, right_b = (hit @ known.T)[a, b] / share, (known @ hit.T)[a, b] / share
    agreement = (both_right + both_wrong) / share
    expected = right_a * right_b + (1 - right_a) * (1 - right_b)
    kappa = (agreement - expected) / np.where(expected < 1, 1 - expected, np.nan)
    status = first_of(
        {
            NONE_SHARED: n == 0,
            BOTH_RIGHT: (right_a == 1) & (right_b == 1),
            BOTH_WRONG: (right_a == 0) & (right_b == 0),
            ONE_CONSTANT: np.isin(right_a, (0, 1)) | np.isin(right_b, (0, 1)),
        }
    )
    values = (n.astype("int64"), agreement, expected, kappa, status)
    return pd.DataFrame(dict(zip(_RESULTS, values, strict=True)))
