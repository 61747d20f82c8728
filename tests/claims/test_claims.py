import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mien.claims import published as figures
from mien.claims import table as module
from mien.claims.kinds import KINDS
from mien.claims.rules import (
    FAILS,
    HOLDS,
    NOT_REPRODUCED,
    REPRODUCED,
    UNSURE,
    UNTESTED,
    finding,
    opposite,
    verdict,
)
from mien.claims.schema import CLAIMS
from mien.claims.stated import claims_of
from mien.claims.values import ONE_CONTINUUM
from mien.comparison.schemas import SCHEMAS
from mien.draws import generator
from mien.expressions import CONTINUA, EXPRESSIONS
from mien.status import MISSING, TRAINING_FAILED
from mien.tables import parquet
from mien.units.null_schema import SCHEMES
from tests.helpers.places import PUBLISHED as RESOURCES
from tests.helpers.tables import table_of

VGG = {"name": "vgg16", "input_size": 224}
#: A network's origin, seeds, and what its tables say: the truth of a planted study.
FACES = {
    "origin": "fetched", "seeds": 1, "selective": 900, "right": 5, "random": 3, "whole": 6, "r": 0.7, "p": 1 / 720,
    "r2": 0.997, "line": 0.95, "excess": 0.5, "peak": 0.5,
}  # fmt: skip
OBJECTS = FACES | {"right": 3, "random": 3, "r": -0.3, "p": 0.7, "r2": 0.98, "line": 0.96, "excess": -0.1}
UNTRAINED = OBJECTS | {"origin": "initialised", "seeds": 6}
PAPER = {"face": FACES, "object": OBJECTS, "random": UNTRAINED}
REARED = {name: truth | {"origin": "trained", "seeds": 6} for name, truth in PAPER.items()}
REARED["random"] = UNTRAINED
ROLES = {"vgg_face": "face", "vgg16": "object", "untrained": "random"}
#: How the names of claims begin that are ours alone.
OWN = ("random", "layer", "peak")
SETS = ("localizer", "controlled", "wild", "morphs")


@pytest.fixture(scope="module")
def published():
    names = ("accuracy", "confusion", "categorical_r2", "identification")
    return figures.read(*(RESOURCES / f"{name}_published.csv" for name in names))


def study_of(truths):
    """Tables of a study in which networks are what `truths` says; seeds differ a little."""
    cells = pd.DataFrame(
        [
            {"network": name, "layer": "conv5_3", "seed": seed, "origin": truth["origin"], "status": "ok"} | truth
            for name, truth in truths.items()
            for seed in range(truth["seeds"])
        ]
    )
    cells["little"] = 0.001 * generator("test", "claims").standard_normal(len(cells))
    place = ["network", "layer", "seed"]
    null = {"null_mean": 100.0, "null_low": 50.0, "null_high": 150.0, "n_units": 10000}
    selection = cells.assign(n_selective=cells["selective"], **null).merge(
        pd.DataFrame({"scheme": SCHEMES}), how="cross"
    )
    readout = {"group": "selective", "draw": 0, "classifier": "six_way"}
    like = cells[[*place, "p"]].assign(**readout, human="human", entries="off_diagonal", noise_corrected=cells["r"])
    like["noise_corrected"] += cells["little"]
    like = like.assign(
        low=like["noise_corrected"] - 0.15, high=like["noise_corrected"] + 0.15, uniform_errors=0.1, status="ok"
    )
    like = like.rename(columns={"p": "p_relabeling"}).merge(
        pd.DataFrame({"statistic": ["pearson", "spearman", "kendall"]}), how="cross"
    )
    like = like.merge(pd.DataFrame({"set": ["controlled", "wild"]}), how="cross")
    fits = cells.merge(pd.DataFrame({"continuum": CONTINUA, "add": np.arange(7) * 1e-4}), how="cross")
    fits = pd.concat([fits.assign(fit=fit, r2=fits[r2] + (fit != "hill") * fits["add"] + fits["little"] / 10)
                      for fit, r2 in (("linear", "line"), ("quadratic", "line"), ("hill", "r2"))])  # fmt: skip
    peaks = cells[[*place, "excess", "peak"]].merge(pd.DataFrame({"continuum": CONTINUA}), how="cross")
    peaks = peaks.assign(group="selective", draw=0, boundary=0.5, status="ok", excess_low=peaks["excess"] - 0.05,
                         excess_high=peaks["excess"] + 0.05, peak_low=peaks["peak"] - 0.1,
                         peak_high=peaks["peak"] + 0.1)  # fmt: skip
    fits = fits.assign(cv_error=(1 - fits["r2"]) / 10, counts=True)
    tables = {
        "cells": cells,
        "selection": selection,
        "observer_trials": trials_of(cells),
        "similarity": like,
        "similarity_differences": differences_of(like),
        "fits": fits.assign(group="selective", draw=0, classifier="two_way", status="ok"),
        "discrimination_peaks": peaks,
    }
    return {name: table_of(SCHEMAS[name], table) for name, table in tables.items()}


