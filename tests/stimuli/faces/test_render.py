import numpy as np
import pytest

from mien.expressions import CONTINUA, EXPRESSIONS, ends_of
from mien.stimuli.actions import ACTION_UNITS, PROTOTYPES, expression_actions, interpolate, prototype_of
from mien.stimuli.faces.canvas import MIDDLE, SIDE
from mien.stimuli.faces.identity import draw_identities
from mien.stimuli.faces.render import render
from mien.stimuli.views import draw_views

SIZE = 64
WIDE = {"yaw": 16, "pitch": 10, "roll": 8, "scale": 0.06, "shift": 0.03, "light": 35, "brightness": 0.2}

#: Bands of the face across the whole picture: lower and upper bound in face units.
BANDS = {"brows": (3.9, 9.0), "eyes": (1.3, 5.0), "nose": (-1.6, 2.0), "mouth": (-11.0, -1.6)}

#: Where each action unit shows.
PLACES = {
    1: ("brows",), 2: ("brows",), 4: ("brows", "eyes"), 5: ("eyes",), 6: ("eyes", "nose"), 7: ("eyes",),
    9: ("brows", "eyes", "nose"), 10: ("mouth", "nose"), 12: ("mouth", "nose"), 15: ("mouth", "nose"), 16: ("mouth",),
    17: ("mouth",), 20: ("mouth", "nose"), 23: ("mouth",), 25: ("mouth",), 26: ("mouth", "nose"), 14: ("mouth",),
}  # fmt: skip


def rows_of(bands):
    y = MIDDLE + SIDE / 2 - (np.arange(SIZE) + 0.5) * SIDE / SIZE
    return np.any([(y > low) & (y < high) for low, high in (BANDS[band] for band in bands)], axis=0)


def pictures(people, actions, variation=None, size=SIZE):
    return render(draw_identities(people), actions, draw_views(people, variation or {}), size).astype(int)


def neutral_and(actions, person=("someone", 1)):
    """The person's neutral face, and the changes from it, (n, SIZE, SIZE), that actions (n, A) make."""
    shown = pictures([person] * (len(actions) + 1), np.vstack([np.zeros_like(actions[:1]), actions]))
    return shown[0], np.abs(shown[1:] - shown[0])


def test_the_same_bytes_again_and_in_any_company():
    people = [("set", i) for i in range(21)]  # more than one chunk
    actions = np.stack([expression_actions(p, EXPRESSIONS[i % 6], {"jitter": 0.3}, p) for i, p in enumerate(people)])
    together = pictures(people, actions, WIDE)
    assert np.array_equal(together, pictures(people, actions, WIDE))
    for row in (0, 10, 20):
        assert np.array_equal(together[row], pictures(people[row : row + 1], actions[row : row + 1], WIDE)[0])
    assert np.array_equal(together[::-1], pictures(people[::-1], actions[::-1], WIDE))


def test_no_people_no_pictures():
    assert pictures([], np.zeros((0, len(ACTION_UNITS)), np.float32)).shape == (0, SIZE, SIZE)


