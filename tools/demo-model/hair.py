"""Hair: what lies behind the face, and what falls over it. All of it turns with the head."""
import numpy as np

from canvas import smooth
from skull import CENTER, RADII, on_surface, ring, silhouette

HAIRLINE = np.array([[-1.0, 0.6], [-0.985, 3.2], [-0.86, 5.6], [-0.5, 7.2], [0, 7.6], [0.5, 7.2], [0.86, 5.6], [0.985, 3.2], [1.0, 0.6]])
VOLUME = {"short": 1.05, "parted": 1.08, "bob": 1.1, "long": 1.09, "bun": 1.04, "curly": 1.1, "bald": 1.0}


def hairline(person, width):
    """Points (9, 3) from the left temple over the forehead to the right."""
    lift = np.array([0, 0.3, 0.6, 0.8, 0.8, 0.8, 0.6, 0.3, 0]) * person.hairline
    return on_surface(HAIRLINE[:, 0], HAIRLINE[:, 1] + lift, width)


def panel(half, width):
    """A closed outline (n, 3) behind the head out of its right half of (x, y)."""
    right = np.array([[x * width, y, -10.0] for x, y in half])
    return smooth(np.concatenate([right, right[::-1] * [-1, 1, 1]]))


def curls(width):
    """Centers (n, 3) of curls around the outline of the skull."""
    t = np.radians(np.linspace(-25, 205, 15))
    return CENTER + np.stack([RADII[0] * width * 1.04 * np.cos(t), RADII[1] * 1.02 * np.sin(t), 0 * t], 1)


def behind(canvas, person, width, pose):
    """What body, neck and face are painted over."""
    style, dark = person.hair_style, person.hair * 0.78
    if style == "bob":
        canvas.fill(pose.project(panel([[4, 8], [8.6, 5], [9.6, -2], [9.4, -8], [7.6, -11.5], [3, -12]], width)), dark)
    if style == "long":
        canvas.fill(pose.project(panel([[4, 8], [8.5, 5], [9.4, -3], [10, -12], [9.6, -20], [5, -22]], width)), dark)


def cap(canvas, person, width, pose):
    """The hair that the face stands in front of."""
    style, hair = person.hair_style, person.hair
    if style == "bald":
        return
    if style == "bun":
        bun = pose.project(ring((0, 13.4, -10), 3.4, 3.0))
        canvas.fill(bun, hair * 0.9)
        canvas.soft(pose.project(ring((person.light, 14.2, -8), 1.5, 1.0)), hair + 50, 0.02, 0.5, canvas.mask(bun))
    if style == "curly":
        for center in curls(width):
            canvas.fill(pose.project(ring(center, 2.6, 2.6, 16)), hair)
    outline = silhouette(pose, width, VOLUME[style])
    canvas.fill(outline, hair)
    gloss = on_surface(np.linspace(-0.7, 0.5, 7) * person.light * -1, 9.4 + 0.9 * np.sin(np.linspace(0.3, 2.8, 7)), width, 1.06)
    canvas.soft(tapered_band(pose.project(gloss), 0.05), hair * 0.75 + 66, 0.022, 0.4, canvas.mask(outline))


def tapered_band(points, width):
    normal = np.array([0, width / 2])
    return np.concatenate([points - normal, (points + normal)[::-1]])


def over(canvas, person, width, pose):
    """Fringes and the strands beside the face."""
    fringe = {"parted": parted, "bob": bangs, "long": curtains, "short": crop, "curly": forehead_curls}.get(person.hair_style)
    if fringe:
        fringe(canvas, person, width, pose)


def lock(canvas, person, pose, points, shade=1.0):
    shape = pose.project(smooth(points))
    canvas.soft(shape + [0, 0.016], person.skin * 0.55, 0.016, 0.35, canvas.skin)
    canvas.fill(shape, person.hair * shade)


def strand(canvas, person, pose, points, tone):
    canvas.stroke(pose.project(points), np.clip(person.hair * tone[0] + tone[1], 0, 255), 0.014, 0.9)