def trials_of(cells):
    """Ten identities; of the six expressions `right` are told, and of one identity in two one less."""
    parts = []
    for cell in cells.itertuples():
        for group, right, draws in (("selective", cell.right, 1), ("all", cell.whole, 1), ("random", cell.random, 2)):
            design = {"set": ["controlled", "wild"], "draw": range(draws), "identity": range(10), "number": range(6)}
            shown = pd.MultiIndex.from_product(design.values(), names=list(design)).to_frame(index=False)
            told = shown["number"] < right - shown["identity"] % 2 * (group != "random")
            true = np.array(EXPRESSIONS)[shown["number"]]
            wrong = np.array(EXPRESSIONS)[(shown["number"] + 1) % 6]
            parts.append(shown.assign(
                observer=cell.network, layer=cell.layer, seed=cell.seed, group=group, classifier="six_way",
                identity=shown["identity"].astype(str), true_expression=true,
                response_expression=np.where(told, true, wrong)))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def differences_of(like):
    by = ["network", "layer", "set", "group", "classifier", "human", "entries", "statistic"]
    means = like.groupby(by, sort=False)["noise_corrected"].agg(["mean", "std", "size"]).reset_index()
    a, b = (means.rename(columns={c: f"{c}_{s}" for c in ("network", "layer", "mean", "std", "size")}) for s in "ab")
    table = a.merge(b, on=by[2:])
    order = list(dict.fromkeys(like["network"]))
    table = table[table["network_a"].map(order.index) > table["network_b"].map(order.index)]  # roles the other way
    difference = table["mean_a"] - table["mean_b"]
    renamed = {f"{c}_{s}": f"{n}_seeds_{s}" for c, n in (("std", "sd"), ("size", "n")) for s in "ab"}
    table = table.rename(columns=renamed)
    return table.assign(difference=difference, low=difference - 0.2, high=difference + 0.2, status="ok")


def settings_of(source="pictures", photographs=True, **rest):
    return {
        "roles": ROLES,
        "layers": {},
        "sources": dict.fromkeys(SETS, source),
        "photographs": photographs,
        "architectures": dict.fromkeys(ROLES.values(), VGG),
        "correction": "holm",
        "expressions": list(EXPRESSIONS),
        **rest,
    }


def judge(published, truths, tampered=None, **settings):
    study = study_of(truths)
    if tampered:
        study |= {name: change(study[name]) for name, change in tampered.items()}
    return module.claims(study, published, settings_of(**settings)).set_index("claim")


# ------------------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("low", "high", "met", "expected"),
    [
        (0.01, 0.9, True, HOLDS),
        (0.0, 0.9, True, UNSURE),  # an interval that touches what it must be above
        (-0.5, 0.19, True, FAILS),
        (-0.5, 0.2, True, UNSURE),  # as large as the smallest effect may be
        (0.01, 0.1, True, HOLDS),  # small, and there
        (0.01, 0.1, False, FAILS),
        (0.01, 0.9, False, UNSURE),
        (np.nan, np.nan, True, UNSURE),
    ],
)
def test_finding_at_its_edges(low, high, met, expected):
    assert finding(low, high, 0.0, 0.2, met) == expected
    assert finding(low + 8, high + 8, 8, 0.25, met) == finding(low, high, 0, 0.25, met)


