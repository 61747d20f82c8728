"""Studies of other expressions than the publication's, from their pictures to their report."""

import pandas as pd
import pytest

from mien.claims.rules import UNTESTED
from mien.configuration.yaml_files import plain
from mien.tables import parquet
from tests.helpers import runs


def with_expressions(expressions: list[str], continua: list[str] | None):
    """A change of the tiny study: less of it, and a network that learns these expressions."""

    def change(config: dict) -> None:
        config["expressions"] = expressions
        config["stimuli"]["sets"]["morphs"].pop("continua")
        if continua:
            config["stimuli"]["sets"]["morphs"]["continua"] = continua
        config["diets"] = {"faces": config["diets"]["faces"] | {"shows": "expressions"}}
        networks = plain(config["networks"])
        networks["face_trained"]["architecture"]["classes"] = len(expressions)
        networks["face_trained"]["training"] |= {"objective": "expression", "images": 96}
        networks["face_trained"]["layers"] = ["conv4_3"]
        config["networks"] = {name: networks[name] for name in ("face_trained", "pixels")}
        config["figures"]["compare"] = ["face_trained"]

    return change


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expressions", "continua", "shared"),
    [
        (["sadness", "happiness", "anger", "disgust"], None, 4),
        (["anger", "contempt", "disgust", "happiness", "neutral", "sadness", "surprise"], ["neutral-contempt"], 5),
    ],
)
def test_a_study_of_other_expressions_runs_to_its_report(tiny, tmp_path, expressions, continua, shared):
    project, config = tiny
    study = tmp_path / "study"
    said = runs.finish(project, runs.reconfigured(config, study, with_expressions(expressions, continua)), study)
    of_study = study / "results/tiny"
    units = parquet.read(of_study / "cells/pixels/image/0/units.parquet")
    assert [name for name in units if name.startswith("tuning_")] == [f"tuning_{e}" for e in expressions]
    tables = {name: parquet.read(of_study / f"tables/{name}.parquet")
              for name in ("confusion", "similarity", "fits", "claims", "confounds")}  # fmt: skip
    networks = tables["confusion"][tables["confusion"]["layer"].notna()]
    first = networks.head(len(expressions) ** 2)
    entries = pd.MultiIndex.from_product([expressions, expressions])
    assert pd.MultiIndex.from_frame(first[["true_expression", "response_expression"]]).equals(entries)
    assert (tables["similarity"]["n_expressions"] == shared).all() and tables["similarity"]["value"].notna().any()
    assert set(tables["confounds"]["expression"].dropna()) == set(expressions)
    every = ["happiness-anger", "anger-disgust", "happiness-sadness", "disgust-sadness"]
    assert set(tables["fits"]["continuum"]) == set(continua or every)
    assert (tables["claims"]["verdict"] == UNTESTED).all()
    assert tables["claims"]["why"].str.contains(f"not the publication's six expressions ({', '.join(expressions)})",
                                                regex=False).all()  # fmt: skip
    assert "confusions are compared over the expressions that the study shows, too" in said
    assert (of_study / "report.zip").exists() and (of_study / "figures/fig2_confusions.pdf").exists()
