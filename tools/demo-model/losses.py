"""What training minimizes: the published losses, and some of our own. Pictures are (N, 3, S, S) in [-1, 1], fields (N, 2, h, w)."""
import torch
import torch.nn.functional as F
from torch import nn

# Cells that a place is widened to: so far off, a field is still drawn to what it should show.
SILHOUETTE_BLUR = 7
COLORS_BLUR = 3


def pyramid(picture, scales):
    for _ in scales:
        yield picture
        picture = F.avg_pool2d(picture, 2)


def mean(error, weight):
    """Mean of (N, C, h, w), with weights (N, 1, h, w)."""
    return (error * weight).sum() / (weight.sum() * error.shape[1])


def reconstruction(result, target, weight, scales):
    """L1 on scales that count as much as `scales` says, fine to coarse, pixels weighted."""
    levels = zip(scales, *(pyramid(x, scales) for x in (result, target, weight)))
    return sum(share * mean((a - b).abs(), w) for share, a, b, w in levels)


def gradients(result, target, weight, scales):
    """L1 of differences between neighbouring pixels on the same scales: edges, where no perceptual network is at hand."""
    loss = 0.0
    for share, a, b, w in zip(scales, *(pyramid(x, scales) for x in (result, target, weight))):
        for axis in (2, 3):
            pixels = w.shape[axis] - 1
            loss = loss + share * mean((a.diff(dim=axis) - b.diff(dim=axis)).abs(), w.narrow(axis, 0, pixels))
    return loss


def warp(fields, truth, weight):
    """L1 between each scale's field and the true one, pixels of the finest weighted by (N, 1, h, w)."""
    loss = 0.0
    for field in fields:
        size = field.shape[2:]
        target, share = (F.adaptive_avg_pool2d(x, size) for x in (truth, weight))
        loss = loss + mean((field - target).abs(), share)
    return loss / len(fields)


def sampling(field, truth, picture, blur, weight):
    """L1 between what a field and the true one sample of a picture (N, C, h, w), blurred over `blur` of its cells: next to
    an outline, it matters more what a place shows than how far it is from the true one."""
    picture = F.avg_pool2d(picture, blur, 1, blur // 2, count_include_pad=False)
    found, there = (F.grid_sample(picture, f.permute(0, 2, 3, 1).float(), align_corners=False) for f in (field, truth))
    return mean((found - there).abs(), weight)


def stillness(fields):
    """L1 between each field and the identity, which early training leans on."""
    loss = 0.0
    for field in fields:
        n, _, h, w = field.shape
        identity = F.affine_grid(torch.eye(2, 3).expand(n, 2, 3).to(field), (n, 2, h, w), align_corners=False)
        loss = loss + (field - identity.permute(0, 3, 1, 2)).abs().mean()
    return loss / len(fields)


class Perceptual(nn.Module):
    """L1 between VGG-19 features, from a file of torchvision's weights that the user has."""

    TAPS = (0, 5, 10, 19, 28)  # conv1_1, conv2_1, conv3_1, conv4_1, conv5_1
    POOLS = (4, 9, 18, 27)

    def __init__(self, path):
        super().__init__()
        state = torch.load(path, map_location="cpu")
        for i in sorted({int(key.split(".")[1]) for key in state if key.startswith("features.")}):
            self.register_buffer(f"weight{i}", state[f"features.{i}.weight"])
            self.register_buffer(f"bias{i}", state[f"features.{i}.bias"])

    def features(self, x):
        x = (x / 2 + 0.5 - x.new_tensor([0.485, 0.456, 0.406])[:, None, None]) / x.new_tensor([0.229, 0.224, 0.225])[:, None, None]
        for i in range(self.TAPS[-1] + 1):
            if i in self.POOLS:
                x = F.max_pool2d(x, 2)
            elif hasattr(self, f"weight{i}"):
                x = F.relu(F.conv2d(x, getattr(self, f"weight{i}"), getattr(self, f"bias{i}"), padding=1))
                if i in self.TAPS:
                    yield x

    def forward(self, result, target):
        return sum((a - b.detach()).abs().mean() for a, b in zip(self.features(result), self.features(target)))


class Discriminator(nn.Module):
    """Judges patches of a picture beside its landmark map. `forward` returns the features of every layer, verdict last."""

    def __init__(self, width=32):
        super().__init__()
        layers, inputs = [], 6
        for outputs in (width, 2 * width, 4 * width):
            layers.append(nn.Sequential(nn.Conv2d(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)))
            inputs = outputs
        self.layers = nn.ModuleList([*layers, nn.Conv2d(inputs, 1, 3, 1, 1)])

    def forward(self, picture, maps):
        x = torch.cat([picture, F.interpolate(maps, size=picture.shape[2:], mode="nearest")], 1)
        features = []
        for layer in self.layers:
            x = layer(x)
            features.append(x)
        return features

    def loss(self, real, fake):
        """Least squares: real patches are 1, made ones 0."""
        return ((real[-1] - 1) ** 2).mean() + (fake[-1] ** 2).mean()

    def adversarial(self, fake):
        return ((fake[-1] - 1) ** 2).mean()

    def matching(self, real, fake):
        """Feature matching: L1 between the features of real and made pictures."""
        return sum((a.detach() - b).abs().mean() for a, b in zip(real[:-1], fake[:-1])) / (len(real) - 1)
