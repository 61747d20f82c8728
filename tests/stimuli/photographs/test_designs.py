"""A set is the complete design or an error that has all its gaps; draws depend on names alone."""

import numpy as np
import pandas as pd
import pytest

from mien.errors import DesignError
from mien.expressions import EXPRESSIONS
from mien.stimuli.photographs.designs import Design, what_cannot_be_done
from mien.stimuli.photographs.designs import design_set as design_set_of
from mien.stimuli.photographs.finding import Found, find_pictures
from mien.stimuli.photographs.rejection import Rejected, summary
from mien.stimuli.photographs.usable import drawn, usable
from tests.helpers import trees


def source(
    database: str, people: list[str], gaps: dict[str, list[str]] | None = None, expressions: tuple = EXPRESSIONS
) -> Found:
    """A source of people who show the expressions but for gaps."""
    rows = [
        (who, expression, f"{who}/{expression}.jpg", f"photographs/{database}/{who}/{expression}.jpg")
        for who in people
        for expression in expressions
        if expression not in (gaps or {}).get(who, [])
    ]
    left_out = pd.DataFrame({"database": database, "file": ["a.jpg", "b.jpg"], "reason": ["neutral", "other view"]})
    pictures = pd.DataFrame(rows, columns=["identity", "expression", "file", "path"], dtype="str")
    return Found(database, pictures, left_out, expressions, names_identities=True)


def crowd(database: str, counts: dict[str, int]) -> Found:
    """A source that names nobody."""
    rows = [
        (None, expression, f"{n}{expression}.jpg", f"x/{n}{expression}.jpg")
        for expression, count in counts.items()
        for n in range(count)
    ]
    pictures = pd.DataFrame(rows, columns=["identity", "expression", "file", "path"], dtype="str")
    left_out = pd.DataFrame({"database": [], "file": [], "reason": []}, dtype="str")
    return Found(database, pictures, left_out, tuple(counts), names_identities=False)


def design_set(name: str, sources: list[Found], seed: int, **wanted) -> Design:
    return design_set_of(name, sources, EXPRESSIONS, seed, **wanted)


def people(design: Design) -> list[str]:
    return list(design.pictures["identity"].unique())


KDEF = source("KDEF", [f"F{number:02d}" for number in range(1, 36)])
NIMSTIM = source("NimStim", [f"{number:02d}M" for number in range(20, 45)])


def test_several_databases_make_one_set_and_f01_of_two_is_two_people():
    design = design_set("localizer", [source("KDEF", ["F01", "F02"]), source("NimStim", ["F01"])], seed=1)
    assert people(design) == ["KDEF/F01", "KDEF/F02", "NimStim/F01"]
    assert design.pictures["expression"].tolist() == list(EXPRESSIONS) * 3
    assert design.pictures.columns.tolist() == ["identity", "expression", "database", "file", "path"]
    assert design.pictures["path"][0] == "photographs/KDEF/F01/anger.jpg"
    assert design.left_out["reason"].value_counts().to_dict() == {"neutral": 2, "other view": 2}


def test_all_gaps_are_told_at_once():
    gaps = {"F02": ["disgust", "fear"], "F05": ["surprise"], "F07": ["fear", "disgust"]}
    sources = [
        source("KDEF", [f"F0{number}" for number in range(1, 9)], gaps),
        source("RaFD", ["01"], {"01": ["anger"]}),
    ]
    with pytest.raises(DesignError) as error:
        design_set("localizer", sources, seed=1)
    assert str(error.value).splitlines() == [
        "set localizer: 4 of 9 identities lack an expression",
        "  KDEF F02, F07: no disgust, fear",
        "  KDEF F05: no surprise",
        "  RaFD 01: no anger",
        "  left out of KDEF: 1 neutral, 1 other view",
        "  left out of RaFD: 1 neutral, 1 other view",
        "  Add the pictures, or say `incomplete: drop` to leave these identities out",
    ]


def test_incomplete_identities_are_dropped_where_the_study_says_so():
    design = design_set("localizer", [source("KDEF", ["F01", "F02"], {"F01": ["fear"]})], 1, incomplete="drop")
    assert people(design) == ["KDEF/F02"]
    assert design.left_out["file"].tolist()[2:] == [f"F01/{each}.jpg" for each in EXPRESSIONS if each != "fear"]
    assert set(design.left_out["reason"][2:]) == {"incomplete identity"}
    first, *lines = summary("localizer", design.pictures, design.left_out).splitlines()
    assert first == "localizer: 6 of 13 files are taken, of 1 identity"
    assert lines[0] == "         5 left out: incomplete identity"


def test_nobody_is_complete():
    with pytest.raises(
        DesignError, match="2 of 2 identities lack an expression\n  KDEF F01, F02: no fear\n.*\n  Add the pictures$"
    ):
        design_set(
            "localizer", [source("KDEF", ["F01", "F02"], {"F01": ["fear"], "F02": ["fear"]})], 1, incomplete="drop"
        )


