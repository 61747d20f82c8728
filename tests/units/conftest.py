import pytest

from mien.units.anova import sums_of
from mien.units.null import null_counts
from mien.units.selection import select_units
from tests.helpers.planted.responses import UNITS, responses_to, sums_over
from tests.helpers.planted.truth import CHOICE


@pytest.fixture(scope="session")
def planted():
    """Responses, (pictures, units), and the tables `units`, `null` and `moments`, of the planted `UNITS`."""
    stimuli, responses = responses_to(UNITS, "localizer")
    moments, permuted, units = sums_over(stimuli, responses, permutations=40)
    return responses, select_units(moments, CHOICE), null_counts(sums_of(moments.iloc[units]), permuted), moments
