"""The features of a face, painted on skin."""
import cv2
import numpy as np

from canvas import smooth, tapered
from skull import light, on_surface, ring, silhouette

CONTOUR = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 15, 14, 13, 12, 11, 10, 9]
EYES = (list(range(36, 44)), list(range(44, 52)))
BROWS = (list(range(17, 22)), list(range(22, 27)))
LIPS = [52, 54, 53, 62, 58, 59, 57, 65, 66, 71, 69, 68]
UPPER_LIP = [52, 54, 53, 62, 58, 59, 57, 60, 61, 63, 56, 55]
MOUTH = [55, 56, 63, 61, 60, 64, 70, 67]
EYEBALL_DEPTH = 0.25  # iris before the plane of the lids, centimetres
GLASSES = (38, 34, 38)
GLASSES_REACH = 0.05  # frames take along what lies about them, being thinner than a cell of the motion field; picture units


def ears(canvas, person, width, pose):
    for side in (-1, 1):
        center = np.array([side * 7.5 * width, -1.6, -8.2])
        canvas.fill(pose.project(ring(center, 1.15, 2.1)), person.skin * (0.95 if side == person.light else 0.8))
        canvas.soft(pose.project(ring(center + [side * 0.2, 0.1, 0], 0.5, 1.2)), person.skin * [0.7, 0.58, 0.54], 0.012, 0.7)


def skin(canvas, person, points, hairline, width, pose):
    """Head and forehead with their shading; leaves the mask of all skin in `canvas.skin`."""
    contour = pose.project(points[CONTOUR])
    outline = np.concatenate([contour, pose.project(smooth(hairline, closed=False)[::-1])])
    behind_jaw = np.array([[s * x * width, y, -9] for s in (-1, 1) for x, y in ((7.0, 0), (6.7, -3.6), (5.4, -7.5))])
    bulge = cv2.convexHull(np.concatenate([contour, pose.project(points[17:27])]).astype(np.float32))[:, 0]
    jaw = cv2.convexHull(np.concatenate([contour, pose.project(behind_jaw)]).astype(np.float32))[:, 0]
    regions = [outline, bulge, jaw]
    if person.hair_style == "bald":
        regions.append(silhouette(pose, width))
        canvas.remember(regions[-1])
    canvas.skin = canvas.mask(*regions)
    x, y, w, h = cv2.boundingRect(canvas.skin)
    window = (slice(y, y + h), slice(x, x + w))
    bright = light(pose, width, person.light, canvas.n)[window]
    shadow, lit = (person.skin * [0.7, 0.6, 0.57]).astype(np.float32), np.minimum(person.skin * 1.04 + 2, 255).astype(np.float32)
    colors = shadow + (lit - shadow) * np.minimum(bright * np.float32(1.18), 1)[..., None]
    canvas.blend(colors, canvas.skin[window], window=window)


def cheeks(canvas, person, points, pose):
    rose, shade = person.skin * [1.0, 0.74, 0.7], person.skin * [0.72, 0.6, 0.57]
    for eye, corner in ((36, 52), (48, 57)):
        at = points[eye] * 0.5 + points[corner] * 0.5 + [0, 0.6, 0.6]
        canvas.soft(pose.project(ring(at, 1.5, 1.1)), rose, 0.05, 0.55, canvas.skin)
    for eye, brow in zip(EYES, BROWS):
        at = (points[eye].mean(0) * 2 + points[brow].mean(0)) / 3
        canvas.soft(pose.project(ring(at, 1.9, 0.95)), shade, 0.03, 0.4, canvas.skin)
    below = points[71] * 0.75 + points[8] * 0.25
    canvas.soft(pose.project(ring(below, 1.3, 0.3)), shade, 0.02, 0.45, canvas.skin)


