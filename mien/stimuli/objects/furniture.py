"""Furniture. Each function draws an exemplar's shape; `solids` says what the axes are."""

import numpy as np

from mien.stimuli.objects.solids import (
    Solids,
    around,
    ball,
    box,
    cylinder,
    joined,
    lathe,
    leant,
    mirrored,
    moved,
    rolled,
    smooth,
    stretched,
    toned,
    tube,
)


def _legs(width: float, depth: float, height: float, thick: float, splay: float = 0.0) -> Solids:
    """Four legs below a top of this size."""
    leg = [[width / 2 - thick, height, depth / 2 - thick], [width / 2 - thick + splay, 0, depth / 2 - thick + splay]]
    right = tube(leg, thick)
    return mirrored(right + stretched(right, z=-1))


def chair(draw: np.random.Generator) -> Solids:
    """A chair with four legs; its back has a board or slats."""
    seat, back = draw.uniform(1.5, 1.9), draw.uniform(1.6, 2.2)
    depth, thick = draw.uniform(1.4, 1.7), draw.uniform(0.09, 0.14)
    board = moved(box(1.6, 0.18, depth), y=seat)
    posts = mirrored(moved(cylinder(thick, back), 0.8 - thick))
    if draw.random() < 0.5:
        rest = moved(box(1.6, 0.45 * back, 0.14), y=0.55 * back)
    else:
        slats = joined(moved(box(0.14, back, 0.1), x) for x in (-0.4, 0, 0.4))
        rest = slats + moved(box(1.6, 0.3, 0.14), y=back - 0.3)
    leaning = moved(leant(posts + rest, -draw.uniform(4, 14)), y=seat + 0.1, z=-depth / 2 + thick)
    return toned(board, 1) + leaning + _legs(1.6, depth, seat, thick, draw.uniform(0, 0.12))


def stool(draw: np.random.Generator) -> Solids:
    """A round stool with three or four splayed legs and rungs."""
    height, splay, thick = draw.uniform(1.7, 2.8), draw.uniform(0.15, 0.4), draw.uniform(0.09, 0.14)
    leg = tube([(0.6, height, 0), (0.6 + splay, 0, 0)], thick)
    legs = int(draw.integers(3, 5))
    rung = 0.6 + 0.6 * splay
    angles = np.pi / 2 + np.arange(legs + 1) * 2 * np.pi / legs
    corners = [(rung * np.sin(angle), 0.4 * height, rung * np.cos(angle)) for angle in angles]
    seat = moved(cylinder(1, draw.uniform(0.15, 0.35)), y=height)
    return toned(seat, 1) + around(leg, legs) + tube(corners, 0.07)


def table(draw: np.random.Generator) -> Solids:
    """A rectangular table with four legs."""
    width, depth, height = draw.uniform(3.0, 4.2), draw.uniform(1.6, 2.2), draw.uniform(1.4, 1.9)
    thick = draw.uniform(0.1, 0.17)
    apron = moved(box(width - 0.4, 0.25, depth - 0.4), y=height - 0.25)
    return toned(moved(box(width, 0.16, depth), y=height), 1) + apron + _legs(width, depth, height, thick)


def lamp(draw: np.random.Generator) -> Solids:
    """A table lamp with a turned foot and a conical shade."""
    height, wide, top = draw.uniform(1.4, 2.2), draw.uniform(0.95, 1.3), draw.uniform(0.4, 0.65)
    long = draw.uniform(0.9, 1.3)
    belly = draw.uniform(0.12, 0.35)
    foot = lathe(smooth([(0, 0.75), (0.12, 0.7), (0.3, 0.18), (0.75 * height, belly), (height, 0.09)]))
    shade = lathe([(height, wide), (height + long, top)], wall=0.06, floor=height - 1)
    return toned(foot, 1) + shade + toned(cylinder(0.07, height + 0.7 * long), 1)