def test_opposites_and_verdicts():
    assert [opposite(x) for x in (HOLDS, FAILS, UNSURE)] == [FAILS, HOLDS, UNSURE]
    assert [verdict(x, [], True) for x in (HOLDS, FAILS, UNSURE)] == [REPRODUCED, NOT_REPRODUCED, UNSURE]
    assert {verdict(x, [], False) for x in (HOLDS, FAILS, UNSURE)} == {UNSURE}
    assert {verdict(x, ["why"], own) for x in (HOLDS, FAILS, UNSURE) for own in (True, False)} == {UNTESTED}


# ------------------------------------------------------------------------------------------------- published values


def test_published_values_are_computed(published):
    stated = {claim.name: claim.published for claim in claims_of(published)}
    assert stated["decoding_vgg_face_controlled"] == 0.7675
    assert stated["likeness_vgg_face_controlled"] == pytest.approx(0.73, abs=0.005)
    assert stated["likeness_vgg_face_wild"] == pytest.approx(0.28, abs=0.005)
    assert stated["likeness_vgg16_wild"] == pytest.approx(-0.11, abs=0.005)
    assert stated["likeness_vgg_face_untrained_wild"] == pytest.approx(0.39, abs=0.005)
    assert stated["sigmoid_vgg_face"] == pytest.approx(0.9976 - 0.9719)
    assert stated["sigmoid_vgg_face_vgg16"] == pytest.approx(0.9976 - 0.9916)
    assert figures.p_of_advantage(published, "vgg16") == pytest.approx(0.010, abs=0.0005)
    assert all(np.isnan(stated[name]) for name in stated if name.startswith(("units", *OWN)))


# ------------------------------------------------------------------------------------------------- studies


@pytest.fixture(scope="module")
def paper(published):
    return judge(published, PAPER)


def test_the_publication_as_it_says_is_reproduced(paper, tmp_path):
    parquet.write(CLAIMS, paper.reset_index(), tmp_path / "claims.parquet", {})
    assert (paper["finding"] == HOLDS).all(), paper.loc[paper["finding"] != HOLDS, "why"].tolist()
    own = paper.index.str.startswith(OWN)
    assert (paper.loc[~own, "verdict"] == REPRODUCED).all()
    assert (paper.loc[own, "verdict"] == UNSURE).all()
    assert paper.loc["likeness_vgg_face_wild", ["value", "low", "high"]].tolist() == pytest.approx(
        [0.7, 0.55, 0.85], abs=0.005
    )
    assert paper.loc["units_vgg_face", ["value", "low", "high"]].tolist() == pytest.approx([0.08, 0.075, 0.085])
    assert paper.loc["decoding_vgg_face_wild", "value"] == pytest.approx(0.75)
    assert paper.loc["random_vgg_face_controlled", "value"] == pytest.approx(0.25)
    assert paper.loc["layer_vgg_face_wild", "value"] == pytest.approx(1 / 6)
    assert paper.loc["likeness_vgg_face_untrained_wild", "value"] == pytest.approx(1.0, abs=0.01)  # a - b, stored b - a
    assert paper.loc["likeness_vgg_face_untrained_wild", ["n_networks", "n_seeds"]].tolist() == [2, 1]
    assert (
        paper["why"].str.contains("one network, not an experience")[~paper.index.str.endswith("_untrained")].sum() > 8
    )


def test_the_opposite_of_the_publication_is_not_reproduced(published):
    truths = {"face": OBJECTS, "object": FACES, "random": FACES | {"origin": "initialised", "seeds": 6}}
    weak = {"selective": 60, "right": 1, "random": 3, "whole": 1}
    found = judge(published, {name: truth | weak for name, truth in truths.items()} | {
        "face": OBJECTS | weak | {"line": 0.99}})  # fmt: skip
    assert (found["finding"] == FAILS).all(), found.loc[found["finding"] != FAILS, "why"].tolist()
    own = found.index.str.startswith(OWN)
    assert (found.loc[~own, "verdict"] == NOT_REPRODUCED).all() and (found.loc[own, "verdict"] == UNSURE).all()


