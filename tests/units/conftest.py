import pytest

from tests.helpers.selected import plant


@pytest.fixture(scope="session")
def planted():
    """Responses, and the tables `units`, `null` and `moments`, of units of known kinds."""
    return plant()
