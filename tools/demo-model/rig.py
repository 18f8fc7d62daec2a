"""The 72-point head: parameters -> landmarks and head pose. Data: src/drivers/rig.json; its other reader: src/drivers/rig.ts.

Head space is in centimetres: x right in the picture, y up, z toward the viewer, origin between the eyes.

    P = points + sum of identity[k] * mode k + sum of expression[k] * mode k       72 x 3
        identity weights lie in [-1, 1]; expressions in [0, 1], but smile and browRaise in [-1, 1]
        a mode is sparse: `points` are the numbers of the points it moves, `offsets` their x y z at weight 1
    Q = R (P - pivot) + pivot          R = rotation of the axis-angle vector `rotation` (Rodrigues)
    landmark = (scale * Q.x + shift.x, -scale * Q.y + shift.y)                     [-1, 1], y down
        scale: picture units a centimetre, 0.049 for a head that fills the usual crop

Head pose, the six values of the published files:

    rotation x, y, z;  x[0] + x[1] * a.x;  y[0] + y[1] * a.y;  scale * headPose.scale

where a is landmark number headPose.anchor (the tip of the nose) and x, y are pairs in headPose.
"""
import json
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

DATA = json.loads((Path(__file__).resolve().parents[2] / "src/drivers/rig.json").read_text())
POINTS = np.array(DATA["points"]).reshape(72, 3)
PIVOT = np.array(DATA["pivot"], float)
YAW = 1  # its place in a rotation and in a head pose


def _dense(mode):
    offsets = np.zeros((72, 3))
    offsets[mode["points"]] = np.reshape(mode["offsets"], (-1, 3))
    return offsets


IDENTITY = {name: _dense(mode) for name, mode in DATA["identity"].items()}
EXPRESSION = {name: _dense(mode) for name, mode in DATA["expression"].items()}


@dataclass
class Pose:
    """Where the head is: axis-angle rotation, shift in [-1, 1] picture units, picture units a centimetre."""

    rotation: np.ndarray = field(default_factory=lambda: np.zeros(3))
    shift: np.ndarray = field(default_factory=lambda: np.zeros(2))
    scale: float = 0.049

    def matrix(self):
        return cv2.Rodrigues(np.asarray(self.rotation, np.float64))[0]

    def turn(self, points):
        """Points of head space (..., 3) -> turned about the pivot, still in centimetres."""
        return (np.asarray(points) - PIVOT) @ self.matrix().T + PIVOT

    def project(self, points):
        """Points of head space (..., 3) -> picture coordinates (..., 2)."""
        return self.turn(points)[..., :2] * [self.scale, -self.scale] + self.shift


def head(identity, expression):
    """Weights by name -> the 72 points of head space."""
    p = POINTS.copy()
    for modes, weights in ((IDENTITY, identity), (EXPRESSION, expression)):
        for name, weight in weights.items():
            p += weight * modes[name]
    return p


def head_pose(landmarks, pose):
    """The six values of the published head pose files."""
    convention = DATA["headPose"]
    x, y = landmarks[convention["anchor"]]
    (x0, x1), (y0, y1) = convention["x"], convention["y"]
    return np.array([*pose.rotation, x0 + x1 * x, y0 + y1 * y, pose.scale * convention["scale"]])
