"""Tables come back as they were written, whole or with a message, and with the same bytes each time."""

import resource
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mien.errors import InputError
from mien.tables import parquet
from mien.units.schema import UNIT_GROUPS, units_schema


def groups(n: int = 40) -> pd.DataFrame:
    return pd.DataFrame({"group": ["selective", "random"] * (n // 2), "draw": 1, "unit": np.arange(n) * 7})


@pytest.fixture
def written(tmp_path):
    parquet.write(UNIT_GROUPS, groups(), tmp_path / "groups.parquet", {"code": "abc", "alpha": 0.01})
    return tmp_path / "groups.parquet"


def test_table_comes_back_with_its_columns_in_order_and_what_it_was_made_of(tmp_path):
    frame = groups()[["unit", "draw", "group"]]
    parquet.write(UNIT_GROUPS, frame, tmp_path / "deep/er/groups.parquet", {"b": [1], "a": None})
    back = parquet.read(tmp_path / "deep/er/groups.parquet")
    assert list(back.columns) == ["group", "draw", "unit"]
    pd.testing.assert_frame_equal(back[frame.columns], frame, check_dtype=False)
    assert parquet.made_of(tmp_path / "deep/er/groups.parquet") == {"a": None, "b": [1]}


def test_some_columns_are_read_alone(written):
    assert list(parquet.read(written, ["unit"]).columns) == ["unit"]


def test_missing_values_stay_missing(tmp_path):
    units = units_schema(["fear", "neutral", "anger"])
    frame = pd.DataFrame({name: [None, None] for name in units.names}).assign(unit=[0, 1])
    frame["selective"] = pd.array([True, None], dtype="boolean")
    parquet.write(units, frame, tmp_path / "units.parquet", {})
    back = parquet.read(tmp_path / "units.parquet")
    assert back["f_expression"].isna().all() and back["f_expression"].dtype == np.float64
    assert back["preferred"].isna().all()
    assert list(back["selective"].isna()) == [False, True]


def test_same_table_gives_the_same_bytes(tmp_path, written):
    parquet.write(UNIT_GROUPS, groups(), tmp_path / "again.parquet", {"alpha": 0.01, "code": "abc"})
    assert (tmp_path / "again.parquet").read_bytes() == written.read_bytes()


@pytest.mark.parametrize("change", [lambda f: f.drop(columns="draw"), lambda f: f.assign(extra=1)])
def test_columns_that_are_not_the_tables_are_refused(tmp_path, change):
    with pytest.raises(ValueError, match="table groups: (no column draw|unknown column extra)$"):
        parquet.write(UNIT_GROUPS, change(groups()), tmp_path / "groups.parquet", {})
    assert list(tmp_path.iterdir()) == []


def test_values_that_a_column_may_not_hold_are_refused(tmp_path):
    for frame in (groups().assign(group="selected"), groups().assign(unit="first")):
        with pytest.raises((ValueError, pa.ArrowException), match="table groups: group 'selected' is none of|unit"):
            parquet.write(UNIT_GROUPS, frame, tmp_path / "groups.parquet", {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("function", "write"),
    [
        ((pq, "ParquetWriter"), lambda path: parquet.write(UNIT_GROUPS, groups(), path, {})),
        ((pd.DataFrame, "to_csv"), lambda path: parquet.write_csv(groups(), path)),
    ],
)
def test_write_that_fails_leaves_no_half_and_the_old_file_as_it_was(tmp_path, monkeypatch, function, write):
    def full_disk(*given, **__):
        target = next(each for each in given if isinstance(each, Path))
        target.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(*function, full_disk)
    (tmp_path / "old").write_text("whole")
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path / "old")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_text() == "whole"


def test_flipped_byte_anywhere_is_found_or_does_no_harm(written):
    """Never another table, and never another error."""
    whole = written.read_bytes()
    expected, made_of = parquet.read(written), parquet.made_of(written)
    found = 0
    for place in range(len(whole)):
        written.write_bytes(whole[:place] + bytes([255 - whole[place]]) + whole[place + 1 :])
        try:
            back = parquet.read(written)
        except InputError as error:
            found += 1
            assert str(written) in str(error) and "Delete it and run the same command again" in str(error)
        else:
            pd.testing.assert_frame_equal(back, expected)
            assert parquet.made_of(written) == made_of
    assert found > len(whole) / 2


def test_torn_file_is_named(written):
    whole = written.read_bytes()
    for size in range(0, len(whole), 16):
        written.write_bytes(whole[:size])
        with pytest.raises(InputError, match="groups.parquet: not a whole Parquet file"):
            parquet.read(written)


def test_a_whole_file_that_cannot_be_read_now_is_not_to_be_deleted(written):
    limit, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(InputError) as crowded:
            parquet.read(written)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    assert "groups.parquet: cannot be read (Too many open files). Fix that" in str(crowded.value)
    loop = written.with_name("loop.parquet")
    loop.symlink_to(loop)
    with pytest.raises(InputError, match="loop.parquet: cannot be read .Too many levels of symbolic links.") as looped:
        parquet.read(loop)
    with pytest.raises(InputError, match="none.parquet: no such file") as missing:
        parquet.read(written.with_name("none.parquet"))
    assert not any("elete" in str(error.value) for error in (crowded, looped, missing))


@pytest.mark.parametrize("n_units", [0, 1, 5])
@pytest.mark.parametrize("n_stimuli", [0, 3])
def test_responses_come_back_with_their_units(tmp_path, n_stimuli, n_units):
    values = np.arange(n_stimuli * n_units, dtype=np.float32).reshape(n_stimuli, n_units) / 3
    units = np.arange(n_units) * 11
    stimuli = pd.Series([f"wild/{i}" for i in range(n_stimuli)], dtype=object)
    parquet.write_responses(stimuli, values, units, tmp_path / "wild.parquet", {"code": "abc"})
    back, back_units = parquet.read_responses(tmp_path / "wild.parquet")
    np.testing.assert_array_equal(back, values)
    assert back.shape == values.shape and back.dtype == np.float32
    np.testing.assert_array_equal(back_units, units)
    assert parquet.made_of(tmp_path / "wild.parquet")["code"] == "abc"


def test_csv_loses_no_bit(tmp_path):
    frame = pd.DataFrame({"network": ["pixels", None], "value": [0.1 + 0.2, 1 / 3]})
    parquet.write_csv(frame, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text().startswith("network,value\npixels,0.30000000000000004\n,")
    assert list(pd.read_csv(tmp_path / "table.csv")["value"]) == [0.1 + 0.2, 1 / 3]
