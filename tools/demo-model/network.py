"""Face2Face-rho for training, at the published widths and under the published key names. Shapes are NCHW."""
import torch
import torch.nn.functional as F
from torch import nn

POSE_CHANNELS = 32
POSE_GRID = 16  # a pose embedding is so many cells wide
ENCODER = (16, 8, 12, 28, 64, 72, 140, 280)
DECODER = (16, 8, 14, 24, 64, 96, 140, 280)
EXPANSION = 6
MOTION_STRIDE = 4  # the motion field has a quarter of the motion network's size


def nearest(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="nearest")


def normed(conv, norm, x):
    """A convolution and its batch norm; one that is frozen is folded into the weights, for a fifth less time a step."""
    if norm.training:
        return norm(conv(x))
    scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
    bias = norm.bias + ((0 if conv.bias is None else conv.bias) - norm.running_mean) * scale
    return F.conv2d(x, conv.weight * scale[:, None, None, None], bias, conv.stride, conv.padding, groups=conv.groups)


class Layers(nn.Sequential):
    """Layers in a row, a batch norm together with the convolution before it."""

    def forward(self, x):
        layers = list(self)
        for layer, follower in zip(layers, [*layers[1:], None]):
            if isinstance(follower, nn.BatchNorm2d):
                x = normed(layer, follower, x)
            elif not isinstance(layer, nn.BatchNorm2d):
                x = layer(x)
        return x


# Motion network


class Down(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4, 2, 1)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(normed(self.conv, self.norm, x))


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, 1, 1)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(normed(self.conv, self.norm, F.interpolate(x, scale_factor=2, mode="nearest")))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, 1, 1)
        self.norm = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x):
        return x + self.conv2(F.relu(normed(self.conv1, self.norm, x)))


class FieldHead(nn.Conv2d):
    """The last convolution of a scale, always in float32: bfloat16 would round coordinates to half a pixel."""

    def __init__(self, inputs):
        super().__init__(inputs, 2, 3, 1, 1)

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())


def local_layers(width):
    """Widths 2, 4, 8, then back to 1 times `width`."""
    downs = [Down(2 * width, 4 * width), Down(4 * width, 8 * width)]
    ups = [Up(8 * width, 4 * width), Up(4 * width, 2 * width), Up(2 * width, width)]
    return nn.Sequential(*downs, *(Residual(8 * width) for _ in range(3)), *ups)


class MotionNet(nn.Module):
    """Nine-channel inputs at M/16, M/8, M/4 -> motion fields (N, 2, h, w) of the same sizes, coarse to fine."""

    def __init__(self):
        super().__init__()
        first = [nn.Conv2d(9, 64, 3, 1, 1), nn.BatchNorm2d(64), nn.ReLU()]
        self.f1_model = Layers(*first, Down(64, 128), Down(128, 256), Up(256, 128), Up(128, 64))
        self.f1_motion = FieldHead(64)
        self.model1_1 = nn.Sequential(Down(9, 64))
        self.model1_2 = local_layers(32)
        self.model1_3 = FieldHead(32)
        self.model2_1 = nn.Sequential(Down(9, 32))
        self.model2_2 = local_layers(16)
        self.model2_3 = FieldHead(16)

    def forward(self, inputs):
        double = lambda field: F.interpolate(field, scale_factor=2, mode="nearest")
        x = self.f1_model(inputs[0])
        low = self.f1_motion(x)
        x = self.model1_2(self.model1_1(inputs[1]) + x)
        middle = self.model1_3(x) + double(low)
        x = self.model2_2(self.model2_1(inputs[2]) + x)
        return [low, middle, self.model2_3(x) + double(middle)]


def motion_inputs(picture, source_maps, driving_maps):
    """Picture (N, 3, M, M) and landmark maps of both faces, coarse to fine -> the motion network's inputs."""
    return [torch.cat([s, d, nearest(picture, s)], 1) for s, d in zip(source_maps, driving_maps)]


# Rendering network


class PoseEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        first = nn.ConvTranspose2d(6, 2 * POSE_CHANNELS, 4, bias=False)
        self.embedding_module1 = nn.Sequential(first, nn.BatchNorm2d(2 * POSE_CHANNELS), nn.ReLU())
        self.embedding_module2 = nn.Sequential(nn.ConvTranspose2d(2 * POSE_CHANNELS, POSE_CHANNELS, 4, 4, bias=False))

    def forward(self, pose):
        return self.embedding_module2(self.embedding_module1(pose[:, :, None, None]))


