"""The ellipsoids behind the face: outlines, surface points and shading."""
import cv2
import numpy as np

CENTER = np.array([0, 1.4, -8.0])
RADII = np.array([7.45, 10.4, 9.2])
# Shading uses a longer body that also covers the jaw.
SHADE_CENTER = np.array([0, -1.2, -8.5])
SHADE_RADII = np.array([8.6, 13.6, 9.0])
FACE_HALF_WIDTH = 7.3


def width_of(points):
    """How wide this head is against the neutral one."""
    return (points[9, 0] - points[0, 0]) / (2 * FACE_HALF_WIDTH)


def on_surface(x, y, width, inflate=1.0):
    """Points (n, 3) on the front of the skull; `x` in halves of the face's width, `y` in centimetres."""
    x, y = np.broadcast_arrays(np.asarray(x, float) * FACE_HALF_WIDTH * width, np.asarray(y, float))
    radii = RADII * [width, 1, 1]
    rest = 1 - (x / radii[0]) ** 2 - ((y - CENTER[1]) / radii[1]) ** 2
    z = CENTER[2] + radii[2] * np.sqrt(np.maximum(rest, 0.02))
    return CENTER + (np.stack([x, y, z], -1) - CENTER) * inflate


def ring(center, radius_x, radius_y, count=24):
    """An ellipse (count, 3) in a plane that faces the viewer in head space."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.asarray(center) + np.stack([radius_x * np.cos(t), radius_y * np.sin(t), 0 * t], 1)


def silhouette(pose, width, inflate=1.0, center=CENTER, radii=RADII, count=48):
    """Outline (count, 2), in picture coordinates, of the turned ellipsoid."""
    turned = pose.matrix() * (radii * [width, 1, 1] * inflate)
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    outline = np.linalg.cholesky((turned @ turned.T)[:2, :2]) @ [np.cos(t), np.sin(t)]
    return pose.project(center) + outline.T * [pose.scale, -pose.scale]


def light(pose, width, side, n):
    """(n, n) float32 brightness in [0, 1] of the turned head under a lamp above the viewer on `side`."""
    m = max(n // 4, 32)
    axis = (np.arange(m) + 0.5) / m * 2 - 1
    cx, cy = pose.project(SHADE_CENTER)
    x, y = np.meshgrid((axis - cx) / pose.scale, (cy - axis) / pose.scale)
    turned = pose.matrix() / (SHADE_RADII * [width, 1, 1])
    q = turned @ turned.T
    b = q[0, 2] * x + q[1, 2] * y
    c = q[0, 0] * x * x + 2 * q[0, 1] * x * y + q[1, 1] * y * y - 1
    z = (-b + np.sqrt(np.maximum(b * b - q[2, 2] * c, 0))) / q[2, 2]
    normal = np.tensordot(q, np.stack([x, y, z]), 1)
    lamp = np.array([0.5 * side, 0.5, 0.75])
    value = np.tensordot(lamp / np.linalg.norm(lamp), normal, 1) / (np.linalg.norm(normal, axis=0) + 1e-9)
    return cv2.resize(np.clip(value, 0, 1).astype(np.float32), (n, n), interpolation=cv2.INTER_LINEAR)
