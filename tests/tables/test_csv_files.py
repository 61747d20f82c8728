"""CSV files that people make: what is read, and what is said of what cannot be."""

import pytest

from mien.errors import InputError
from mien.tables.csv_files import read_csv


@pytest.fixture
def table(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "given.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "columns", "lines", "values"),
    [
        ("a,b\n1,2\n", ["a", "b"], [2], [["1", "2"]]),
        ("\ufeffa,b\r\n1,2\r\n3,4", ["a", "b"], [2, 3], [["1", "2"], ["3", "4"]]),
        ("\n\na,b\n\n1,2\n\n\n3,\n,,\n", ["a", "b"], [5, 8], [["1", "2"], ["3", ""]]),
        ("a,b\n1,2,\n3,4,,\n", ["a", "b"], [2, 3], [["1", "2"], ["3", "4"]]),
        ("a,b,\n1,2,\n3,4\n", ["a", "b"], [2, 3], [["1", "2"], ["3", "4"]]),
        ('a, b\n 1 , "2, ""two"""\nx"y,z\n', ["a", "b"], [2, 3], [["1", '2, "two"'], ['x"y', "z"]]),
        ("a,b\n", ["a", "b"], [], []),
        ("a\nNA\n", ["a"], [2], [["NA"]]),
    ],
    ids=[
        "plain",
        "of Excel",
        "blank lines",
        "rows end in commas",
        "header ends in one",
        "quotes",
        "no rows",
        "one column",
    ],
)
def test_rows_are_read_with_their_lines(table, text, columns, lines, values):
    assert read_csv(table(text), "a list") == (columns, lines, values)


def test_only_nothing_is_missing(table):
    frame = read_csv(table("a,b\nNA,None\nnan,\n\nnull,1\n"), "a list").frame()
    assert frame["a"].tolist() == ["NA", "nan", "null"]
    assert frame["b"].isna().tolist() == [False, True, False]
    assert frame.index.tolist() == [2, 3, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; expected a list"),
        ("\n,\n", "is empty"),
        ("a;b\n1;2\n", "line 1: columns are separated by semicolons"),
        ("a\tb\n1\t2\n", "line 1: columns are separated by tabs"),
        ("a,,b\n1,2,3\n", "line 1: column 2 has no name"),
        ("a,b,a\n1,2,3\n", "line 1: two columns are called 'a'"),
        ("a,b\n1,2\n\n1\n", "line 4: 1 value, and the header names 2 columns: a, b"),
        ("a,b\n1,2,3\n", "line 2: 3 values"),
        ("a,b\n1,2,,3\n", "line 2: 4 values"),
        ('a,b\n1,2\n"3,4\n5,6\n', "line 3: unexpected end of data. Is a quotation mark left open"),
        ('a,b\n\n"3,4\n5",6\n', "line 3: a value goes on to line 4. Is a quotation mark left open"),
        ('a,b\n"3" x,4\n', "line 2: .* Is a quotation mark left open"),
        ("a,b\n\0,2\n", "line 2: holds a NUL"),
        ("a,b\ncaf\xe9,2\n".encode("latin-1"), "not a CSV table in UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "not a CSV table in UTF-8"),
    ],
)
def test_what_does_not_fit_is_said_with_its_line(table, text, said):
    with pytest.raises(InputError, match=f"given.csv.*{said}"):
        read_csv(table(text), "a list")


def test_what_cannot_be_opened_is_said(tmp_path):
    unreadable = {
        tmp_path: "Is a directory",
        tmp_path / "none.csv": "No such file",
        "a" * 5000: "File name too long",
        "a\0": "embedded null byte",
    }
    for path, reason in unreadable.items():
        with pytest.raises(InputError, match=f"cannot be read \\({reason}.*; expected a list"):
            read_csv(path, "a list")