class Spade(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.param_free_norm = nn.BatchNorm2d(channels, affine=False)
        self.mlp_shared = nn.Sequential(nn.Conv2d(POSE_CHANNELS, 2 * POSE_CHANNELS, 3, 1, 1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(2 * POSE_CHANNELS, channels, 3, 1, 1)
        self.mlp_beta = nn.Conv2d(2 * POSE_CHANNELS, channels, 3, 1, 1)

    def forward(self, x, embedding):
        active = self.mlp_shared(nearest(embedding, x))
        return F.relu(self.param_free_norm(x) * (1 + self.mlp_gamma(active)) + self.mlp_beta(active))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion, norm):
        super().__init__()
        hidden = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU()]
        layers += [nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU()]
        layers.append(nn.Conv2d(hidden, outputs, 1, bias=False))
        if norm or self.adds:
            layers.append(nn.BatchNorm2d(outputs))
        self.conv = Layers(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


def stage(inputs, outputs, count=1, stride=1, expansion=EXPANSION, norm=True, up=False):
    """Blocks of one width; the first changes it. Without `norm`, the last leaves it to the SPADE behind, unless it adds."""
    blocks = [InvertedResidual(inputs, outputs, stride, expansion, norm or count > 1)]
    blocks += [InvertedResidual(outputs, outputs, 1, expansion, norm) for _ in range(count - 1)]
    return nn.Sequential(nn.Sequential(*blocks), *([nn.Upsample(scale_factor=2)] if up else []))


class RenderingNet(nn.Module):
    """`encode` a source once, `decode` it for each driving face.

    `cells` are the rows and columns of the pose embedding that lie under the picture, where it is part of a larger one.
    """

    def __init__(self):
        super().__init__()
        e, d = ENCODER, DECODER
        self.src_headpose_encoder = PoseEncoder()
        self.drv_headpose_encoder = PoseEncoder()
        self.en_conv_block = Layers(nn.Conv2d(3, e[0], 3, 1, 1, bias=False), nn.BatchNorm2d(e[0]), nn.ReLU())
        self.en_down_block1 = nn.Sequential(
            stage(e[0], e[1], expansion=1), stage(e[1], e[2], 2, 2), stage(e[2], e[3], 2, 2, norm=False)
        )
        self.en_SPADE1 = Spade(e[3])
        self.en_down_block2 = nn.Sequential(stage(e[3], e[4], 2, 2), stage(e[4], e[5], 2, norm=False))
        self.en_SPADE_2 = Spade(e[5])
        self.en_down_block3 = nn.Sequential(stage(e[5], e[6], 2, 2, norm=False))
        self.en_SPADE_3 = Spade(e[6])
        self.en_res_block = nn.Sequential(stage(e[6], e[7], norm=False))
        self.en_SPADE_4 = Spade(e[7])
        self.de_SPADE_1 = Spade(d[7])
        self.de_res_block = nn.Sequential(stage(e[7], d[6], norm=False))
        self.de_SPADE_2 = Spade(d[6] + e[6])
        self.de_up_block1 = nn.Sequential(stage(d[6] + e[6], d[5], 2, up=True))
        self.de_SPADE_3 = Spade(d[5] + e[5])
        self.de_up_block2 = nn.Sequential(stage(d[5] + e[5], d[4], 2), stage(d[4], d[3], 2, up=True))
        self.de_SPADE_4 = Spade(d[3] + e[3])
        self.de_up_block3 = nn.Sequential(
            stage(d[3] + e[3], d[2], 2, up=True), stage(d[2], d[1], 2, up=True), stage(d[1], d[0], expansion=1)
        )
        self.de_conv_block = nn.Sequential(nn.Conv2d(d[0], 3, 3, 1, 1, bias=False))

    def encode(self, picture, pose, cells=...):
        """Picture (N, 3, S, S) in [-1, 1], pose (N, 6) -> features at S/4, S/8, S/16, S/16."""
        e = self.src_headpose_encoder(pose)[cells]
        f1 = self.en_SPADE1(self.en_down_block1(self.en_conv_block(picture)), e)
        f2 = self.en_SPADE_2(self.en_down_block2(f1), e)
        f3 = self.en_SPADE_3(self.en_down_block3(f2), e)
        return [f1, f2, f3, self.en_SPADE_4(self.en_res_block(f3), e)]

    def decode(self, features, field, pose, cells=...):
        """Features, motion field (N, 2, h, w), driving pose (N, 6) -> picture (N, 3, S, S) in [-1, 1]."""
        e = self.drv_headpose_encoder(pose)[cells]
        w1, w2, w3, w4 = (warp(feature, field) for feature in features)
        x = self.de_res_block(self.de_SPADE_1(w4, e))
        x = self.de_up_block1(self.de_SPADE_2(torch.cat([x, w3], 1), e))
        x = self.de_up_block2(self.de_SPADE_3(torch.cat([x, w2], 1), e))
        x = self.de_up_block3(self.de_SPADE_4(torch.cat([x, w1], 1), e))
        return torch.tanh(self.de_conv_block(x).float())


def warp(x, field):
    """Bilinear sampling at the field's coordinates; zero outside; the field nearest-resized to `x`."""
    grid = nearest(field, x).permute(0, 2, 3, 1).to(x.dtype)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def published_keys(state):
    """A state dict without the counters that only PyTorch's training looks at."""
    return {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