@pytest.mark.parametrize("truths", [PAPER, REARED])
@pytest.mark.parametrize("source", ["parametric", "ict"])
def test_drawn_pictures_never_test_the_publication(published, truths, source):
    found = judge(published, truths, source=source)
    assert (found["verdict"] == UNTESTED).all()
    assert (found["finding"] == HOLDS).all()  # of these networks and pictures
    said = found["why"].str.lower()
    assert said.str.contains("the publication is not tested").all()
    assert not said.str.contains("reproduc|replicat|confirm").any()
    assert said.str.startswith("of ").all() and said.str.contains("in the part of").all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"photographs": False}, "does not call photographs (localizer, controlled, wild, morphs)"),
        (
            {"sources": dict.fromkeys(SETS, "photographs") | {"wild": "pictures"}, "photographs": False},
            "does not call photographs (wild)",
        ),
        ({"sources": dict.fromkeys(SETS, "photographs") | {"wild": "parametric"}}, "drew (wild)"),
        ({"sources": dict.fromkeys(SETS, "pictures") | {"morphs": "ict"}}, "drew (morphs)"),
        ({"architectures": dict.fromkeys(ROLES.values(), VGG | {"input_size": 64})}, "not a whole vgg16 of 224 pixels"),
        ({"architectures": dict.fromkeys(ROLES.values(), VGG | {"width": 0.5})}, "not a whole vgg16"),
        (
            {"architectures": dict.fromkeys(ROLES.values(), VGG | {"from": "torchvision", "name": "resnet18"})},
            "not a whole vgg16",
        ),
        ({"expressions": EXPRESSIONS[:4]}, "not the publication's six expressions (anger, disgust, fear, happiness)"),
        ({"expressions": [*EXPRESSIONS, "neutral"]}, "not the publication's six expressions (anger, disgust, fear, h"),
    ],
)
def test_everything_must_be_the_publications(published, change, reason):
    found = judge(published, PAPER, **change)
    assert (found["verdict"] == UNTESTED).all() and found["why"].str.contains(reason, regex=False).all()


def test_trained_networks_on_photographs_test_only_what_is_said_of_the_untrained(published):
    found = judge(published, REARED)
    alone = found.index.isin(
        [f"{kind}_untrained{set_}" for kind in ("units", "decoding", "likeness") for set_ in ("", "_wild")]
    )
    assert (found.loc[alone, "verdict"] == REPRODUCED).all() and alone.sum() == 3
    assert (found.loc[~alone & (found.index != "peak_untrained"), "verdict"] == UNTESTED).all()
    assert found.loc["units_vgg16", "why"].count("object is not VGG-16 as published (trained, not fetched)") == 1


def test_a_source_knows_that_its_pictures_are_photographs(published, paper):
    for mixed in ({}, {"controlled": "pictures"}):
        sources = dict.fromkeys(SETS, "photographs") | mixed
        pd.testing.assert_frame_equal(judge(published, PAPER, sources=sources, photographs=bool(mixed)), paper)


def test_a_study_on_photographs_may_have_every_verdict(published):
    """Each network in its own way: fetched with another result, trained, and untrained with few seeds."""
    truths = {
        "face": FACES | {"r2": 0.95},  # its morphs' curves are lines
        "object": OBJECTS | {"origin": "trained", "seeds": 6},
        "random": UNTRAINED | {"seeds": 4},
    }
    found = judge(published, truths, source="photographs", photographs=False)
    assert found.loc["likeness_vgg_face_wild", ["finding", "verdict"]].tolist() == [HOLDS, REPRODUCED]
    assert found.loc["sigmoid_vgg_face", ["finding", "verdict"]].tolist() == [FAILS, NOT_REPRODUCED]
    assert found.loc["likeness_untrained_wild", ["finding", "verdict"]].tolist() == [UNSURE, UNSURE]
    assert found.loc["random_vgg_face_controlled", ["finding", "verdict"]].tolist() == [
        HOLDS,
        UNSURE,
    ]  # no claim of theirs
    assert found.loc["likeness_vgg16_wild", ["finding", "verdict"]].tolist() == [HOLDS, UNTESTED]
    assert found.loc["likeness_vgg_face_vgg16_wild", "verdict"] == UNTESTED  # as one of the two is another network


