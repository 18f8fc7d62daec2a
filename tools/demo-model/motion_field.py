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
COLOR = 0.2  # where a place is sought for what the source hides, a level of a color channel counts as much as so many cells
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


def motion_field(driving, source):
    """Two pictures, each as labels (n, n), matrices and colors (n, n, 3) uint8 -> (n, n, 2) float32, x y in [-1, 1], and
    (n, n) bool: which of these places stand in for what the source hides.

    The decoder sees nothing but sampled features. So what the source hides, of the person or of the background, is taken
    from where the source shows what looks like it: an ear behind the head from the cheek.
    """
    driving_labels, driving_matrices, driving_colors = driving
    source_labels, source_matrices, source_colors = source
    maps = region_maps(driving_matrices, source_matrices)[driving_labels]
    n = len(driving_labels)
    cells = np.arange(n, dtype=np.float32)
    x, y = np.meshgrid(cells, cells)
    u, v = ((2 * axis + 1) / n - 1 for axis in (x, y))
    field = maps[..., 0] * u[..., None] + maps[..., 1] * v[..., None] + maps[..., 2]

    person, shown = driving_labels > 0, source_labels > 0
    background = cv2.dilate(shown.astype(np.uint8), np.ones((3, 3))) == 0
    looks = np.dstack([((field + 1) * n - 1) / 2, COLOR * driving_colors])
    offers = np.dstack([x, y, COLOR * source_colors])
    hidden = person & ~shows(source_labels, looks[..., :2], driving_labels)
    covered = ~person & ~background
    for wanted, offered in ((hidden, shown), (covered, background)):
        if offered.any():
            field[wanted] = (2 * nearest(looks[wanted], offers[offered])[:, :2] + 1) / n - 1
    return np.clip(field, -EDGE, EDGE).astype(np.float32), hidden | covered


def region_maps(driving, source):
    """Matrices of both pictures -> (MAX_PIECES + 1, 2, 3) affine maps between them by label; that of the background is the identity."""
    a, t = driving[:, :, :2], driving[:, :, 2]
    determinant = a[:, 0, 0] * a[:, 1, 1] - a[:, 0, 1] * a[:, 1, 0]
    adjugate = np.stack([a[:, 1, 1], -a[:, 0, 1], -a[:, 1, 0], a[:, 0, 0]], 1).reshape(-1, 2, 2)
    # A lid that is nearly shut has next to no area; its inverse must not explode.
    inverse = adjugate / np.maximum(determinant, 0.02)[:, None, None]
    linear = source[:, :, :2] @ inverse
    shift = source[:, :, 2] - np.einsum("kij,kj->ki", linear, t)
    maps = np.concatenate([linear, shift[:, :, None]], 2)
    return np.concatenate([np.eye(2, 3, dtype=np.float32)[None], maps])


def shows(labels, places, wanted):
    """Whether a picture has the region `wanted` at places (n, n, 2), in cells, or at one of the eight cells about them."""
    n = len(labels)
    column, row = np.moveaxis(np.round(places).astype(int), -1, 0)
    steps = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return np.any([labels[(row + dy).clip(0, n - 1), (column + dx).clip(0, n - 1)] == wanted for dy, dx in steps], 0)


def nearest(looks, offers):
    """Vectors (N, k) -> (N, k), of the offered vectors (M, k) those nearest to them."""
    return offers[((offers**2).sum(1) - 2 * looks @ offers.T).argmin(1)]
