"""A supersampled picture that remembers which regions were painted, in order, for the motion field."""
import cv2
import numpy as np

SUBPIXEL = 4  # fractional bits of OpenCV's polygon corners


def smooth(points, closed=True, steps=4):
    """Catmull-Rom curve through `points` (n, d) -> (n * steps, d), or without the last span when open."""
    p = np.asarray(points, float)
    if closed:
        a, b, c, d = np.roll(p, 1, 0), p, np.roll(p, -1, 0), np.roll(p, -2, 0)
    else:
        ends = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
        a, b, c, d = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (q[:, None] for q in (a, b, c, d))
    curve = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    curve = curve.reshape(-1, p.shape[1])
    return curve if closed else np.concatenate([curve, p[-1:]])


def tapered(points, width, taper=0.5):
    """A line along `points` (n, 2) as a polygon, `width` in the middle, thinner at the ends by `taper` in [0, 1]."""
    p = smooth(points, closed=False, steps=6)
    along = np.gradient(p, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
    half = width / 2 * (1 - taper + taper * np.sin(np.linspace(0.1, np.pi - 0.1, len(p))))[:, None]
    return np.concatenate([p + normal * half, (p - normal * half)[::-1]])


class Canvas:
    """Paints regions given in picture coordinates, [-1, 1] with y down."""

    def __init__(self, background):
        """`background`: (n, n, 3) uint8 RGB."""
        self.pixels = background
        self.n = background.shape[0]
        self.pieces = []

    def corners(self, points):
        return np.round((np.asarray(points) + 1) / 2 * self.n * 2**SUBPIXEL - 2 ** (SUBPIXEL - 1)).astype(np.int32)

    def remember(self, points):
        """Notes a region that moves as one. Every picture of one person must note the same regions in the same order."""
        self.pieces.append(np.asarray(points, np.float32))

    def fill(self, points, color, moves=True):
        cv2.fillPoly(self.pixels, [self.corners(points)], [float(c) for c in color], cv2.LINE_AA, SUBPIXEL)
        if moves:
            self.remember(points)

    def stroke(self, points, color, width, taper=0.5, moves=False):
        self.fill(tapered(points, width, taper), color, moves)

    def mask(self, *regions):
        """(n, n) uint8 coverage of the union of regions."""
        mask = np.zeros((self.n, self.n), np.uint8)
        for region in regions:
            cv2.fillPoly(mask, [self.corners(region)], 255, cv2.LINE_AA, SUBPIXEL)
        return mask

    def soft(self, points, color, blur, opacity=1.0, clip=None):
        """A region with edges blurred by `blur` (picture units), inside the mask `clip`. It does not count as a piece."""
        sigma = blur * self.n / 2
        corners = (np.asarray(points) + 1) / 2 * self.n
        margin = 3 * sigma + 2
        x0, y0 = np.clip(np.floor(corners.min(0) - margin), 0, self.n).astype(int)
        x1, y1 = np.clip(np.ceil(corners.max(0) + margin), 0, self.n).astype(int)
        if x1 <= x0 or y1 <= y0:
            return
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        shifted = np.round((corners - [x0, y0]) * 2**SUBPIXEL - 2 ** (SUBPIXEL - 1)).astype(np.int32)
        cv2.fillPoly(mask, [shifted], 255, cv2.LINE_AA, SUBPIXEL)
        if sigma > 0.3:
            mask = blurred(mask, sigma)
        self.blend(color, mask, opacity, clip, (slice(y0, y1), slice(x0, x1)))

    def blend(self, color, mask, opacity=1.0, clip=None, window=(slice(None), slice(None))):
        """Lays a color, or colors, over a window of the picture as far as `mask`, of the window, and `clip`, of all, cover it."""
        alpha = mask.astype(np.float32) * np.float32(opacity / 255)
        if clip is not None:
            alpha *= clip[window].astype(np.float32) * np.float32(1 / 255)
        under = self.pixels[window].astype(np.float32)
        over = np.asarray(color, np.float32)
        self.pixels[window] = np.clip(under + (over - under) * alpha[..., None] + np.float32(0.5), 0, 255).astype(np.uint8)

    def picture(self, size):
        """(size, size, 3) uint8 RGB."""
        return cv2.resize(self.pixels, (size, size), interpolation=cv2.INTER_AREA)


def blurred(mask, sigma):
    """Gaussian blur; a wide one on a smaller picture."""
    factor = int(max(1, min(sigma / 2, min(mask.shape) / 4)))
    if factor == 1:
        return cv2.GaussianBlur(mask, (0, 0), sigma)
    small = cv2.resize(mask, (-(-mask.shape[1] // factor), -(-mask.shape[0] // factor)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_CONSTANT)
    return cv2.resize(small, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