def beard(canvas, person, points, pose):
    if person.beard == "none":
        return
    tone = person.hair * 0.8 + person.skin * 0.12
    opacity = {"full": 0.93, "stubble": 0.38, "moustache": 0.93}[person.beard]
    if person.beard != "moustache":
        upper = [points[10], points[11] * [0.93, 1, 1], points[60] + [1.6, -0.2, 0], points[60] + [0.5, 1.0, 0], points[34] * 0.3 + points[62] * 0.7]
        left = [points[32] * 0.3 + points[62] * 0.7, points[55] + [-0.5, 1.0, 0], points[55] + [-1.6, -0.2, 0], points[2] * [0.93, 1, 1], points[1]]
        shape = np.concatenate([upper, left, points[CONTOUR[2:-2]] * [1.02, 1.01, 1]])
        canvas.soft(pose.project(shape), tone, 0.012, opacity)
    if person.beard != "stubble":
        top = points[33] * 0.35 + points[62] * 0.65
        curve = np.stack([points[52] + [-0.5, -0.3, 0.2], points[54] + [0, 0.35, 0.2], top, points[59] + [0, 0.35, 0.2], points[57] + [0.5, -0.3, 0.2]])
        canvas.soft(tapered(pose.project(curve), 0.05, 0.6), tone, 0.006, opacity)


def nose(canvas, person, points, pose):
    shade, lit = person.skin * [0.66, 0.54, 0.5], np.minimum(person.skin * 1.1 + 14, 255)
    side = -person.light
    wing = points[35 if side > 0 else 31]
    flank = [points[27] + [side * 0.5, 0.4, 0], points[28], points[29], points[30] + [side * 0.2, 0, 0], points[33], wing, points[29] + [side * 1.1, 0, -1.4]]
    canvas.soft(pose.project(flank), shade, 0.016, 0.42, canvas.skin)
    base = [points[31], points[30] + [-0.5, -0.75, -0.3], points[30] + [0.5, -0.75, -0.3], points[35], points[34], points[33], points[32]]
    canvas.soft(pose.project(smooth(base)), shade, 0.009, 0.5)
    canvas.soft(tapered(pose.project(points[27:31] + [-side * 0.15, 0, 0]), 0.03), lit, 0.012, 0.6)
    canvas.soft(pose.project(ring(points[30] + [-side * 0.25, 0.2, 0], 0.5, 0.4)), lit, 0.012, 0.65)
    for k in (32, 34):
        canvas.soft(pose.project(ring(points[k] + [0, 0.22, 0], 0.4, 0.2, 12)), person.skin * [0.36, 0.26, 0.25], 0.004, 0.85)
    for k, s in ((31, -1), (35, 1)):
        curve = points[k] + np.array([[-s * 0.3, 1.0, 0.1], [s * 0.12, 0.6, 0.0], [s * 0.15, 0.1, 0.0], [-s * 0.25, -0.2, 0.1]])
        canvas.soft(tapered(pose.project(curve), 0.012), shade, 0.004, 0.7)


def eyes(canvas, person, points, pose):
    for eye, side in zip(EYES, (-1, 1)):
        lids = smooth(points[eye])
        shape = pose.project(lids)
        canvas.fill(shape, (244, 242, 238))
        white = canvas.mask(shape)
        center = points[eye[0]] * 0.5 + points[eye[4]] * 0.5 + [0, 0.1, EYEBALL_DEPTH]
        for radius, color in ((0.82, person.iris * 0.5), (0.71, person.iris), (0.34, (14, 12, 12))):
            canvas.soft(pose.project(ring(center, radius, radius)), color, 0, 1, white)
        canvas.soft(pose.project(ring(center + [0, -0.25, 0], 0.38, 0.24)), np.minimum(person.iris * 1.5, 255), 0.006, 0.5, white)
        upper = pose.project(smooth(points[eye[:5]], closed=False))
        canvas.soft(np.concatenate([upper + [0, -0.01], upper[::-1] + [0, 0.014]]), (60, 46, 44), 0.007, 0.45, white)
        canvas.soft(pose.project(ring(center + [0.2 * person.light, 0.22, 0.1], 0.15, 0.15, 12)), (255, 255, 255), 0, 1, white)
        lash = np.array([44, 30, 28])
        wing = points[eye[0 if side < 0 else 4]] + [side * 0.28, 0.1, 0]
        line = np.concatenate([pose.project([wing]), upper] if side < 0 else [upper, pose.project([wing])])
        canvas.stroke(line[::2], lash, 0.017, 0.7)
        lower = pose.project(points[[eye[0], eye[7], eye[6], eye[5], eye[4]]])
        canvas.soft(tapered(lower, 0.008, 0.6), person.skin * [0.5, 0.38, 0.36], 0.002, 0.8)
        crease = pose.project(points[eye[:5]] * 0.82 + points[BROWS[side > 0]] * 0.18)[1:]
        canvas.soft(tapered(crease, 0.009, 0.8), person.skin * [0.55, 0.42, 0.4], 0.003, 0.7)


