"""Things held in the hand. Each function draws an exemplar's shape; `solids` says what the axes are."""

import numpy as np

from mien.stimuli.objects.solids import (
    Solids,
    around,
    ball,
    box,
    cylinder,
    dome,
    frustum,
    hollowed,
    joined,
    lathe,
    leant,
    mirrored,
    moved,
    polygon,
    prism,
    ring,
    rolled,
    smooth,
    stretched,
    toned,
    tube,
    yawed,
)


def hammer(draw: np.random.Generator) -> Solids:
    """A claw hammer."""
    long, thick = draw.uniform(3.0, 3.8), draw.uniform(0.38, 0.5)
    handle = stretched(lathe(smooth([(0, 0.24), (0.3, 0.3), (1.2, 0.22), (long, 0.18)])), z=0.8)
    face = moved(rolled(cylinder(thick, 0.55), -90), 0.5, long) + moved(rolled(cylinder(0.3, 1.2), -90), -0.5, long)
    tip = draw.uniform(0.9, 1.3)
    claw = prism([(-0.35 - tip, -0.35), (-0.4, -0.28), (-0.4, 0.32), (-0.75, 0.3)], 0.5)
    return handle + toned(face + moved(claw, y=long), 1)


def key(draw: np.random.Generator) -> Solids:
    """A key with an oval bow and two to four bits."""
    long, bow = draw.uniform(2.4, 3.2), draw.uniform(0.6, 0.8)
    shaft = cylinder(0.15, long) + moved(cylinder(0.24, 0.16), y=long - 0.25)
    head = stretched(ring(bow, 0.18), x=draw.uniform(0.9, 1.4))
    teeth = draw.uniform(0.4, 0.85, draw.integers(2, 5))
    bits = joined(moved(box(tooth, 0.24, 0.16), 0.35, 0.05 + 0.36 * k) for k, tooth in enumerate(teeth))
    return shaft + moved(head, y=long + bow) + bits


def screwdriver(draw: np.random.Generator) -> Solids:
    """A screwdriver with a ridged handle."""
    long, thick = draw.uniform(1.5, 2.3), draw.uniform(0.42, 0.56)
    blade = moved(cylinder(0.16, long), y=0.3) + prism([(-0.26, 0), (0.26, 0), (0.15, 0.5), (-0.15, 0.5)], 0.12)
    waist, end = 0.72 * thick, 0.5 * thick
    grip = lathe(smooth([(0, 0.2), (0.15, thick), (0.45, waist), (0.8, thick), (1.5, thick), (1.75, end)], 3))
    ridges = around(moved(cylinder(0.09, 0.9), thick - 0.02, 0.7), 8)
    return toned(blade, 1) + moved(grip + toned(ridges, 2), y=long)


def scissors(draw: np.random.Generator) -> Solids:
    """Scissors, more or less open."""
    blade, grip, opening = draw.uniform(1.9, 2.5), draw.uniform(0.42, 0.55), draw.uniform(9, 24)
    half = prism([(-0.2, -0.3), (0.2, -0.3), (0.25, 0.6), (0.02, blade), (-0.1, blade), (-0.25, 0.6)], 0.12)
    arm = tube(smooth([(0, -0.25, 0), (0.15, -0.7, 0), (0.28, -1.1, 0)]), 0.17)
    loop = moved(stretched(ring(grip, 0.17, 16), y=1.25), 0.38, -1.1 - grip)
    one = half + toned(arm + loop, 1)
    other = stretched(one, x=-1)
    pivot = toned(moved(leant(cylinder(0.12, 0.3), 90), z=-0.05), 2)
    return moved(rolled(one, opening), z=0.06) + moved(rolled(other, -opening), z=-0.06) + pivot


def _stem(long: float, thick: float) -> Solids:
    """The handle of a spoon or a fork, slightly bent."""
    path = smooth([(0, 0, 0), (0, 0.45 * long, -0.12), (0, 0.8 * long, -0.05), (0, long, 0.12)], 4)
    return stretched(tube(path, thick * np.interp(path[:, 1], [0, 0.5 * long, long], [1.5, 1, 0.65])), x=1.2)


def spoon(draw: np.random.Generator) -> Solids:
    """A spoon with a hollow scoop."""
    long, width, deep = draw.uniform(2.0, 2.7), draw.uniform(0.6, 0.8), draw.uniform(0.85, 1.1)
    above = moved(prism(polygon(4, 2), 1), z=0.52)  # cut off first, so that the hollow is seen through it
    hollow = moved(ball(0.88 * width, 0.9 * deep, 0.3), z=0.1)
    scoop = hollowed(ball(width, deep, 0.32), above + hollow)
    return _stem(long, draw.uniform(0.17, 0.23)) + moved(scoop, y=long + 0.88 * deep, z=0.14)


