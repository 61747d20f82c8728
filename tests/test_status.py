import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mien import status
from mien.categorical import discrimination, fits, identification, over_identities
from mien.comparison import cells, remarks
from mien.confusions import differences, error_consistency, noise_ceiling, similarity
from mien.decoding import accuracy, difficulty, unit_counts_schema
from mien.units import summary

MODULES = (accuracy, cells, differences, difficulty, discrimination, error_consistency, fits, identification,
           noise_ceiling, over_identities, remarks, similarity, summary, unit_counts_schema)  # fmt: skip


def stated(module) -> set[str]:
    """Codes of the tuples that a stage's module says its tables may have."""
    return {code for name in vars(module) if name.endswith(("STATUSES", "REMARKS")) for code in getattr(module, name)}


def test_every_code_has_words_and_a_stage_that_may_give_it():
    codes = {value for name, value in vars(status).items() if name.isupper() and isinstance(value, str)}
    assert set(status.WORDS) == codes and len(set(status.WORDS.values())) == len(codes)
    assert set().union(*map(stated, MODULES)) == codes - {status.OK}
    assert not any(";" in code or " " in code for code in codes)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_stage_states_every_code_that_it_imports(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "mien.status"
        for alias in node.names
    }
    imported = {getattr(status, name) for name in names if name.isupper()} - {status.OK}
    # comparison adds remarks to what others state
    assert imported <= stated(module) and (module is summary or imported)


def test_codes_are_joined_found_and_added():
    assert status.joined([]) == "ok" and status.joined(["a", "b", "a"]) == "a;b"
    assert status.codes_of("ok") == [] and status.codes_of("a;b") == ["a", "b"]
    column = pd.Series(["ok", "no_change", "no_change_at_all;step", "step;no_change"], index=[7, 8, 9, 3])
    assert status.has(column, "no_change").tolist() == [False, True, False, True]
    found = status.added(column, "step", np.array([True, True, True, False]))
    assert found.tolist() == ["step", "no_change;step", "no_change_at_all;step", "step;no_change"]
    assert found.index.tolist() == [7, 8, 9, 3]
    assert status.added(column.iloc[:0], "step", np.array([], bool)).empty
    masks = {"first": np.array([True, False, False]), "second": np.array([True, True, False])}
    assert status.first_of(masks).tolist() == ["first", "second", "ok"]


def test_words_are_of_every_code():
    assert status.words("ok") == "ok"
    assert status.words("step;one_identity") == "a step: steeper than the levels resolve; no interval: one identity"
    with pytest.raises(KeyError):
        status.words("unheard_of")
