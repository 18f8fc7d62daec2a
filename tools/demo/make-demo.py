#!/usr/bin/env python3
"""Draws the bundled source picture and driving sequence -> demo/. Needs python3-opencv; takes a second.

A head of 72 points in three dimensions (x right, y up, z toward the viewer; half the width of the face is 1), made of
ellipses and a few numbers of our own, posed, projected and painted.
"""
import math
from pathlib import Path

import cv2
import numpy as np

DEMO = Path(__file__).resolve().parents[2] / "demo"
SIZE, OVERSAMPLING = 512, 4
FRAMES = 32
SCALE = 0.34  # half a face's width in image coordinates
CENTER = np.array([0.0, -0.1, -0.9])  # what the head turns about


def arc(count, start, end, radius_x, radius_y, center=(0.0, 0.0)):
    """Points of an ellipse, angles in degrees from the right, counterclockwise."""
    t = np.radians(np.linspace(start, end, count))
    return np.stack([center[0] + radius_x * np.cos(t), center[1] + radius_y * np.sin(t)], 1)


def depth(xy):
    """How far the surface of the head comes forward at (x, y)."""
    return 1.05 * np.sqrt(np.maximum(1 - (xy[:, 0] / 1.12) ** 2 - ((xy[:, 1] + 0.05) / 1.75) ** 2, 0.02)) - 1


def head(jaw=0.0, smile=0.0, blink=0.0, brow=0.0):
    """The 72 points with an expression: jaw, smile and blink from 0 to 1, brow from -1 to 1."""
    p = np.zeros((72, 2))
    contour = arc(17, 172, 368, 1.0, 1.42, (0, 0.12))  # left temple, chin, right temple
    contour[:, 0] = np.sign(contour[:, 0]) * np.abs(contour[:, 0]) ** 0.85
    contour[4:13, 1] -= 0.24 * jaw * np.sin(np.linspace(0, math.pi, 9))
    p[0:9], p[9:17] = contour[:9], contour[:8:-1]
    for side, points in ((-1, range(17, 22)), (1, range(26, 21, -1))):  # outer to inner
        x = np.linspace(0.78, 0.2, 5)
        y = 0.62 + 0.1 * np.sin(np.linspace(0.35, 2.7, 5)) + 0.07 * brow * np.linspace(0.7, 1.2, 5)
        p[list(points)] = np.stack([side * x, y], 1)
    p[27:31] = [[0, 0.4], [0, 0.22], [0, 0.04], [0, -0.13]]
    p[31:36] = [[-0.2, -0.27], [-0.1, -0.31], [0, -0.33], [0.1, -0.31], [0.2, -0.27]]
    lid = 1 - 0.93 * blink
    upper, lower = arc(5, 180, 0, 0.2, 0.105 * lid), arc(5, 180, 360, 0.2, 0.075 * lid)
    p[36:41], p[41:44] = upper + [-0.45, 0.36], lower[3:0:-1] + [-0.45, 0.36]
    p[44:49], p[49:52] = upper + [0.45, 0.36], lower[3:0:-1] + [0.45, 0.36]
    wide = 0.34 * (1 + 0.22 * smile)
    lift = 0.09 * smile
    drop = 0.3 * jaw
    mouth = np.array([0, -0.66])

    def lip(points, xs, middle, corner):
        for k, x in zip(points, xs):
            p[k] = mouth + [x * wide, corner + (middle - corner) * (1 - x * x)]

    corner = lift - 0.25 * drop
    lip([52, 54, 53, 62, 58, 59, 57], [-1, -0.62, -0.28, 0, 0.28, 0.62, 1], 0.1, corner)
    p[62, 1] -= 0.018  # Cupid's bow
    lip([65, 66, 71, 69, 68], [0.66, 0.33, 0, -0.33, -0.66], -0.12 - drop, corner)
    lip([55, 56, 63, 61, 60], [-0.9, -0.42, 0, 0.42, 0.9], 0.012, corner)
    lip([64, 70, 67], [0.42, 0, -0.42], -0.012 - drop, corner)
    z = depth(p)
    z[27:31] += [0.06, 0.13, 0.22, 0.34]
    z[31:36] += [0.05, 0.13, 0.17, 0.13, 0.05]
    z[52:72] += 0.05
    return np.concatenate([p, z[:, None]], 1)


def project(points, rotation=(0, 0, 0), shift=(0, 0)):
    """Points of the head -> image coordinates in [-1, 1], y down. The rotation is an axis-angle in the same axes."""
    turned = (np.asarray(points) - CENTER) @ cv2.Rodrigues(np.asarray(rotation, np.float64))[0].T + CENTER
    return turned[:, :2] * [SCALE, -SCALE] + shift


def head_pose(rotation, shift):
    """The six values as the 3DMM fit gives them: axis-angle, place on a picture of 512 in thousandths (y up), scale."""
    return [*rotation, 0.256 * (1 + shift[0]), -0.256 * (1 + shift[1]), 0.0012]