def fork(draw: np.random.Generator) -> Solids:
    """A fork with three or four tines."""
    long, tines, width = draw.uniform(2.0, 2.6), int(draw.integers(3, 5)), draw.uniform(0.6, 0.75)
    root = prism([(-0.13, 0), (0.13, 0), (width, 0.45), (width, 0.75), (-width, 0.75), (-width, 0.45)], 0.14)
    reach = draw.uniform(0.9, 1.3)
    prongs = joined(
        tube([(x, 0.7, 0), (x, 0.7 + 0.6 * reach, -0.1), (x, 0.7 + reach, 0)], [0.13, 0.12, 0.06])
        for x in np.linspace(-width + 0.08, width - 0.08, tines)
    )
    return _stem(long, draw.uniform(0.17, 0.23)) + moved(root + prongs, y=long - 0.05, z=0.1)


def pencil(draw: np.random.Generator) -> Solids:
    """A six-sided pencil with a point and a rubber."""
    long, cone, thick = draw.uniform(2.6, 4.0), draw.uniform(0.9, 1.2), draw.uniform(0.42, 0.52)
    wood = moved(leant(prism(polygon(6, thick), long), 90), y=cone + long / 2)
    point = toned(moved(rolled(frustum(0.92 * thick, 0.0, cone), 180), y=cone), 1)
    lead = toned(moved(rolled(frustum(0.3 * thick, 0.0, 0.32 * cone), 180), y=0.3 * cone - 0.03), 2)
    ferrule, rubber = cylinder(0.97 * thick, 0.3), cylinder(0.9 * thick, 0.6)
    return wood + point + lead + moved(toned(ferrule, 1) + toned(rubber, 2), y=cone + long)


def dumbbell(draw: np.random.Generator) -> Solids:
    """A dumbbell with one to three discs on either side."""
    reach, size = draw.uniform(0.7, 1.1), draw.uniform(0.8, 1.1)
    discs = int(draw.integers(1, 4))
    each = draw.uniform(0.45, 0.8) / discs
    plates = joined(
        moved(rolled(cylinder(size * (1 - 0.16 * k), 0.92 * each), -90), reach + k * each) for k in range(discs)
    )
    bar = moved(rolled(cylinder(0.2, 2 * reach + 2.4), -90), -reach - 1.2)
    return toned(bar, 1) + mirrored(plates)


def gear(draw: np.random.Generator) -> Solids:
    """A gear wheel with eight to fourteen teeth, a hub and a hole."""
    teeth, deep, thick = int(draw.integers(8, 15)), draw.uniform(0.18, 0.28), draw.uniform(0.3, 0.6)
    wide = 0.6 * np.pi / teeth
    tooth = prism([(-wide, 0.9), (wide, 0.9), (0.65 * wide, 1 + deep), (-0.65 * wide, 1 + deep)], thick)
    rim = joined(rolled(tooth, 360 * k / teeth) for k in range(teeth))
    hole = moved(cylinder(draw.uniform(0.2, 0.4), 4), y=-2)
    body = hollowed(moved(cylinder(1, thick), y=-thick / 2), hole)
    hub = hollowed(moved(cylinder(0.52, 1.4 * thick), y=-0.7 * thick), hole)
    return leant(body + toned(hub, 1), 90) + rim


def saw(draw: np.random.Generator) -> Solids:
    """A handsaw."""
    long, tall, teeth = draw.uniform(3.2, 4.2), draw.uniform(0.9, 1.2), int(draw.integers(12, 18))
    blade = prism([(0, 0), (long, 0), (long, 0.45 * tall), (0, tall)], 0.08)
    step = long / teeth
    edge = joined(
        prism([((k + 0.1) * step, 0.02), ((k + 0.4) * step, -0.16), ((k + 0.9) * step, 0.02)], 0.08)
        for k in range(teeth)
    )
    x = [0.1, -0.55, -1.0, -0.85, -0.45, 0.1]
    y = [0.1, -0.1, 0.1, 0.7 * tall, 1.1 * tall, 0.95 * tall]
    grip = tube(smooth(np.stack([x, y, np.zeros(6)], 1), 3), 0.17)
    return blade + edge + toned(grip, 1)


def spanner(draw: np.random.Generator) -> Solids:
    """A spanner with an open jaw and a ring."""
    long, jaw = draw.uniform(2.6, 3.4), draw.uniform(0.6, 0.75)
    slot = moved(prism([(-0.5 * jaw, -0.25), (0.5 * jaw, -0.25), (0.5 * jaw, 2), (-0.5 * jaw, 2)], 2))
    head = hollowed(moved(leant(cylinder(jaw, 0.36), 90), z=-0.18), rolled(slot, 15))
    eye = hollowed(moved(leant(cylinder(0.62, 0.36), 90), z=-0.18), prism(polygon(6, 0.36), 2))
    return moved(box(0.42, long - 0.9, 0.22), y=0.45) + moved(head, y=long + 0.1) + eye


