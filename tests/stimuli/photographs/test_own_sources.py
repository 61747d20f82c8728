"""Folders and lists of a study's own: what they need and what they go by."""

from mien.stimuli.photographs.own_sources import keys_of, of_own_files, own_label


def test_a_source_is_a_database_or_files_of_ones_own():
    assert [keys_of(name) for name in ("KDEF", "Pattern", "list")] == [("folder",), ("folder", "pattern"), ("file",)]
    assert [of_own_files(name) for name in ("KDEF", "Pattern", "list")] == [False, True, True]


def test_own_files_go_by_their_folder_or_list(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert own_label("pattern", "faces/") == "faces" and own_label("pattern", ".") == tmp_path.name
    assert own_label("list", "lists/ours.csv") == "ours"
