"""docs/extending.md is true: files that are there, few of them, and code that works as it stands on the page."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from mien.configuration import criteria as configured
from mien.confusions import measures
from mien.figures.catalogue import Drawn
from mien.networks.zoo.interface import Zoo
from mien.provenance import load
from mien.stimuli.sources import SOURCES
from mien.units import criteria
from mien.units.anova import squares_of, sums_of
from tests.helpers.drawing import assert_words_apart, said
from tests.helpers.planted.cells import units_table
from tests.helpers.planted.responses import noise, sums_over
from tests.helpers.planted.truth import design

#: Most files that a change touches, beside its test.
MOST = 4


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs/extending.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def recipes(page) -> list[str]:
    return re.split(r"^## \d\. ", page, flags=re.MULTILINE)[1:]


@pytest.fixture(scope="module")
def code(page) -> dict[str, str]:
    """The code that is written into a file, by the file."""
    return dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL))


def run(text: str, **known: object) -> dict:
    """The names that code defines or changes, where some are known."""
    exec(text, known)
    return known


def test_there_are_eight_changes_of_few_files_each_and_a_test(project, recipes):
    assert len(recipes) == 8
    for text in recipes:
        files = re.findall(r"^- `(\S+)`( \(new\))?", text, flags=re.MULTILINE)
        tests = re.findall(r"^Test: `(tests/\S+)`( \(new\))?$", text, flags=re.MULTILINE)
        assert 1 <= len(files) <= MOST and len(tests) == 1, text
        for file, new in [*files, *tests]:
            assert (project / file).is_file() is not bool(new) and (project / file).parent.is_dir(), file


def test_all_files_and_names_that_are_mentioned_are_there(project, recipes):
    for text in recipes:
        new = re.findall(r"^(?:- |Test: )`(\S+)` \(new\)", text, flags=re.MULTILINE)
        for path in set(re.findall(r"`((?:mien|tests|docs|workflow|envs)/[\w./]*)`", text)) - set(new):
            assert (project / path).exists(), path
        for file, told in re.findall(r"^- `(mien/\S+)`: (.*)$", text, flags=re.MULTILINE):
            source = (project / file).read_text(encoding="utf-8")
            for name in re.findall(r"`(\w+)(?:\.\w+)?`", told):
                assert re.search(rf"\b{name}\b", source) or name[0].isupper() and name in text, (file, name)


def test_the_zoo_builds_networks_that_their_seed_draws(code):
    zoo = run(code["mien/networks/zoo/shallow.py"])["ZOO"]
    assert isinstance(zoo, Zoo) and zoo.known({"name": "shallow_2"}) and not zoo.known({"name": "shallow"})
    architecture = {"name": "shallow_2", "input_size": 16, "classes": 3}
    zoo.check(architecture)
    a, b, c = (zoo.build(architecture, seed) for seed in (1, 1, 2))
    assert torch.equal(a[0].weight, b[0].weight) and not torch.equal(a[0].weight, c[0].weight)
    assert a(torch.ones(2, 3, 16, 16)).shape == (2, 3)


def test_the_criterion_selects_units_with_an_effect_and_no_constant_one(code):
    entry = code["mien/configuration/criteria.py"].replace("...\n", "found = {\n") + "}"
    threshold = (known := run(entry, **vars(configured)))["found"]["eta2"]["expression"]
    eta2 = run(code["mien/units/criteria.py"], **{**vars(criteria), "ETAS": known["ETAS"]})["eta2"]
    stimuli, responses = design(10), noise(10, 20)
    responses[:, :5] += 3 * (stimuli["expression"] == "fear").to_numpy()[:, None]
    responses[:, 19] = 1
    said = ast.literal_eval("{" + code["mien/configuration/criteria_words.py"].replace("...\n", "") + "}")
    assert set(said) == {"eta2", threshold.key}
    effects = eta2(squares_of(sums_of(sums_over(stimuli, responses)[0])))
    assert tuple(effects.expression.limits) == threshold.grid and effects.identity is None
    passed = effects.selective(threshold.default, None)
    assert passed[:5].all() and not passed[19]


def test_the_measure_is_one_for_equal_matrices_and_lower_for_others(code, monkeypatch):
    monkeypatch.setattr(measures, "MEASURES", {})
    run(code["mien/confusions/measures.py"], np=np, measure=measures.measure)
    (one,) = measures.MEASURES.values()
    matrices = np.random.default_rng(1).dirichlet(np.ones(6), (3, 6))
    alike = one.compare.cross(one.vectors(matrices), one.vectors(matrices))
    assert np.diag(alike) == pytest.approx(np.ones(3)) and (alike[~np.eye(3, dtype=bool)] < 0.99).all()
    assert alike[0, 1] == pytest.approx(np.sqrt(matrices[0] * matrices[1]).sum(axis=1).mean())


def test_the_source_makes_a_stimulus_set_as_the_others_do(code):
    stimulus_set = run(code["mien/stimuli/faces/blurred.py"])["stimulus_set"]
    theirs = load(SOURCES["parametric"].sets).stimulus_set
    assert list(inspect.signature(stimulus_set).parameters) == list(inspect.signature(theirs).parameters)
    given = {"name": "wild", "design": {"identities": 2}, "expressions": ["anger", "fear"], "variation": {}}
    given |= {"size": 16, "seed": 1}
    blurred, sharp = stimulus_set(**given), theirs(**given)
    assert set(blurred["source"]) == {"blurred"} and blurred["stimulus"].equals(sharp["stimulus"])
    assert (blurred["sha256"] != sharp["sha256"]).all()


def test_the_figure_has_what_the_catalogue_asks_for_and_draws(code):
    module = run(code["mien/figures/fig11_preferred.py"])
    assert set(Drawn._fields) <= set(module)
    chosen = {"focus": "face_trained", "seed": 0}
    assert set(chosen) == set(module["CHOSEN"])
    for n in (40, 0):
        figure, panels = module["draw"]({"units": units_table(n)}, chosen)
        assert_words_apart(figure)
        assert list(panels) == list(module["PANELS"]) and panels["a"]["n"].sum() == n
        assert ("no selective units" in said(figure)) == (n == 0)