def crop(canvas, person, width, pose):
    x = np.linspace(-0.88, 0.88, 9)
    top = on_surface(x[::-1] * 0.9, 9.2 - 2.5 * np.abs(x[::-1]), width, 1.05)
    teeth = on_surface(x, 6.4 + 0.55 * person.hairline - 2.2 * x**2 + 0.25 * (np.arange(9) % 2), width, 1.02)
    lock(canvas, person, pose, np.concatenate([teeth, top]))


def parted(canvas, person, width, pose):
    p = person.parting
    sweep = [[0.5, 8.8], [0.2, 7.2], [-0.35, 5.6], [-0.8, 3.9], [-1.0, 1.4], [-1.03, 3.6], [-0.93, 6.4], [-0.6, 9.2], [0, 10.6]]
    lock(canvas, person, pose, on_surface([x * p for x, _ in sweep], [y for _, y in sweep], width, 1.06))
    other = [[0.45, 9.2], [0.72, 7.0], [0.95, 4.4], [1.01, 1.6], [1.04, 4.0], [0.92, 7.0], [0.7, 9.0]]
    lock(canvas, person, pose, on_surface([x * p for x, _ in other], [y for _, y in other], width, 1.05), 0.9)
    strand(canvas, person, pose, on_surface(np.array([0.3, -0.2, -0.72, -0.95]) * p, [9.2, 8.2, 6.4, 3.6], width, 1.06), (0.8, 50))


def bangs(canvas, person, width, pose):
    x = np.linspace(-1.0, 1.0, 9)
    line = on_surface(x, 3.9 + 0.5 * person.hairline - 0.8 * x**2, width, 1.06)
    top = on_surface(x[::-1] * 0.9, 9.6 - 2.2 * x**2, width, 1.07)
    side_strands(canvas, person, width, pose, -8.6)
    lock(canvas, person, pose, np.concatenate([line, top]))
    for at in (-0.55, 0.1, 0.6):
        strand(canvas, person, pose, on_surface([at * 0.7, at * 0.9, at], [8.4, 6.6, 4.6], width, 1.07), (0.78, 0))


def side_strands(canvas, person, width, pose, bottom):
    for side in (-1, 1):
        outer = [[0.95, 5.2, -4.5], [1.03, 1.0, -5.5], [1.08, -4.0, -6.0], [1.02, bottom, -6.5]]
        inner = [[1.12, bottom - 0.4, -8], [1.2, -4.0, -8], [1.15, 1.0, -8], [1.04, 5.5, -7]]
        shape = np.array([[side * x * 7.3 * width, y, z] for x, y, z in outer + inner])
        lock(canvas, person, pose, shape, 0.93 if side == person.light else 0.84)


def curtains(canvas, person, width, pose):
    side_strands(canvas, person, width, pose, -15)
    middle = 0.16 * person.parting
    for side in (-1, 1):
        drape = [[middle, 8.9], [middle + side * 0.25, 7.0], [side * 0.66, 4.9], [side * 0.93, 2.0], [side * 1.0, -1.6], [side * 1.05, 2.4], [side * 0.97, 6.0], [side * 0.62, 9.3], [middle, 10.6]]
        lock(canvas, person, pose, on_surface([x for x, _ in drape], [y for _, y in drape], width, 1.06), 1.0 if side == person.light else 0.9)
    strand(canvas, person, pose, on_surface(np.array([0.1, 0.5, 0.86, 0.98]) * person.light, [9.0, 7.0, 4.2, 1.0], width, 1.06), (0.8, 50))


def forehead_curls(canvas, person, width, pose):
    x = np.linspace(-0.92, 0.92, 7)
    for at, y in zip(x, 8.3 + 0.6 * person.hairline - 3.4 * x**2):
        canvas.fill(pose.project(ring(on_surface(at, y, width, 1.03), 1.75, 1.6, 16)), person.hair)