def bench(draw: np.random.Generator) -> Solids:
    """A garden bench of slats."""
    width, height = draw.uniform(3.4, 4.4), draw.uniform(0.9, 1.2)
    seat = joined(moved(box(width, 0.1, 0.32), y=height, z=z) for z in (-0.4, 0, 0.4))
    back = joined(moved(box(width, 0.32, 0.1), y=y) for y in (0.35, 0.8))
    at = width / 2 - draw.uniform(0.25, 0.6)
    post = moved(box(0.16, 1.15, 0.1), at, z=-0.1)
    side = moved(box(0.18, height, 0.16), at, z=0.45) + moved(box(0.18, height, 0.16), at, z=-0.5)
    leaning = moved(leant(back + toned(mirrored(post), 1), -12), y=height, z=-0.55)
    return seat + leaning + toned(mirrored(side), 1)


def bed(draw: np.random.Generator) -> Solids:
    """A bed with head and foot boards, one or two pillows and a blanket."""
    width, long, head = draw.uniform(1.8, 2.6), draw.uniform(3.4, 4.2), draw.uniform(1.3, 1.9)
    frame = moved(box(width, 0.35, long), y=0.35) + _legs(width, long, 0.4, 0.13)
    boards = moved(box(width + 0.1, head, 0.16), z=-long / 2) + moved(box(width + 0.1, head * 0.55, 0.16), z=long / 2)
    mattress = moved(box(width - 0.1, 0.3, long - 0.2), y=0.7)
    at, across = (width / 4, width / 5) if width > 2.2 else (0, width / 3)
    pillow = moved(ball(across, 0.22, 0.38), at, 1.05, -long / 2 + 0.6)
    blanket = moved(box(width + 0.06, 0.42, 0.55 * long), y=0.62, z=0.2 * long)
    return frame + boards + toned(mattress + (mirrored(pillow) if at else pillow), 1) + toned(blanket, 2)


def ladder(draw: np.random.Generator) -> Solids:
    """A ladder, narrower towards its top or not."""
    rungs, apart, narrow = int(draw.integers(5, 9)), draw.uniform(0.5, 0.7), draw.uniform(0, 5)
    height = rungs * apart
    rail = moved(rolled(box(0.16, height, 0.28), narrow), 0.85)
    steps = joined(moved(rolled(moved(cylinder(0.09, 1.6), y=-0.8), 90), y=(k + 0.5) * apart) for k in range(rungs))
    return mirrored(rail) + toned(steps, 1)


def bookcase(draw: np.random.Generator) -> Solids:
    """A bookcase with shelves that are partly filled."""
    width, height, shelves = draw.uniform(1.7, 2.4), draw.uniform(2.9, 3.7), int(draw.integers(3, 5))
    sides = mirrored(moved(box(0.12, height, 0.8), width / 2))
    apart = height / shelves
    boards = joined(moved(box(width, 0.12, 0.8), y=k * apart - 0.06) for k in range(shelves + 1))
    books: Solids = []
    for k in range(shelves):
        x, end = -width / 2 + 0.1, width * draw.uniform(0.0, 0.4)
        while x < end:
            thick = draw.uniform(0.14, 0.26)
            book = box(thick * 0.92, draw.uniform(0.6, 0.85) * apart, 0.55)
            books += toned(moved(book, x + thick / 2, k * apart + 0.06), int(draw.integers(1, 3)))
            x += thick
    return sides + boards + moved(box(width, height, 0.06), z=-0.4) + books


def sofa(draw: np.random.Generator) -> Solids:
    """A sofa with two or three cushions and rolled arms."""
    width, arm, back = draw.uniform(2.8, 3.8), draw.uniform(0.7, 0.95), draw.uniform(1.2, 1.6)
    base = moved(box(width, 0.45, 1.5), y=0.15)
    rest = moved(leant(box(width, back - 0.2, 0.4), -8), y=0.25, z=-0.65)
    roll = moved(leant(cylinder(0.25, 1.55), 90), y=arm, z=-0.775)
    side = moved(box(0.4, arm, 1.55) + roll, width / 2, 0.1)
    seats = int(draw.integers(2, 4))
    each = (width - 0.4) / seats
    cushions = joined(moved(box(0.95 * each, 0.25, 1.2), (k - (seats - 1) / 2) * each, 0.6, 0.12) for k in range(seats))
    return base + rest + mirrored(side) + toned(cushions, 1)
