"""The true motion between two pictures of one person: where in the source each place of the driving picture lies.

Every region that a portrait notes moves by an affine map. A region's own frame are its corners in the person's reference
picture (neutral, from the front), so a map from driving to source is one matrix times the inverse of another.
"""
import cv2
import numpy as np

import rig
from portrait import paint

MAX_PIECES = 255
OVERSAMPLING = 4
EDGE = 0.99  # what lies beyond the picture is taken from its margin


class PieceFrames:
    """Least-squares affine maps from a person's reference picture."""

    def __init__(self, person):
        reference = paint(person, {}, rig.Pose(shift=np.array([0, -0.08])), 32).pieces
        assert len(reference) <= MAX_PIECES
        self.inverses = [np.linalg.pinv(np.c_[piece, np.ones(len(piece))]) for piece in reference]

    def matrices(self, pieces):
        """Regions of a portrait -> (MAX_PIECES, 2, 3) float32; rows past the regions are zero."""
        assert len(pieces) == len(self.inverses), "portraits of one person note the same regions"
        maps = np.zeros((MAX_PIECES, 2, 3), np.float32)
        for i, (inverse, piece) in enumerate(zip(self.inverses, pieces)):
            maps[i] = (inverse @ piece).T
        return maps


def label_map(pieces, matrices, n):
    """(n, n) uint8: number of the uppermost region at each pixel's center, from 1; 0 is background.

    Regions that the pose has turned away, triangles of the far cheek, are left out.
    """
    m = n * OVERSAMPLING
    labels = np.zeros((m, m), np.uint8)
    front = np.linalg.det(matrices[:, :, :2]) > 0
    for i, piece in enumerate(pieces):
        if front[i]:
            cv2.fillPoly(labels, [np.round((piece + 1) / 2 * m * 16 - 8).astype(np.int32)], i + 1, 8, 4)
    middle = OVERSAMPLING // 2
    return labels[middle::OVERSAMPLING, middle::OVERSAMPLING].copy()


def motion_field(driving_labels, driving, source_labels, source):
    """Labels (n, n) and matrices of both pictures -> (n, n, 2) float32, x y in [-1, 1]."""
    n = driving_labels.shape[0]
    axis = (np.arange(n, dtype=np.float32) + 0.5) / n * 2 - 1
    x, y = np.meshgrid(axis, axis)
    a, t = driving[:, :, :2], driving[:, :, 2]
    determinant = a[:, 0, 0] * a[:, 1, 1] - a[:, 0, 1] * a[:, 1, 0]
    adjugate = np.stack([a[:, 1, 1], -a[:, 0, 1], -a[:, 1, 0], a[:, 0, 0]], 1).reshape(-1, 2, 2)
    # A lid that is nearly shut has next to no area; its inverse must not explode.
    inverse = adjugate / np.maximum(determinant, 0.02)[:, None, None]
    linear = source[:, :, :2] @ inverse
    shift = source[:, :, 2] - np.einsum("kij,kj->ki", linear, t)
    maps = np.concatenate([linear, shift[:, :, None]], 2)
    maps = np.concatenate([np.eye(2, 3, dtype=np.float32)[None], maps])[driving_labels]
    field = maps[..., 0] * x[..., None] + maps[..., 1] * y[..., None] + maps[..., 2]
    uncovered = driving_labels == 0
    field[uncovered] = axis[nearest_background(source_labels)[uncovered]]
    return np.clip(field, -EDGE, EDGE).astype(np.float32)


def nearest_background(labels):
    """(n, n, 2) pixels x y: each itself, or where the person is, the nearest that shows background.

    The decoder sees nothing but sampled features, so background that the head uncovers must be sampled beside it.
    """
    person = cv2.dilate((labels > 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    if person.all():
        person = np.zeros_like(person)
    _, zones = cv2.distanceTransformWithLabels(person, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    rows, columns = np.nonzero(person == 0)
    places = np.zeros((zones.max() + 1, 2), np.int64)
    places[zones[rows, columns]] = np.stack([columns, rows], 1)
    return places[zones]
