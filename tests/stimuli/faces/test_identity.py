from dataclasses import fields

import numpy as np

from mien.stimuli.faces.identity import draw_identities

KEYS = [("people", i) for i in range(200)]


def test_the_same_key_is_the_same_person_in_any_company():
    together, alone = draw_identities(KEYS[:5]), draw_identities(KEYS[3:4])
    for name in fields(together):
        assert np.array_equal(getattr(together, name.name)[3:4], getattr(alone, name.name)), name.name
        assert np.array_equal(getattr(together[3:4], name.name), getattr(alone, name.name)), name.name


def test_people_differ_in_every_measure_and_none_is_far_out():
    people = draw_identities(KEYS)
    for name in fields(people):
        values = getattr(people, name.name)
        assert values.dtype == np.float32, name.name
        if name.metadata:
            mean, sd = name.metadata["normal"]
            assert abs(values.mean() - mean) < 0.3 * sd and 0.7 * sd < values.std() < 1.1 * sd, name.name
            assert np.abs(values - mean).max() <= 2.001 * sd, name.name


def test_measures_take_the_shape_of_pixels():
    people = draw_identities(KEYS[:3])[:, None, None]
    assert people.width.shape == (3, 1, 1)
    assert len(people) == 3
