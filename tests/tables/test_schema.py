import pandas as pd
import pytest

from mien.comparison.schemas import SCHEMAS
from mien.tables.schema import INT, TEXT, Schema, one_of
from mien.units import schema as of_units
from tests.helpers import schemas

FRUIT = Schema("fruit", {"name": TEXT, "ripe": one_of("yes", "no"), "n": INT})


def fruit(**columns):
    return pd.DataFrame({"n": [1, 2], "ripe": ["yes", None], "name": ["a", "b"]} | columns)


def test_columns_in_any_order_and_nulls_are_fine():
    assert FRUIT.names == ["name", "ripe", "n"]
    FRUIT.check(fruit())
    FRUIT.check(fruit().iloc[:0])


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (fruit().drop(columns=["n", "name"]), "table fruit: no column name, n"),
        (fruit(colour="red"), "table fruit: unknown column colour"),
        (fruit(ripe=["maybe", "yes"]), "table fruit: ripe 'maybe' is none of yes, no"),
        (fruit(ripe="maybe", colour="red").drop(columns="n"),
         "table fruit: no column n; unknown column colour; ripe 'maybe' is none of yes, no"),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(frame, message):
    with pytest.raises(ValueError) as error:
        FRUIT.check(frame)
    assert str(error.value) == message


def test_selection_of_the_study_is_that_of_each_cell_with_its_name():
    for schema in (of_units.SELECTION, of_units.SENSITIVITY):
        assert SCHEMAS[schema.name].names == ["network", "layer", "seed", *schema.names]


def test_every_table_has_one_schema():
    names = [schema.name for of_module in schemas.by_module().values() for schema in of_module.values()]
    assert len(names) == len(set(names)) > 30
    assert set(SCHEMAS) <= set(names)