@pytest.mark.parametrize("incomplete", ["stop", "drop"])
def test_what_a_database_never_shows_is_told_apart_from_gaps(incomplete):
    faces = source(
        "FACES",
        ["004", "066"],
        {"066": ["anger"]},
        expressions=tuple(each for each in EXPRESSIONS if each != "surprise"),
    )
    with pytest.raises(DesignError) as error:
        design_set("controlled", [KDEF, faces], 1, incomplete=incomplete)
    assert str(error.value).splitlines()[:3] == [
        "set controlled: 2 of 37 identities lack an expression",
        "  FACES has no surprise at all: leave it out",
        "  FACES 066: no anger",
    ]


def test_identities_are_drawn_by_seed_and_set_and_stay_together():
    first = design_set("localizer", [KDEF, NIMSTIM], 1, identities=20)
    assert len(people(first)) == 20 and len(first.pictures) == 120
    assert people(first) == [
        name for name in people(design_set("localizer", [KDEF, NIMSTIM], 1)) if name in people(first)
    ]
    assert (first.left_out["reason"] == "not drawn").sum() == 40 * 6
    assert people(design_set("localizer", [KDEF, NIMSTIM], 1, identities=20)) == people(first)
    assert people(design_set("localizer", [KDEF, NIMSTIM], 2, identities=20)) != people(first)
    assert people(design_set("controlled", [KDEF, NIMSTIM], 1, identities=20)) != people(first)


def test_a_draw_depends_on_no_order_and_as_little_as_can_be_on_others():
    chosen = set(people(design_set("localizer", [KDEF, NIMSTIM], 1, identities=20)))
    shuffled = KDEF._replace(pictures=KDEF.pictures.sample(frac=1, random_state=3))
    again = design_set("localizer", [NIMSTIM, shuffled], 1, identities=20).pictures
    assert again.equals(design_set("localizer", [KDEF, NIMSTIM], 1, identities=20).pictures)
    alone = set(people(design_set("localizer", [KDEF], 1, identities=20)))
    assert {name for name in chosen if name.startswith("KDEF")} < alone
    out = min(chosen)
    one_less = KDEF._replace(pictures=KDEF.pictures[KDEF.pictures["identity"] != out.removeprefix("KDEF/")])
    assert chosen - set(people(design_set("localizer", [one_less, NIMSTIM], 1, identities=20))) == {out}


def test_draws_are_uniform():
    names = [f"KDEF/F{number:02d}" for number in range(1, 36)]
    counts = dict.fromkeys(names, 0)
    for seed in range(2000):
        for name in drawn(names, 7, seed, "localizer"):
            counts[name] += 1
    expected = 2000 * 7 / 35
    chi_squared = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_squared < 65.2  # 34 degrees of freedom, p = .001
    pairs = [tuple(drawn(names[:2], 1, seed, "localizer")) for seed in range(2000)]
    assert abs(np.mean([pair == (names[0],) for pair in pairs]) - 0.5) < 0.04


def test_fewer_are_complete_than_are_asked_for():
    with pytest.raises(DesignError, match=r"asks for 104 identities, and 60 are complete \(KDEF 35, NimStim 25\)"):
        design_set("localizer", [KDEF, NIMSTIM], 1, identities=104)


def test_pictures_of_nobody_are_drawn_for_each_expression():
    wild = crowd("AffectNet", dict.fromkeys(EXPRESSIONS, 30))
    design = design_set("wild", [wild], 1, per_expression=10)
    assert design.pictures["expression"].tolist() == [each for each in EXPRESSIONS for _ in range(10)]
    assert (design.pictures["identity"] == "AffectNet/" + design.pictures["file"]).all()
    assert design.pictures["identity"].is_unique
    assert (design.left_out["reason"] == "not drawn").sum() == 120
    shuffled = wild._replace(pictures=wild.pictures.sample(frac=1, random_state=3))
    assert design_set("wild", [shuffled], 1, per_expression=10).pictures.equals(design.pictures)
    assert set(people(design_set("wild", [wild], 2, per_expression=10))) != set(people(design))
    more = design_set("wild", [wild, crowd("RAF-DB", dict.fromkeys(EXPRESSIONS, 5))], 1, per_expression=10)
    assert {name for name in people(more) if name.startswith("AffectNet")} < set(people(design))


def test_fewer_pictures_than_are_asked_for():
    wild = crowd("AffectNet", dict.fromkeys(EXPRESSIONS, 30) | {"disgust": 8, "fear": 3})
    with pytest.raises(
        DesignError, match="asks for 10 pictures of each expression, and there are only 8 of disgust, 3 of fear[.]"
    ):
        design_set("wild", [wild], 1, per_expression=10)
    own = crowd("own", {each: 30 for each in EXPRESSIONS if each != "surprise"})
    with pytest.raises(DesignError, match="only 0 of surprise; own has no surprise at all"):
        design_set("wild", [own], 1, per_expression=10)