def write_face(landmarks, pose, landmark_path, pose_path):
    for path in (landmark_path, pose_path):
        path.parent.mkdir(parents=True, exist_ok=True)
    landmark_path.write_text("".join(f"{x:.6f} {y:.6f}\n" for x, y in landmarks))
    pose_path.write_text("".join(f"{value:.6f}\n" for value in pose))


class Canvas:
    """Filled shapes in image coordinates."""

    def __init__(self):
        n = SIZE * OVERSAMPLING
        y, x = np.mgrid[0:n, 0:n] / (n - 1)
        glow = np.clip(1.15 - 1.1 * np.hypot(x - 0.5, y - 0.42), 0, 1)[..., None]
        self.pixels = (np.array([58, 92, 120]) * (1 - glow) + np.array([168, 198, 205]) * glow).astype(np.float32)

    def mask(self, points, blur=0.0):
        n = self.pixels.shape[0]
        mask = np.zeros((n, n), np.uint8)
        cv2.fillPoly(mask, [np.round((np.asarray(points) + 1) / 2 * (n - 1)).astype(np.int32)], 255)
        if blur:
            mask = cv2.GaussianBlur(mask, (0, 0), blur * n / 2)
        return mask.astype(np.float32)[..., None] / 255

    def fill(self, points, color, blur=0.0, opacity=1.0, inside=None):
        mask = self.mask(points, blur) * opacity
        if inside is not None:
            mask *= inside
        self.pixels = self.pixels * (1 - mask) + np.asarray(color, np.float32) * mask

    def stroke(self, points, color, width, **options):
        """A line that tapers to both ends; `width` in image coordinates."""
        points = np.asarray(points, float)
        fine = np.stack([np.interp(np.linspace(0, 1, 60), np.linspace(0, 1, len(points)), points[:, k]) for k in (0, 1)], 1)
        along = np.gradient(fine, axis=0)
        normal = np.stack([-along[:, 1], along[:, 0]], 1) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
        half = width / 2 * np.sqrt(np.sin(np.linspace(0.08, math.pi - 0.08, 60)))[:, None]
        self.fill(np.concatenate([fine + normal * half, (fine - normal * half)[::-1]]), color, **options)

    def rgb(self):
        return cv2.resize(np.clip(self.pixels, 0, 255), (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8)


def ellipse(cx, cy, rx, ry, z=0.0):
    return np.concatenate([arc(80, 0, 360, rx, ry, (cx, cy)), np.full((80, 1), z)], 1)


SKIN, SHADE, BLUSH = (226, 178, 146), (178, 122, 96), (214, 128, 112)
HAIR, LIP, SHIRT = (62, 40, 30), (178, 82, 80), (188, 84, 62)


def paint(points):
    """A portrait of the head, RGB."""
    canvas = Canvas()
    on = project
    canvas.fill(arc(80, 180, 360, 0.9, 0.55, (0, 1.05)), SHIRT)
    canvas.fill(arc(80, 180, 360, 0.9, 0.55, (0.12, 1.15)), np.multiply(SHIRT, 0.86), blur=0.05, inside=canvas.mask(arc(80, 180, 360, 0.9, 0.55, (0, 1.05))))
    canvas.fill(on(ellipse(0, 0.32, 1.22, 1.42, -0.6)), HAIR)
    canvas.fill(on(ellipse(0, -0.5, 1.13, 0.95, -0.8)), HAIR)
    neck = [[-0.42, -0.9, -0.5], [0.42, -0.9, -0.5], [0.52, -2.0, -0.6], [0, -2.22, -0.5], [-0.52, -2.0, -0.6]]
    canvas.fill(on(neck), np.multiply(SKIN, 0.9))
    contour = np.concatenate([points[0:9], points[16:8:-1]])
    canvas.fill(on(contour) + [0, 0.05], SHADE, blur=0.02, opacity=0.7, inside=canvas.mask(on(neck)))
    for side in (-1, 1):
        canvas.fill(on(ellipse(side * 1.02, 0.22, 0.12, 0.26, -0.85)), np.multiply(SKIN, 0.92))
    forehead = np.concatenate([arc(20, 10, 170, 0.98, 1.02, (0, 0.32)), np.full((20, 1), -0.4)], 1)
    face = np.concatenate([contour, forehead])
    canvas.fill(on(face), SKIN)
    skin = canvas.mask(on(face))
    canvas.fill(on(ellipse(0.95, -0.2, 0.42, 1.3)), SHADE, blur=0.07, opacity=0.42, inside=skin)
    canvas.fill(on(ellipse(0, -1.36, 0.6, 0.18)), SHADE, blur=0.04, opacity=0.35, inside=skin)
    for side in (-1, 1):
        canvas.fill(on(ellipse(side * 0.6, -0.2, 0.24, 0.18)), BLUSH, blur=0.05, opacity=0.4, inside=skin)
        canvas.fill(on(ellipse(side * 0.45, 0.42, 0.3, 0.17)), SHADE, blur=0.03, opacity=0.3, inside=skin)
    # Nose: a shaded flank, a light bridge, the wings
    canvas.fill(on([points[27], points[30] + [0.08, 0, 0], points[35], points[34], points[28] + [0.07, 0, 0]]), SHADE, blur=0.015, opacity=0.5)
    canvas.stroke(on(points[27:31]), (244, 208, 182), 0.03, blur=0.012, opacity=0.8)
    canvas.fill(on(ellipse(0, -0.15, 0.1, 0.08, 0.3)), (246, 212, 188), blur=0.015, opacity=0.6)
    canvas.stroke(on(points[31:36] - [0, 0.01, 0]), np.multiply(SHADE, 0.8), 0.022, blur=0.003)
    for k in (32, 34):
        canvas.fill(on(ellipse(points[k][0], points[k][1] + 0.02, 0.045, 0.022, points[k][2])), (96, 52, 44), blur=0.003)
    # Eyes
    for loop in (range(36, 44), range(44, 52)):
        eye = on(points[list(loop)])
        canvas.fill(eye, (246, 243, 238))
        white = canvas.mask(eye)
        center = points[list(loop)].mean(0)
        for radius, color in ((0.098, (54, 84, 70)), (0.085, (92, 134, 108)), (0.042, (16, 14, 14))):
            canvas.fill(on(ellipse(center[0], center[1] + 0.005, radius, radius, center[2])), color, inside=white)
        canvas.fill(on(ellipse(center[0] + 0.035, center[1] + 0.04, 0.018, 0.018, center[2])), (255, 255, 255), inside=white)
        upper = on(points[list(loop)[:5]])
        canvas.fill(np.concatenate([upper, upper[::-1] + [0, 0.02]]), (60, 50, 48), blur=0.01, opacity=0.35, inside=white)
        canvas.stroke(upper - [0, 0.004], (44, 28, 24), 0.024)
        canvas.stroke(upper - [0, 0.026], np.multiply(SHADE, 0.85), 0.012, blur=0.003, opacity=0.7)
    for brow in (points[17:22], points[22:27]):
        canvas.stroke(on(brow), np.multiply(HAIR, 1.15), 0.046, blur=0.003)
    # Mouth
    outer = [52, 54, 53, 62, 58, 59, 57, 65, 66, 71, 69, 68]
    inner = [55, 56, 63, 61, 60, 64, 70, 67]
    canvas.fill(on(points[outer]), LIP, blur=0.003)
    canvas.fill(on(points[[52, 54, 53, 62, 58, 59, 57, 60, 61, 63, 56, 55]]), np.multiply(LIP, 0.86), blur=0.002)
    canvas.fill(on(points[inner]), (92, 30, 34))
    canvas.stroke(on(points[[52, 56, 63, 61, 57]]), (104, 40, 40), 0.01, blur=0.002)
    canvas.fill(on(ellipse(0, -0.8, 0.14, 0.025, 0.1)), (226, 138, 130), blur=0.008, opacity=0.7)
    # Fringe
    fringe = np.array([[-1.14, 0.1], [-1.16, 0.8], [-0.85, 1.4], [-0.2, 1.68], [0.5, 1.6], [1.0, 1.2], [1.16, 0.6], [1.12, 0.05], [0.98, 0.55], [0.7, 0.95], [0.2, 1.12], [-0.3, 1.06], [-0.75, 0.8], [-0.98, 0.42]])
    canvas.fill(on(np.concatenate([fringe, np.full((len(fringe), 1), -0.3)], 1)), HAIR, blur=0.004)
    for start, end in (([-0.7, 1.4], [-0.98, 0.6]), ([-0.1, 1.58], [-0.62, 0.98]), ([0.4, 1.55], [0.3, 1.16]), ([0.85, 1.25], [0.9, 0.75])):
        middle = np.add(start, end) / 2 + [0.06, 0.06]
        canvas.stroke(on([[*start, -0.3], [*middle, -0.3], [*end, -0.3]]), (112, 78, 58), 0.02, blur=0.006, opacity=0.6)
    return canvas.rgb()


def main():
    source = head(smile=0.15)
    rotation, shift = (0.0, 0.0, 0.0), (0.0, 0.0)
    DEMO.mkdir(exist_ok=True)
    cv2.imwrite(str(DEMO / "source.png"), paint(source)[:, :, ::-1])
    write_face(project(source), head_pose(rotation, shift), DEMO / "source_landmark.txt", DEMO / "source_headpose.txt")
    for i in range(FRAMES):
        t = 2 * math.pi * i / FRAMES
        rotation = (0.12 * math.sin(2 * t), 0.42 * math.sin(t), 0.08 * math.sin(t + 1))
        shift = (0.05 * math.sin(t), 0.02 * math.sin(2 * t))
        jaw = max(math.sin(3 * t), 0) * 0.8
        blink = max(1 - abs((i - 11) / 2), 1 - abs((i - 27) / 2), 0)
        points = head(jaw, smile=0.5 - 0.5 * math.cos(t), blink=blink, brow=math.sin(2 * t))
        name = f"{i + 1:06d}.txt"
        write_face(project(points, rotation, shift), head_pose(rotation, shift), DEMO / "driving/landmark" / name, DEMO / "driving/headpose" / name)
    print(DEMO, FRAMES, "frames")


if __name__ == "__main__":
    main()
