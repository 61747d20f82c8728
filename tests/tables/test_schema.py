import pandas as pd
import pytest

from mien import status
from mien.comparison.names import STUDY_TABLES
from mien.comparison.remarks import REMARKS
from mien.comparison.schemas import SCHEMAS
from mien.decoding.difficulty import DIFFICULTY
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.tables import parquet
from mien.tables.schema import INT, TEXT, Schema, one_of, status_of
from mien.units import schema as of_units
from tests.helpers import schemas

FRUIT = Schema("fruit", {"name": TEXT, "ripe": one_of("yes", "no"), "n": INT})
PICKED = Schema("picked", {"status": status_of("rotten", "out_of_reach")})


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


def test_a_status_has_codes_of_its_table_and_no_misspelt_one():
    PICKED.check(pd.DataFrame({"status": ["ok", "rotten", "out_of_reach;rotten", None]}))
    for wrong, code in (("roten", "roten"), ("rotten;out of reach", "out of reach"), ("ok;rotten", "ok"), ("", "")):
        with pytest.raises(ValueError) as error:
            PICKED.check(pd.DataFrame({"status": ["ok", wrong]}))
        assert str(error.value) == f"table picked: status '{code}' is none of rotten, out_of_reach"


def test_a_table_with_a_misspelt_code_is_not_written(tmp_path):
    row = {"set": "wild", "n_pixels": 1, "n": 1, "correct": 1, "accuracy": 1.0}
    table = pd.DataFrame([row | {"status": "classifier_not_converged"}])
    parquet.write(DIFFICULTY, table, tmp_path / "difficulty.parquet", {})
    with pytest.raises(ValueError, match="table difficulty: status 'classifer_not_converged' is none of"):
        parquet.write(DIFFICULTY, table.assign(status="classifer_not_converged"), tmp_path / "wrong.parquet", {})
    assert not (tmp_path / "wrong.parquet").exists()


def test_every_status_has_known_codes_and_those_that_comparison_adds():
    columns = {
        (schema.name, name): column.codes
        for schema in [*schemas.all_schemas(), *SCHEMAS.values()]
        for name, column in schema.columns.items()
        if "status" in name
    }
    assert len(columns) > 12
    for where, codes in columns.items():
        assert codes and set(codes) < set(status.WORDS) - {status.OK}, where
    assert {name for (name, _), codes in columns.items() if set(REMARKS) <= set(codes)} == {
        *("accuracy", "similarity", "similarity_differences", "identification", "identification_identities", "fits"),
        *("discrimination_peaks", "discrimination_curves", "unit_counts"),
    }


def test_what_the_study_has_of_selection_and_of_counts_is_that_of_each_cell_with_its_name():
    for schema in (of_units.SELECTION, of_units.SENSITIVITY, UNIT_COUNTS):
        assert SCHEMAS[schema.name].names == ["network", "layer", "seed", *schema.names]


def test_every_table_has_one_schema():
    names = [schema.name for of_module in schemas.by_module().values() for schema in of_module.values()]
    assert len(names) == len(set(names)) > 30
    assert set(SCHEMAS) <= set(names) and tuple(SCHEMAS) == STUDY_TABLES