def test_the_untrained_network_of_the_publication_may_be_its_file(published):
    """One file, so no seeds to infer over; any other origin is another network."""
    found = judge(published, PAPER | {"random": UNTRAINED | {"origin": "fetched", "seeds": 1}}, source="photographs")
    own = found.index.str.startswith(OWN)
    assert (found.loc[~own, "verdict"] == REPRODUCED).all()
    assert "a file of weights is one network, not an experience" in found.loc["likeness_untrained_wild", "why"]
    found = judge(published, PAPER | {"random": UNTRAINED | {"origin": "shuffled"}}, source="photographs")
    assert found.loc["likeness_untrained_wild", "verdict"] == UNTESTED
    assert "(shuffled, not initialised or fetched)" in found.loc["likeness_untrained_wild", "why"]


def test_another_layer_does_not_test_the_publication(published):
    shallow = {name: lambda t: t.assign(layer="conv4_3") for name in ("cells", "selection", "fits", "similarity")}
    found = judge(published, PAPER, shallow)
    assert (found["verdict"] == UNTESTED).all()
    assert found.loc["units_vgg_face", "finding"] == HOLDS
    assert "face is not VGG-Face as published (conv4_3, not conv5_3)" in found.loc["units_vgg_face", "why"]


@pytest.mark.parametrize(("seeds", "expected"), [(1, UNSURE), (4, UNSURE), (5, HOLDS)])
def test_inference_over_seeds_needs_five(published, seeds, expected):
    found = judge(published, {name: truth | {"seeds": seeds} for name, truth in REARED.items()})
    assert (found["finding"] == expected).all() and (found["n_seeds"] == seeds).all()
    assert found["value"].notna().all() and found["low"].notna().all()
    if seeds < 5:
        assert found["why"].str.contains("inference over seeds needs 5").all()
        assert (found["verdict"].isin([UNTESTED, UNSURE])).all()


def test_one_continuum_has_no_interval_and_says_so(published):
    one = {name: lambda table: table[table["continuum"] == CONTINUA[0]] for name in ("fits", "discrimination_peaks")}
    found = judge(published, REARED, one)
    for claim in ("sigmoid_vgg_face", "sigmoid_vgg_face_vgg16"):
        assert found.loc[claim, "finding"] == UNSURE and ONE_CONTINUUM in found.loc[claim, "why"]


def test_people_are_the_first_of_the_study_whatever_their_name(published):
    lab = {name: lambda table: table.assign(human="lab") for name in ("similarity", "similarity_differences")}

    def with_others(table):
        others = table.assign(human="others", noise_corrected=-0.5, low=-0.6, high=-0.4)
        return pd.concat([table.assign(human="lab"), others], ignore_index=True)

    expected = judge(published, REARED)
    for tampered in (lab, lab | {"similarity": with_others}):
        pd.testing.assert_frame_equal(judge(published, REARED, tampered), expected)


def test_seeds_that_disagree_widen_the_interval(published):
    def scatter(table):
        shift = table["seed"].map(dict(enumerate([-0.6, 0.6, -0.5, 0.5, -0.4, 0.4]))) * (table["network"] == "face")
        return table.assign(**{c: table[c] + shift for c in ("noise_corrected", "low", "high")})

    found = judge(published, REARED, {"similarity": scatter})
    row = found.loc["likeness_vgg_face_wild"]
    assert row["low"] < 0.55 - 0.3 and row["high"] == 1  # no correlation is more
    assert row["value"] == pytest.approx(0.7, abs=0.01)