def brush(draw: np.random.Generator) -> Solids:
    """A flat paint brush."""
    long, wide = draw.uniform(1.8, 2.4), draw.uniform(0.7, 1.0)
    grip = stretched(lathe(smooth([(0, 0.2), (0.5, 0.32), (1.2, 0.2), (long, 0.6 * wide)], 4)), z=0.5)
    ferrule = moved(box(1.7 * wide, 0.45, 0.5), y=long - 0.05)
    tufts = 7
    each = 1.6 * wide / tufts
    at = (np.arange(tufts) - (tufts - 1) / 2) * each
    bristles = joined(moved(box(0.8 * each, draw.uniform(1.0, 1.35), 0.35), x, long + 0.35) for x in at)
    return grip + toned(ferrule, 1) + toned(bristles, 2)


def umbrella(draw: np.random.Generator) -> Solids:
    """An open umbrella with eight ribs and a hooked handle."""
    wide, high, long = draw.uniform(1.7, 2.1), draw.uniform(0.8, 1.2), draw.uniform(2.2, 2.9)
    canopy = hollowed(dome(wide, high), ball(0.96 * wide, 0.92 * high, 0.96 * wide))
    rise = np.linspace(0, np.pi / 2, 7)
    rib = tube(np.stack([wide * np.cos(rise), high * np.sin(rise), 0 * rise], 1), 0.05)
    hook = [(0, 0.1, 0), (0, -0.25, 0), (0.2, -0.5, 0), (0.5, -0.5, 0), (0.68, -0.25, 0), (0.68, -0.05, 0)]
    shaft = cylinder(0.1, long + high + 0.35)
    return moved(canopy + toned(around(rib, 8), 2), y=long) + toned(shaft, 1) + toned(tube(smooth(hook, 3), 0.15), 2)


def book(draw: np.random.Generator) -> Solids:
    """A closed hardback book."""
    width, height, thick = draw.uniform(1.6, 2.0), draw.uniform(2.2, 2.8), draw.uniform(0.5, 0.9)
    cover = moved(box(width, height, 0.08), z=thick / 2) + moved(box(width, height, 0.08), z=-thick / 2)
    spine = moved(box(0.1, height, thick + 0.08), -width / 2)
    pages = moved(box(width - 0.2, height - 0.2, thick), -0.06, 0.1)
    title = moved(box(0.6 * width, 0.12 * height, 0.1), y=0.7 * height, z=thick / 2)
    return cover + spine + toned(pages, 1) + toned(title, 2)


def hat(draw: np.random.Generator) -> Solids:
    """A hat with a brim and a band."""
    brim, height, top = draw.uniform(1.5, 1.9), draw.uniform(0.9, 1.6), draw.uniform(0.75, 1.0)
    crown = lathe([(0, 1), (0.9 * height, top), (height, 0.88 * top)])
    band = toned(cylinder(1.03, 0.28), 1)
    return lathe([(-0.08, brim), (0.06, brim)]) + crown + band


def pushpin(draw: np.random.Generator) -> Solids:
    """A drawing pin with a waisted grip."""
    long, waist = draw.uniform(1.2, 1.7), draw.uniform(0.35, 0.5)
    grip = lathe(smooth([(0, 0.85), (0.2, 0.8), (0.4, waist), (1.2, 0.85 * waist), (1.5, 0.75), (1.7, 0.75)], 3))
    return toned(frustum(0.02, 0.1, long), 1) + moved(grip, y=long)


def arrow(draw: np.random.Generator) -> Solids:
    """A solid arrow, as on a signpost."""
    long, wide, thick = draw.uniform(1.6, 2.6), draw.uniform(0.4, 0.65), draw.uniform(0.5, 0.9)
    head = draw.uniform(1.0, 1.3)
    return box(2 * wide, long, thick) + moved(prism([(-head, 0), (head, 0), (0, 1.5)], thick), y=long)


def bolt(draw: np.random.Generator) -> Solids:
    """A bolt with a hexagonal head and a thread, with or without its nut."""
    long, thick = draw.uniform(2.0, 2.8), draw.uniform(0.42, 0.55)
    head = moved(leant(prism(polygon(6, 1), 0.6), 90), y=long + 0.3)
    thread = lathe([(0, thick), (0.09, 1.22 * thick), (0.18, thick)])
    threads = joined(moved(thread, y=y) for y in np.arange(0.1, 0.65 * long, 0.24))
    nut = moved(leant(prism(polygon(6, 0.95), 0.5), 90), y=draw.uniform(0.4, 0.5) * long)
    return head + cylinder(thick, long) + threads + (toned(yawed(nut, 20), 1) if draw.random() < 0.5 else [])
