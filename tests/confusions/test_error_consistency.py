import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from mien.confusions.error_consistency import error_consistency
from mien.draws import generator

RIGHT, WRONG = "fear", "anger"


def decided(observer, right, set_="wild", seed=0, stimuli=None, subject="0"):
    """An observer that is right (1), wrong (0) or undecided (None) about stimuli 0, 1, ..."""
    return pd.DataFrame(
        {
            "observer": observer,
            "layer": "conv5_3",
            "seed": pd.array([seed] * len(right), dtype="Int64"),
            "subject": subject,
            "set": set_,
            "stimulus": [str(i) for i in (stimuli or range(len(right)))],
            "true_expression": RIGHT,
            "response_expression": [{1: RIGHT, 0: WRONG, None: None}[r] for r in right],
        }
    )


def kappa_of(*observers):
    (row,) = error_consistency(pd.concat(observers)).itertuples()
    return row


def test_kappa_is_scikit_learns():
    draw = generator("test", "kappa")
    common = draw.random(60)
    right = {f"o{i}": (0.4 * common + 0.6 * draw.random(60) < 0.3 + 0.08 * i).astype(int) for i in range(5)}
    found = error_consistency(pd.concat([decided(name, r.tolist()) for name, r in right.items()]))
    assert len(found) == 10 and set(found["n"]) == {60} and set(found["status"]) == {"ok"}
    for row in found.itertuples():
        a, b = right[row.observer_a], right[row.observer_b]
        assert row.kappa == pytest.approx(cohen_kappa_score(a, b), abs=1e-12)
        assert row.agreement == (a == b).mean()
    assert found["kappa"].mean() > 0.1


def test_kappa_has_a_sign():
    same, other, crossed = [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]
    assert kappa_of(decided("a", same), decided("b", same)).kappa == 1
    assert kappa_of(decided("a", same), decided("b", other)).kappa == -1
    assert kappa_of(decided("a", same), decided("b", crossed)).kappa == 0


@pytest.mark.parametrize(
    ("a", "b", "agreement", "expected", "kappa", "status"),
    [
        ([1, 1, 1], [1, 1, 1], 1, 1, None, "both_always_right"),
        ([0, 0, 0], [0, 0, 0], 1, 1, None, "both_always_wrong"),
        ([1, 1, 1], [0, 0, 0], 0, 0, 0, "one_always_right_or_wrong"),
        ([1, 1, 1], [1, 0, 1], 2 / 3, 2 / 3, 0, "one_always_right_or_wrong"),
        ([None, None, 1], [1, 1, None], None, None, None, "no_shared_stimuli"),
    ],
)
def test_edges(a, b, agreement, expected, kappa, status):
    row = kappa_of(decided("a", a), decided("b", b))
    assert row.status == status
    for found, known in ((row.agreement, agreement), (row.expected, expected), (row.kappa, kappa)):
        assert np.isnan(found) if known is None else found == pytest.approx(known, abs=1e-12)


def test_only_shared_stimuli_count():
    row = kappa_of(decided("a", [1, 0, 1, 0, None]), decided("b", [1, 0, 0, 1, 1], stimuli=[0, 1, 2, 9, 4]))
    assert (row.n, row.agreement) == (3, 2 / 3)
    assert row.kappa == pytest.approx(cohen_kappa_score([1, 0, 1], [1, 0, 0]))


def test_the_first_of_several_decisions_counts():
    again = pd.concat([decided("a", [1, 0, None]), decided("a", [0, 1, 1])])
    row = kappa_of(again, decided("b", [1, 0, 1]))
    assert (row.n, row.agreement) == (3, 1)


def test_every_two_observers_of_a_set_once():
    people = [decided("human", [1, 0, 1, 0], subject=s).assign(layer=None, seed=pd.NA) for s in ("p1", "p2")]
    people = [table.astype({"layer": "str", "seed": "Int64"}) for table in people]
    networks = [decided("net", [1, 1, 0, 0], seed=seed, subject=str(seed)) for seed in (0, 1)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = error_consistency(pd.concat([*networks, *people, decided("net", [1, 0], set_="controlled")]))
    wild = found[found["set"] == "wild"]
    assert wild[["subject_a", "subject_b"]].to_numpy().tolist() == [
        ["0", "1"], ["0", "p1"], ["0", "p2"], ["1", "p1"], ["1", "p2"], ["p1", "p2"]
    ]  # fmt: skip
    assert wild["seed_b"].isna().tolist() == [False, True, True, True, True, True]
    assert len(found) == len(wild)  # one observer alone has nobody to agree with
    assert error_consistency(people[0].iloc[:0]).columns.tolist() == found.columns.tolist()