@pytest.mark.parametrize("size", [63, 64, 112])
def test_a_face_on_exact_black_at_any_size(size):
    people = [("set", i) for i in range(12)]
    shown = pictures(people, np.resize(PROTOTYPES, (12, len(ACTION_UNITS))), WIDE, size)
    assert shown.shape == (12, size, size)
    assert not shown[:, :, [0, -1]].any() and not shown[:, 0].any()
    assert ((shown == 0).mean((1, 2)) > 0.3).all() and ((shown > 60).mean((1, 2)) > 0.3).all()
    middle = shown[:, size // 4 : 3 * size // 4, size // 3 : 2 * size // 3]
    assert (middle > 0).all()  # no holes


def test_a_small_picture_is_a_large_one_seen_from_afar():
    people = [("set", i) for i in range(4)]
    small, large = (pictures(people, PROTOTYPES[:4], WIDE, size) for size in (56, 224))
    shrunk = (large.reshape(4, 56, 4, 56, 4) ** 2.2).mean((2, 4)) ** (1 / 2.2)
    assert np.abs(small - shrunk).mean() < 4


def test_people_are_told_apart_across_expressions():
    people = [("set", i) for i in range(20) for _ in EXPRESSIONS]
    shown = pictures(people, np.tile(PROTOTYPES, (20, 1))).reshape(120, -1)
    squares = (shown**2).sum(1)
    distance = squares[:, None] + squares - 2 * shown @ shown.T
    np.fill_diagonal(distance, distance.max())
    person = np.arange(120) // 6
    assert (person[distance.argmin(1)] == person).mean() > 0.7  # by chance: .04


@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_an_action_unit_shows_where_it_acts_and_hardly_elsewhere(unit):
    actions = np.zeros((1, len(ACTION_UNITS)), np.float32)
    actions[0, list(ACTION_UNITS).index(unit)] = 1
    _, change = neutral_and(actions)
    inside = change[0][rows_of(PLACES[unit])].sum() / change[0].sum()
    assert change.max() > 15
    assert inside > 0.8


@pytest.mark.parametrize("expression", [*EXPRESSIONS, "contempt"])
def test_an_expression_differs_from_neutral_where_its_action_units_act(expression):
    actions = prototype_of(expression)[None]
    neutral, change = neutral_and(actions)
    active = [unit for unit, strength in zip(ACTION_UNITS, actions[0], strict=True) if strength > 0]
    for unit in active:
        face = rows_of(PLACES[unit][:1])[:, None] & (neutral > 0)
        assert change[0][face].mean() > 2 and change[0][face].max() > 30, unit
    bands = [band for unit in active for band in PLACES[unit]]
    assert change[0][rows_of(bands)].sum() > 0.9 * change[0].sum()


def test_contempt_is_unlike_every_other_expression():
    people = [("set", i) for i in range(10)]
    neutral, contempt, *others = (
        pictures(people, np.tile(prototype_of(shown), (10, 1))) for shown in ("neutral", "contempt", *EXPRESSIONS)
    )
    change = np.abs(contempt - neutral).mean((1, 2))
    assert (change > 0.3).all()
    for other in others:
        assert (np.abs(contempt - other).mean((1, 2)) > change).all()


@pytest.mark.parametrize("continuum", CONTINUA)
def test_a_continuum_moves_one_way_and_blends_no_pictures(continuum):
    person, (first, second) = ("morphs", 2), ends_of(continuum)
    variation = {"jitter": 0.25, "extra": 0.1}
    ends = [expression_actions(person, end, variation, (*person, continuum)) for end in (first, second)]
    shown = pictures([person] * 11, interpolate(*ends, np.linspace(0, 1, 11)))
    assert np.array_equal(shown[[0, -1]], pictures([person] * 2, np.stack(ends)))
    from_first, from_second = (np.abs(shown - end).mean((1, 2)) for end in (shown[0], shown[-1]))
    assert (np.diff(from_first) > 0).all() and (np.diff(from_second) < 0).all()
    blend = np.abs(shown[5] - (shown[0] + shown[-1]) / 2)
    assert blend.max() > 20 and np.mean(blend[shown[0] > 0]) > 1


def test_light_and_pose_move_the_face_as_they_should():
    still = np.zeros((1, len(ACTION_UNITS)), np.float32)
    x = np.arange(SIZE) - (SIZE - 1) / 2

    def seen(**values):
        views = draw_views([("someone", 1)], {})
        for name, value in values.items():
            getattr(views, name)[:] = value
        return render(draw_identities([("someone", 1)]), still, views, SIZE)[0].astype(int)

    def centre(picture):
        return (picture * x).sum() / picture.sum()

    plain = seen()
    assert centre(seen(shift_x=0.05)) - centre(plain) == pytest.approx(0.05 * SIZE, abs=0.3)
    assert (seen(scale=0.9) > 40).sum() / (plain > 40).sum() == pytest.approx(0.81, abs=0.02)
    narrower = (seen(yaw=0.4)[SIZE // 3] > 0).sum() / (plain[SIZE // 3] > 0).sum()
    assert 0.8 < narrower < 0.98
    row = plain[SIZE // 3]
    assert row[:32].mean() > row[32:].mean()  # the key light comes from the left
    assert seen(key_light=[0.7, 0.3, 0.65])[SIZE // 3, 32:].mean() > row[32:].mean()
