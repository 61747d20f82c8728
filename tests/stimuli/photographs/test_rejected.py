"""Pictures that are not used stand in a table, each with its reason."""

import pandas as pd

from mien.stimuli.photographs.rejected import names_of, without_landmarks
from mien.stimuli.photographs.rejection import Rejected
from tests.helpers.made_up import face

PICTURES = pd.DataFrame(
    {
        "identity": ["KDEF/F01", "KDEF/F01", "KDEF/F02"],
        "expression": ["anger", "fear", "anger"],
        "database": "KDEF",
        "file": ["a.jpg", "b.jpg", "c.jpg"],
        "path": ["/k/a.jpg", "/k/b.jpg", "/k/c.jpg"],
    },
    index=[4, 5, 9],
)


def test_pictures_without_landmarks_have_their_reason():
    reasons = {"KDEF/c.jpg": Rejected("two faces", "here and there"), "KDEF/a.jpg": Rejected("no face", "none")}
    found = without_landmarks(PICTURES, reasons | {"KDEF/b.jpg": face()})
    assert names_of(found) == ["KDEF/a.jpg", "KDEF/c.jpg"]
    assert found[["reason", "detail"]].to_numpy().tolist() == [
        ["no face", "none"],
        ["two faces", "here and there"],
    ]


def test_where_all_have_landmarks_the_table_is_empty():
    found = without_landmarks(PICTURES, dict.fromkeys(names_of(PICTURES), face()))
    assert found.empty and list(found) == ["identity", "expression", "database", "file", "reason", "detail"]