def brows(canvas, person, points, pose):
    color = person.hair * 0.72 if person.hair.mean() < 150 else person.hair * 0.6
    for brow, side in zip(BROWS, (-1, 1)):
        p = points[brow] if side < 0 else points[brow[::-1]]
        p = smooth(p, closed=False, steps=6)
        along = np.linspace(0, 1, len(p))  # from the outer end
        thick = person.brow_width * (0.25 + 0.75 * np.sqrt(along))[:, None] / 2
        lift = np.concatenate([0 * thick, thick, 0 * thick], 1)
        canvas.fill(pose.project(np.concatenate([p + lift, (p - lift)[::-1]])), color)


def mouth(canvas, person, points, pose):
    lips = pose.project(smooth(points[LIPS]))
    canvas.fill(lips, person.lips)
    inside = canvas.mask(lips)
    canvas.soft(pose.project(smooth(points[UPPER_LIP], steps=3)), person.lips * 0.8, 0.003, 0.9, inside)
    shine = (points[71] + points[70]) / 2 + [0.3 * person.light, 0, 0.2]
    canvas.soft(pose.project(ring(shine, 0.75, 0.16)), np.minimum(person.lips * 1.15 + 40, 255), 0.008, 0.5, inside)
    hole = pose.project(smooth(points[MOUTH], steps=3))
    canvas.fill(hole, (74, 24, 30))
    gap = canvas.mask(hole)
    tongue = points[70] * 0.85 + points[63] * 0.15 + [0, -0.1, -1]
    canvas.soft(pose.project(ring(tongue, 1.15, 0.6)), (190, 92, 94), 0.006, 0.9, gap)
    top, x = points[63], np.array([-1.5, -0.8, 0, 0.8, 1.5])
    teeth = np.concatenate([top + np.stack([x, 0.6 + 0 * x, 0 * x - 0.6], 1), top + np.stack([x, -0.5 + 0.14 * x**2, 0 * x - 0.6], 1)[::-1]])
    canvas.soft(pose.project(teeth), (244, 240, 232), 0.002, 1, gap)
    line = pose.project(points[[52, 55, 67, 70, 64, 60, 57]] * 0.5 + points[[52, 55, 56, 63, 61, 60, 57]] * 0.5)
    if np.ptp(points[[63, 70], 1]) < 0.3:
        canvas.soft(tapered(line, 0.009, 0.6), person.lips * 0.42, 0.002, 0.9)
    for corner, side in ((52, -1), (57, 1)):
        canvas.soft(pose.project(ring(points[corner] + [side * 0.12, 0, 0], 0.22, 0.18, 12)), person.skin * [0.6, 0.45, 0.42], 0.007, 0.7)


def glasses(canvas, person, points, pose):
    if person.glasses == "none":
        return

    def frame(points, width):
        canvas.stroke(points, GLASSES, width, 0)
        canvas.remember(tapered(points, GLASSES_REACH, 0))

    power = 2 if person.glasses == "round" else 4  # exponent of the superellipse
    t = np.linspace(0, 2 * np.pi, 33)
    cos, sin = np.cos(t), np.sin(t)
    rim = np.stack([np.sign(cos) * np.abs(cos) ** (2 / power), np.sign(sin) * np.abs(sin) ** (2 / power), 0 * t], 1) * [2.35, 1.9, 0]
    for eye, side, temple in zip(EYES, (-1, 1), (0, 9)):
        center = points[[eye[0], eye[4]]].mean(0) + [0, -0.25, 1.2]
        lens = pose.project(center + rim)
        canvas.soft(lens, (235, 244, 250), 0, 0.1)
        frame(lens[::2], 0.02)
        hinge = center + [side * 2.35, 0.4, 0]
        frame(pose.project([hinge, (hinge + points[temple]) / 2 + [side * 0.5, 0.2, 0], points[temple] + [side * 0.15, 0, -0.5]]), 0.016)
    inner = [points[EYES[0][4]], points[EYES[1][0]]]
    arch = [inner[0] + [0.75, 0.1, 1.3], points[27] + [0, 0.15, 1.0], inner[1] + [-0.75, 0.1, 1.3]]
    frame(pose.project(arch), 0.018)