def test_differences_are_over_seeds_too(published):
    """Of networks that are fetched, the seeds' spread is nothing; of others it widens the interval."""
    spread = {"similarity_differences": lambda t: t.assign(sd_seeds_a=0.9, sd_seeds_b=0.9)}
    fixed, mixed = "likeness_vgg_face_vgg16_wild", "likeness_vgg_face_untrained_wild"
    found = judge(published, PAPER, spread)
    assert found.loc[[fixed, mixed], "finding"].tolist() == [HOLDS, HOLDS]
    half = stats.t(5).ppf(0.975) * 0.9 / np.sqrt(6)
    assert found.loc[mixed, "high"] - found.loc[mixed, "value"] == pytest.approx(half)
    assert found.loc[fixed, "high"] - found.loc[fixed, "value"] == pytest.approx(0.2)
    found = judge(published, REARED, spread)
    half = stats.t(10).ppf(0.975) * 0.9 * np.sqrt(2 / 6)
    assert found.loc[fixed, "high"] - found.loc[fixed, "value"] == pytest.approx(half)
    assert found.loc[fixed, "finding"] == UNSURE


@pytest.mark.parametrize(
    ("right", "random", "whole", "where"),
    [
        (5, 3, 6, "in the whole layer; the selective units hold more of it than as many random ones"),
        (3, 3, 6, "in the whole layer; the selective units hold no more of it than as many random ones"),
        (5, 3, 5, "in the selective units"),
        (5, 3, 4, "in the selective units"),  # the layer's classifier has more to learn
        (3, 3, 3, "in any units: as many random ones hold as much"),
    ],
)
def test_where_expression_is_kept(published, right, random, whole, where):
    truth = FACES | {"right": right, "random": random, "whole": whole}
    found = judge(published, PAPER | {"face": truth}).loc["layer_vgg_face_wild"]
    assert found["why"].endswith(f"Expression is kept: {where}.")
    assert "Expression is kept in the whole layer if" in found["rule"]
    few = judge(published, REARED | {"face": truth | {"origin": "trained", "seeds": 4}}).loc["layer_vgg_face_wild"]
    assert few["finding"] == UNSURE and few["why"].endswith("Expression is kept: not known.")


def test_units_must_exceed_what_either_scheme_of_shuffling_gives(published):
    def recomputed(table):
        more = 790 * (table["scheme"] == "recomputed")
        return table.assign(**{c: table[c] + more for c in ("null_mean", "null_low", "null_high")})

    found = judge(published, PAPER, {"selection": recomputed}).loc["units_vgg_face"]
    assert found[["value", "low", "high"]].tolist() == pytest.approx([0.001, -0.004, 0.006])
    assert found["finding"] == FAILS


def test_a_likeness_needs_the_relabeling_test_and_more_than_its_accuracy(published):
    found = judge(published, PAPER | {"face": FACES | {"p": 0.02}})  # two claims of four: Holm's .06 and .08
    assert found.loc["likeness_vgg_face_wild", "finding"] == UNSURE
    assert "the corrected relabeling p, 0.080, is not below 0.05" in found.loc["likeness_vgg_face_wild", "why"]
    assert judge(published, PAPER | {"face": FACES | {"p": 0.02}}, correction="none")["finding"].eq(HOLDS).all()
    even = {"similarity": lambda t: t.assign(uniform_errors=0.6)}
    assert judge(published, PAPER, even).loc["likeness_vgg_face_wild", "finding"] == UNSURE
    undefined = {"similarity": lambda t: t.assign(uniform_errors=np.nan)}
    assert judge(published, PAPER, undefined).loc["likeness_vgg_face_wild", "finding"] == HOLDS
    assert "holm" in found.loc["likeness_vgg16_wild", "rule"]


def counting(n, network="face", **values):
    """Tables `fits` of which, of a network, only the first `n` curves of each seed count, the others with `values`."""

    def change(table):
        idle = (table["network"] == network) & table["continuum"].isin(CONTINUA[n:])
        return table.assign(counts=~idle, **{name: table[name].mask(idle, value) for name, value in values.items()})

    return {"fits": change}


