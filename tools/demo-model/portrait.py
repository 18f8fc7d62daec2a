"""A person with an expression in a pose -> picture, landmarks, head pose and the regions for the motion field."""
from dataclasses import dataclass

import cv2
import numpy as np

import face
import hair
import rig
import scene
from canvas import Canvas
from skull import on_surface, width_of


@dataclass
class Portrait:
    picture: np.ndarray  # (size, size, 3) uint8 RGB
    landmarks: np.ndarray  # (72, 2) float32 in [-1, 1], y down
    head_pose: np.ndarray  # (6,) float32
    pieces: list  # regions in painting order, each (n, 2) picture coordinates


# The skin's mesh: contour, brows, nose, eyes and outer lips of the rig and a row along the forehead.
SKIN_POINTS = [*range(52), *face.LIPS]
FOREHEAD = ((-0.96, 2.5), (-0.85, 4.6), (-0.5, 6.4), (0, 7.0), (0.5, 6.4), (0.85, 4.6), (0.96, 2.5))


def skin_mesh(points, width):
    """Corners (n, 3) of the skin's triangles."""
    x, y = np.transpose(FOREHEAD)
    return np.concatenate([points[SKIN_POINTS], on_surface(x, y, width)])


def _triangles():
    """Delaunay triangles of the neutral face seen from the front."""
    flat = skin_mesh(rig.POINTS, 1.0)[:, :2].astype(np.float32)
    division = cv2.Subdiv2D((-50, -50, 100, 100))
    order = {division.insert((float(x), float(y))): i for i, (x, y) in enumerate(flat)}
    triangles = []
    for corners in division.getTriangleList().reshape(-1, 3, 2):
        if np.abs(corners).max() < 40:
            vertices = [division.locate((float(x), float(y)))[2] for x, y in corners]
            triangles.append([order[v] for v in vertices])
    return np.array(triangles)


TRIANGLES = _triangles()


def paint(person, expression, pose, size, oversampling=2):
    points = rig.head(person.shape, expression)
    width = width_of(points)
    canvas = Canvas(scene.background(person, size * oversampling))
    hair.behind(canvas, person, width, pose)
    scene.body(canvas, person, pose)
    scene.neck(canvas, person, points, pose)
    hair.cap(canvas, person, width, pose)
    face.ears(canvas, person, width, pose)
    face.skin(canvas, person, points, hair.hairline(person, width), width, pose)
    for corners in pose.project(skin_mesh(points, width))[TRIANGLES]:
        canvas.remember(corners)
    for feature in (face.cheeks, face.beard, face.nose, face.mouth, face.eyes, face.brows):
        feature(canvas, person, points, pose)
    hair.over(canvas, person, width, pose)
    face.glasses(canvas, person, points, pose)
    landmarks = pose.project(points)
    head_pose = rig.head_pose(landmarks, pose).astype(np.float32)
    return Portrait(canvas.picture(size), landmarks.astype(np.float32), head_pose, canvas.pieces)
