"""Where the parts of a face lie, which count each as much in training as schedule.json says."""
import cv2
import numpy as np
import torch

from face import BROWS, CONTOUR, EYES

HULLS = {"nose": (range(27, 36),), "mouth": (range(52, 72),), "brows": BROWS, "eyes": EYES}
PARTS = ("contour", *HULLS)  # later ones lie over earlier ones
# Of the picture's side:
CONTOUR_WIDTH = 7 / 256
DILATION = 5 / 256  # of the other parts' hulls


def part_labels(landmarks, size):
    """(N, 72, 2) -> (N, 1, size, size) uint8: numbers of PARTS from 1; 0 elsewhere."""
    side = max(1, int(DILATION * size))
    kernel = np.ones((side, side), np.uint8)
    labels = np.zeros((len(landmarks), 1, size, size), np.uint8)
    for face, (picture,) in zip(landmarks, labels):
        pixels = np.floor((face + 1) / 2 * size).astype(np.int32)
        cv2.polylines(picture, [pixels[CONTOUR]], False, 1, max(1, int(CONTOUR_WIDTH * size)))
        for number, hulls in enumerate(HULLS.values(), 2):
            mask = np.zeros_like(picture)
            for hull in hulls:
                cv2.fillConvexPoly(mask, cv2.convexHull(pixels[list(hull)]), 1)
            picture[cv2.dilate(mask, kernel) > 0] = number
    return torch.from_numpy(labels)