def test_a_sigmoid_is_none_where_its_curve_does_not_count(published, paper):
    """A logistic that only fits curves from .90 to 1.00 better than a line shows nothing, however much better."""
    bad = {"fits": lambda t: t.assign(r2=t["r2"].mask((t["network"] == "face") & (t["fit"] != "hill"), 0.5))}
    huge = judge(published, PAPER, bad).loc["sigmoid_vgg_face"]
    assert huge["value"] > 0.45 and huge["finding"] == HOLDS
    for n in (0, 1):
        found = judge(published, PAPER, {"fits": lambda t, n=n: counting(n)["fits"](bad["fits"](t))})
        assert found.loc["sigmoid_vgg_face", "finding"] == UNSURE and np.isnan(found.loc["sigmoid_vgg_face", "value"])
        assert f"face, seed 0: curves that count: {n} of 7" in found.loc["sigmoid_vgg_face", "why"]
    assert "none of its curves counts" in judge(published, PAPER, counting(0)).loc["sigmoid_vgg_face_vgg16", "why"]


@pytest.mark.parametrize(("n", "expected"), [(4, HOLDS), (3, UNSURE)])
def test_half_of_the_curves_must_count_and_only_they_do(published, paper, n, expected):
    for idle in ({"r2": 0.3}, {"r2": np.nan, "cv_error": np.nan}):
        found = judge(published, PAPER, counting(n, **idle))
        for claim in ("sigmoid_vgg_face", "sigmoid_vgg_face_vgg16", "sigmoid_vgg_face_untrained"):
            assert found.loc[claim, "finding"] == expected, found.loc[claim, "why"]
            assert found.loc[claim, "value"] == pytest.approx(
                paper.loc[claim, "value"], abs=5e-4
            )  # of those that count
            assert ("only 43% of the curves count" in found.loc[claim, "why"]) == (expected == UNSURE)
    found = judge(published, PAPER, counting(n, "random"))  # of the network with fewer
    assert found.loc[["sigmoid_vgg_face", "sigmoid_vgg_face_untrained"], "finding"].tolist() == [HOLDS, expected]


def test_the_cross_validated_error_stands_beside_the_r2(paper, published):
    why = paper.loc["sigmoid_vgg_face", "why"]
    assert "not fitted to: of the logistic 0.0003, of a line 0.0050, of a parabola 0.0050." in why
    assert (
        "of the logistic of face 0.0003, of the logistic of object 0.0020" in paper.loc["sigmoid_vgg_face_vgg16", "why"]
    )
    assert paper["why"].str.contains("squared error").sum() == 3
    unknown = judge(published, PAPER, {"fits": lambda t: t.assign(cv_error=np.nan)})
    assert "not fitted to: not known." in unknown.loc["sigmoid_vgg_face", "why"]


def test_the_network_that_was_read_is_named(paper, published):
    assert paper.loc["units_vgg_face", "statement"].startswith("Units of face (for VGG-Face) are selective")
    assert paper.loc["likeness_vgg_face_untrained_wild", "statement"] == (
        "The confusions of face (for VGG-Face) are more like participants' than those of random (for the untrained "
        "VGG-Face), in the set wild (for photographs from the web)."
    )
    for claim in claims_of(published):
        statement = paper.loc[claim.name, "statement"]
        assert all(f"{ROLES[role]} (for {figures.NAMES[role]})" in statement for role in claim.roles)
        assert not any(f" {name} " in statement.replace("for the", "for") for name in figures.NAMES.values())
    nobody = judge(published, PAPER, roles={})
    assert nobody.loc["units_vgg16", "statement"] == "Units of VGG-16 are selective for facial expression."


def test_a_peak_elsewhere_is_no_boundary(published):
    found = judge(published, PAPER | {"face": FACES | {"peak": 0.7}})
    assert found.loc["peak_vgg_face", "finding"] == UNSURE
    assert "only 0% of the continua" in found.loc["peak_vgg_face", "why"]


def of_face(column, value, seed=0):
    def change(table):
        here = (table["network"] == "face") & (table["seed"] == seed)
        return table.assign(**{column: table[column].mask(here, value)})

    return change


