"""What the report's pages say of a study's pictures."""

from types import SimpleNamespace

import jinja2
import pytest

SETS = ("localizer", "controlled", "wild", "morphs")
UNTESTED = "every verdict on the publication is that it was not tested"


@pytest.fixture
def said(project):
    """A page of the report, as Snakemake renders it for a study with these sources of its sets."""

    def say(page: str, sources: list[str], photographs: bool = False) -> str:
        sets = {name: {"source": source} for name, source in zip(SETS, sources, strict=True)}
        sets["localizer"]["databases"] = [{"name": "KDEF"}, {"name": "list"}]
        config = {
            "study": "any",
            "stimuli": {"sets": sets},
            "networks": {},
            "comparison": {"human": ["published"], "photographs": photographs},
            "figures": {},
        }
        template = jinja2.Template((project / f"workflow/report/{page}.rst").read_text())
        return " ".join(template.render(snakemake=SimpleNamespace(config=config)).split())

    return say


@pytest.mark.parametrize(
    ("sources", "photographs", "words"),
    [
        (["photographs"] * 4, False, "Only the publication's networks, on photographs, test its claims"),
        (["photographs", "pictures"] * 2, True, "Only the publication's networks, on photographs, test its claims"),
        (
            ["photographs", "pictures"] * 2,
            False,
            f"Not all pictures of this study are photographs of people, so {UNTESTED}",
        ),
        (["photographs", "ict"] * 2, True, f"Not all pictures of this study are photographs of people, so {UNTESTED}"),
        (["parametric", "ict"] * 2, True, f"are not photographs of people but synthetic, so {UNTESTED}"),
        (["pictures"] * 4, False, f"The pictures of this study are not photographs of people, so {UNTESTED}"),
    ],
)
def test_the_page_of_claims_says_whether_the_pictures_are_photographs(said, sources, photographs, words):
    assert words in said("fig9_claims", sources, photographs)


def test_only_the_criteria_themselves_say_what_analysis_they_rest_on(project):
    pages = {path.name: path.read_text() for path in (project / "workflow/report").glob("*.rst")}
    assert {name for name, text in pages.items() if "params.criterion" in text} == {
        f"fig{name}.rst" for name in ("1_selectivity", "6_layers", "7_sensitivity")
    }
    assert not any("ANOVA" in text for text in pages.values())


def test_the_first_page_names_the_databases_and_that_the_report_shows_their_photographs(said):
    whole = said("study", ["photographs"] * 4)
    assert "The faces are photographs of people (KDEF). Pages of this report show them" in whole
    assert "synthetic" not in whole and "judged its photographs, which these need not be" in whole
    mixed = said("study", ["photographs", "ict"] * 2)
    assert "Some sets of faces here are synthetic" in mixed and "Other faces are photographs of people (KDEF)" in mixed
    assert "not the pictures of this study" in said("study", ["parametric"] * 4)
