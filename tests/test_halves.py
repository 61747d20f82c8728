from mien.halves import FEWEST_LOCALIZED, halves_of


def test_identities_alternate_between_the_halves_in_the_order_of_their_names():
    names = ["c", "a", "a", "B", "d", "b", "c"]
    assert halves_of(names) == {"B": "a", "a": "b", "b": "a", "c": "b", "d": "a"}


def test_the_smallest_localizer_has_an_analysis_of_variance_in_either_half():
    halves = list(halves_of(f"id{i}" for i in range(FEWEST_LOCALIZED)).values())
    assert min(halves.count(half) for half in "ab") == 2