@pytest.mark.parametrize(
    ("status", "words"),
    [(MISSING, "missing"), (TRAINING_FAILED, "training failed")],
)
def test_nothing_is_inferred_from_unfinished_or_failed_seeds(published, status, words):
    found = judge(published, REARED, {"cells": of_face("status", status, 3)})
    of = found.index.str.contains("vgg_face")
    assert (found.loc[of, "finding"] == UNSURE).all() and found.loc[of, "value"].isna().all()
    assert found.loc[of, "why"].str.contains(f"face, seed 3: {words}", regex=False).all()
    assert (found.loc[~of, "finding"] == HOLDS).all()


def test_nothing_is_inferred_from_undefined_values(published):
    def undecided(table):
        here = (table["observer"] == "face") & (table["seed"] == 0)
        return table.assign(response_expression=table["response_expression"].mask(here))

    tampered = {
        "cells": of_face("status", "no_selective_units"),
        "selection": of_face("n_selective", 0),
        "observer_trials": undecided,
        "similarity": lambda t: of_face("status", "no_selective_units")(of_face("noise_corrected", np.nan)(t)),
        "similarity_differences": lambda t: t.assign(n_seeds_b=t["n_seeds_b"] - (t["network_b"] == "face").astype(int)),
        "fits": of_face("r2", np.nan),
        "discrimination_peaks": lambda t: of_face("status", "no_selective_units")(of_face("excess", np.nan)(t)),
    }
    found = judge(published, PAPER, tampered)
    of = found.index.str.contains("vgg_face")
    counted = found.index == "units_vgg_face"
    assert found.loc[counted, "finding"].tolist() == [FAILS]  # that there are none is known
    assert (found.loc[of & ~counted, "finding"] == UNSURE).all()
    assert found.loc[of & ~counted, ["value", "low", "high"]].isna().all(axis=None)
    assert "face, seed 0: no selective units" in found.loc["peak_vgg_face", "why"]


@pytest.mark.parametrize("lacking", ["fits", "discrimination_peaks", "similarity", "similarity_differences"])
def test_a_study_without_morphs_or_people_says_nothing_of_them(published, lacking):
    found = judge(published, PAPER, {lacking: lambda t: t.iloc[:0]})
    of = found.index.str.startswith({"fits": "sigmoid", "discrimination_peaks": "peak"}.get(lacking, "likeness"))
    of &= found["n_networks"].eq(2 if lacking == "similarity_differences" else 1) | (lacking == "fits")
    assert of.sum() in (2, 3, 4) and (found.loc[of, "finding"] == UNSURE).all() and found.loc[of, "value"].isna().all()
    assert (found.loc[~of, "finding"] == HOLDS).all()


def test_without_parts_nothing_is_claimed(published):
    found = judge(published, PAPER, roles={})
    assert (found["finding"] == UNSURE).all() and (found["verdict"] == UNTESTED).all()
    assert found["why"].str.startswith("Of no network.").all() and found["why"].str.contains("comparison.roles").all()
    assert (found["n_networks"] == 0).all() and (found["n_seeds"] == 0).all()
    some = judge(published, PAPER, roles={"vgg_face": "face"})
    assert some.loc["sigmoid_vgg_face", "finding"] == HOLDS
    assert some.loc["sigmoid_vgg_face_vgg16", ["finding", "n_networks"]].tolist() == [UNSURE, 1]


def test_of_several_layers_one_must_be_named(published):
    both = {"cells": lambda t: pd.concat([t, t.assign(layer="conv4_3")])}
    assert (judge(published, PAPER, both)["finding"] == UNSURE).all()
    layers = dict.fromkeys(ROLES.values(), "conv5_3")
    assert (judge(published, PAPER, both, layers=layers)["finding"] == HOLDS).all()


def test_every_rule_is_stated_with_its_numbers(paper, published):
    assert set(KINDS) == {claim.kind for claim in claims_of(published)}
    for claim in claims_of(published):
        rule = paper.loc[claim.name, "rule"]
        assert f"smallest effect of interest, {KINDS[claim.kind].least:g}, above" in rule and "5 seeds" in rule
        assert ("claim does not hold if the whole interval is above" in rule) == claim.denied
    assert paper["statement"].is_unique and paper.index.is_unique
