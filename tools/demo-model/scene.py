"""What does not turn with the head: the background, the body, and the neck between."""
import cv2
import numpy as np

import rig
from canvas import smooth

FOLLOW = 0.7  # how much of the head's shift the body makes


def background(person, n):
    """(n, n, 3) uint8."""
    m = 128
    y, x = np.mgrid[0:m, 0:m].astype(np.float32) / (m - 1)
    blend = {
        "plain": 0.15 * y,
        "vertical": y,
        "glow": np.clip(1.5 * np.hypot(x - 0.5, y - 0.4), 0, 1),
        "window": 0.3 * x,
        "discs": 0.3 * y,
    }[person.background_kind][..., None]
    near, far = person.background
    picture = cv2.resize((near * (1 - blend) + far * blend).astype(np.uint8), (n, n), interpolation=cv2.INTER_LINEAR)
    rng = np.random.default_rng(person.background_seed)
    if person.background_kind == "window":
        left = rng.uniform(0.02, 0.6)
        for pane in range(2):
            x0, x1 = (int((left + 0.19 * (pane + k)) * n - 0.02 * k * n) for k in (0, 1))
            cv2.rectangle(picture, (x0, int(0.06 * n)), (x1, int(0.55 * n)), (near * 0.4 + 150).tolist(), -1)
    if person.background_kind == "discs":
        for _ in range(rng.integers(3, 7)):
            center, radius = rng.uniform(0, n, 2), rng.uniform(0.06, 0.2) * n
            color = near + (far - near) * rng.uniform(0.4, 0.9)
            cv2.circle(picture, center.astype(int).tolist(), int(radius), color.tolist(), -1, cv2.LINE_AA)
    return picture


def body_pose(pose):
    return rig.Pose(shift=np.multiply(pose.shift, FOLLOW), scale=pose.scale)


def body(canvas, person, pose):
    """Shoulders and neckline."""
    on = body_pose(pose)
    outline = [[5, -15.2], [9, -17], [15.5, -18.8], [18.5, -22], [20.5, -30], [21, -44]]
    outline = np.array([[-x, y, -8] for x, y in outline[::-1]] + [[x, y, -8] for x, y in outline])
    shape = on.project(smooth(outline, closed=False))
    canvas.fill(shape, person.clothes)
    inside = canvas.mask(shape)
    far = np.array([[x * -person.light, y, -8] for x, y in [[3, -14], [22, -14], [22, -44], [9, -44]]])
    canvas.soft(on.project(far), person.clothes * 0.72, 0.14, 0.8, inside)
    for side in (-1, 1):
        fold = np.array([[side * 13.5, -24, -8], [side * 14.6, -32, -8], [side * 14.2, -44, -8]])
        canvas.stroke(on.project(fold), person.clothes * 0.66, 0.012)


def neck(canvas, person, points, pose):
    """From under the jaw, which turns, to the neckline, which does not."""
    on = body_pose(pose)
    jaw = pose.project([[-4.8, -6, -9.5], [-4.7, -9, -9], [4.7, -9, -9], [4.8, -6, -9.5]])
    dip = {"round": -18.2, "v": -21.5, "collar": -18.5}[person.neckline]
    sides = 6.2 if person.neckline != "collar" else 5.4
    base = on.project([[sides, -15.4, -8], [sides * 0.7, (dip - 16) / 2, -8], [0, dip, -8], [-sides * 0.7, (dip - 16) / 2, -8], [-sides, -15.4, -8]])
    flare = on.project([[4.9, -13.2, -8], [-4.9, -13.2, -8]])
    shape = np.concatenate([jaw, flare[:1], base, flare[1:]])
    canvas.fill(shape, person.skin * 0.9)
    inside = canvas.mask(shape)
    shadow = pose.project(points[[1, 3, 4, 5, 6, 7, 8, 16, 15, 14, 13, 12, 10]] + [0, -1.6, -3])
    canvas.soft(shadow, person.skin * [0.66, 0.58, 0.56], 0.03, 0.75, inside)
    if person.neckline == "collar":
        for side in (-1, 1):
            flap = on.project([[side * 6.4, -14.2, -8], [side * 7.6, -17.2, -8], [side * 3.4, -21.5, -8], [0, -18.3, -8], [side * 3, -16.8, -8]])
            canvas.fill(flap, person.clothes * 1.12)
            canvas.stroke(flap[1:4], person.clothes * 0.7, 0.008)
    elif person.neckline == "round":
        canvas.stroke(smooth(base, closed=False), person.clothes * 0.75, 0.022, 0.2)