WILD = crowd("AffectNet", dict.fromkeys(EXPRESSIONS, 3))


@pytest.mark.parametrize(
    "name, sources, asked, message",
    [
        ("wild", [WILD], {}, "set wild: AffectNet names nobody, so there are no identities. Say how many pictures"),
        ("wild", [WILD], {"identities": 3}, "set wild: AffectNet names nobody, so there are no identities"),
        ("wild", [WILD, KDEF], {"per_expression": 3}, "AffectNet names nobody and KDEF does. Make a set of each"),
        ("wild", [KDEF], {"per_expression": 3}, "KDEF names its identities. Say identities, not per_expression"),
        (
            "localizer",
            [WILD],
            {"per_expression": 3},
            "set localizer: AffectNet names nobody, and it cannot be the localizer",
        ),
        ("localizer", [KDEF, NIMSTIM, KDEF], {}, "set localizer: two sources are called KDEF"),
        ("localizer", [], {}, "set localizer: has no sources"),
    ],
)
def test_sources_that_do_not_fit(name, sources, asked, message):
    with pytest.raises(DesignError, match=message):
        design_set(name, sources, 1, **asked)


def test_what_cannot_be_done():
    assert what_cannot_be_done(KDEF, EXPRESSIONS) == ()
    told = " ".join(what_cannot_be_done(WILD, EXPRESSIONS))
    for what in ("cannot be the localizer", "no morphs", "bootstrap", "shuffles of expressions within identities"):
        assert what in told
    faces = source("FACES", ["004"], expressions=tuple(each for each in EXPRESSIONS if each != "surprise"))
    assert what_cannot_be_done(faces, EXPRESSIONS) == (
        "it has no pictures of surprise, and a set needs all expressions",
    )


def test_a_set_of_real_names(tmp_path):
    sources = [
        find_pictures({"name": "KDEF", "folder": trees.kdef(tmp_path)}, EXPRESSIONS),
        find_pictures({"name": "NimStim", "folder": trees.nimstim(tmp_path)}, EXPRESSIONS),
    ]
    design = design_set("localizer", sources, seed=1)
    assert people(design) == ["KDEF/F01", "KDEF/M03", "NimStim/01F", "NimStim/20M"]
    closed = find_pictures({"name": "NimStim", "folder": tmp_path / "NimStim", "mouth": "closed"}, EXPRESSIONS)
    with pytest.raises(DesignError, match="NimStim 01F: no surprise\n  NimStim 20M: no fear, surprise\n.*other mouth"):
        design_set("localizer", [sources[0], closed], seed=1)
    with pytest.raises(DesignError, match="CFD has no disgust, sadness, surprise at all"):
        design_set("localizer", [find_pictures({"name": "CFD", "folder": trees.cfd(tmp_path)}, EXPRESSIONS)], seed=1)


def test_spares_are_the_next_of_the_draw():
    twenty = people(design_set("localizer", [KDEF, NIMSTIM], 1, identities=20))
    spared = design_set("localizer", [KDEF, NIMSTIM], 1, identities=20, incomplete="drop", spares=True)
    assert set(twenty) < set(people(spared)) and len(people(spared)) == 20 + 5 + 10
    assert set(people(design_set("localizer", [KDEF, NIMSTIM], 1, identities=35))) == set(people(spared))
    assert len(people(design_set("localizer", [KDEF], 1, incomplete="drop", spares=True))) == 35
    wild = design_set("wild", [crowd("AffectNet", dict.fromkeys(EXPRESSIONS, 30))], 1, per_expression=4, spares=True)
    assert wild.pictures["expression"].value_counts().to_dict() == dict.fromkeys(EXPRESSIONS, 3 * 4 + 10)


def test_without_rejected_pictures_the_draw_is_what_it_is_without_spares():
    spared = design_set("localizer", [KDEF, NIMSTIM], 1, identities=20, incomplete="drop", spares=True).pictures
    why = usable("localizer", spared, {}, 1, identities=20, incomplete="drop")
    twenty = people(design_set("localizer", [KDEF, NIMSTIM], 1, identities=20))
    assert list(spared.loc[why.isna(), "identity"].unique()) == twenty
    lost = spared.index[spared["identity"] == twenty[0]][2]
    why = usable("localizer", spared, {lost: Rejected("cut off", "")}, 1, identities=20, incomplete="drop")
    kept = set(spared.loc[why.isna(), "identity"])
    assert len(kept - set(twenty)) == 1 and set(twenty) - kept == {twenty[0]} and why[lost] == "cut off"
