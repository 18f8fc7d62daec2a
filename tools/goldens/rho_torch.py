"""Face2Face-rho in PyTorch, for golden answers. Widths and depths come from the state dicts, as in src/model."""
import math

import numpy as np
import torch
import torch.nn.functional as F

EPSILON = 1e-5
U32 = np.uint32


def synthetic(seed, shapes):
    """The seeded weights of src/weights/synthetic.ts: murmur3's finaliser over a counter, one stream a key."""
    state = {}
    for key, shape in shapes.items():
        stream = 0x811C9DC5
        for byte in f"{key}@{seed}".encode():
            stream = ((stream ^ byte) * 0x01000193) & 0xFFFFFFFF
        with np.errstate(over="ignore"):
            h = U32(stream) + np.arange(math.prod(shape), dtype=U32) * U32(0x9E3779B9)
            h = (h ^ (h >> U32(16))) * U32(0x85EBCA6B)
            h = (h ^ (h >> U32(13))) * U32(0xC2B2AE35)
            h ^= h >> U32(16)
        u = (h >> U32(8)) / 2.0**24
        if key.endswith("running_var"):
            value = 0.75 + 0.75 * u
        elif len(shape) == 4:
            fan_in = shape[0] if "embedding_module" in key else math.prod(shape[1:])
            value = (2 * u - 1) * math.sqrt(4.5 / fan_in)
        elif key.endswith(".weight"):
            value = 0.75 + 0.5 * u
        else:
            value = (2 * u - 1) * 0.25
        state[key] = torch.from_numpy(value.astype(np.float32).reshape(shape))
    return state


class Layers:
    """Layers that read their parameters by published key."""

    def __init__(self, state):
        self.state = state

    def get(self, key):
        return self.state.get(key)

    def conv(self, key, x, stride=1, padding=1, groups=1):
        return F.conv2d(x, self.state[f"{key}.weight"], self.get(f"{key}.bias"), stride, padding, groups=groups)

    def norm(self, key, x):
        mean, var = self.state[f"{key}.running_mean"], self.state[f"{key}.running_var"]
        return F.batch_norm(x, mean, var, self.get(f"{key}.weight"), self.get(f"{key}.bias"), False, 0.0, EPSILON)

    def has(self, key):
        return f"{key}.weight" in self.state


def nearest(x, height, width):
    return F.interpolate(x, size=(height, width), mode="nearest")


def double(x):
    return nearest(x, 2 * x.shape[2], 2 * x.shape[3])


# Motion network


def motion_layer(net, key, x):
    if net.has(f"{key}.conv1"):
        return x + net.conv(f"{key}.conv2", F.relu(net.norm(f"{key}.norm", net.conv(f"{key}.conv1", x))))
    if net.state[f"{key}.conv.weight"].shape[2] == 4:
        x = net.conv(f"{key}.conv", x, stride=2)
    else:
        x = net.conv(f"{key}.conv", double(x))
    return F.relu(net.norm(f"{key}.norm", x))


def motion_layers(net, prefix, first, x):
    i = first
    while any(net.has(f"{prefix}.{i}.{conv}") for conv in ("conv", "conv1")):
        x = motion_layer(net, f"{prefix}.{i}", x)
        i += 1
    return x


def motion(state, inputs):
    """Three nine-channel inputs, coarse to fine -> three motion fields (N, 2, h, w)."""
    net = Layers(state)
    x = F.relu(net.norm("f1_model.1", net.conv("f1_model.0", inputs[0])))
    x = motion_layers(net, "f1_model", 3, x)
    fields = [net.conv("f1_motion", x)]
    for scale in (1, 2):
        x = x + motion_layer(net, f"model{scale}_1.0", inputs[scale])
        x = motion_layers(net, f"model{scale}_2", 0, x)
        fields.append(net.conv(f"model{scale}_3", x) + double(fields[-1]))
    return fields


# Rendering network


def embed(net, key, pose):
    x = F.conv_transpose2d(pose[:, :, None, None], net.state[f"{key}.embedding_module1.0.weight"])
    x = F.relu(net.norm(f"{key}.embedding_module1.1", x))
    return F.conv_transpose2d(x, net.state[f"{key}.embedding_module2.0.weight"], stride=4)


def spade(net, key, x, embedding):
    active = F.relu(net.conv(f"{key}.mlp_shared.0", nearest(embedding, *x.shape[2:])))
    gamma, beta = net.conv(f"{key}.mlp_gamma", active), net.conv(f"{key}.mlp_beta", active)
    return F.relu(net.norm(f"{key}.param_free_norm", x) * (1 + gamma) + beta)


def inverted_residual(net, key, x, stride):
    y, i = x, 0
    if net.state[f"{key}.conv.0.weight"].shape[2] == 1:
        y = F.relu(net.norm(f"{key}.conv.1", net.conv(f"{key}.conv.0", y, padding=0)))
        i = 3
    y = F.relu(net.norm(f"{key}.conv.{i + 1}", net.conv(f"{key}.conv.{i}", y, stride, groups=y.shape[1])))
    y = net.conv(f"{key}.conv.{i + 3}", y, padding=0)
    if net.has(f"{key}.conv.{i + 4}"):
        y = net.norm(f"{key}.conv.{i + 4}", y)
    return x + y if y.shape == x.shape else y


def stage(net, key, x, stride=1, up=False):
    i = 0
    while net.has(f"{key}.0.{i}.conv.0"):
        x = inverted_residual(net, f"{key}.0.{i}", x, stride if i == 0 else 1)
        i += 1
    return double(x) if up else x


def encode(state, image, pose):
    """Image (N, 3, S, S), pose (N, 6) -> feature maps at S/4, S/8, S/16, S/16."""
    net = Layers(state)
    e = embed(net, "src_headpose_encoder", pose)
    x = F.relu(net.norm("en_conv_block.1", net.conv("en_conv_block.0", image)))
    x = stage(net, "en_down_block1.2", stage(net, "en_down_block1.1", stage(net, "en_down_block1.0", x), 2), 2)
    f1 = spade(net, "en_SPADE1", x, e)
    f2 = spade(net, "en_SPADE_2", stage(net, "en_down_block2.1", stage(net, "en_down_block2.0", f1, 2)), e)
    f3 = spade(net, "en_SPADE_3", stage(net, "en_down_block3.0", f2, 2), e)
    f4 = spade(net, "en_SPADE_4", stage(net, "en_res_block.0", f3), e)
    return [f1, f2, f3, f4]


def warp(feature, field):
    grid = nearest(field, *feature.shape[2:]).permute(0, 2, 3, 1)
    return F.grid_sample(feature, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def decode(state, features, field, pose):
    """Feature maps, motion field, driving pose -> image (N, 3, S, S) in [-1, 1]."""
    net = Layers(state)
    e = embed(net, "drv_headpose_encoder", pose)
    w1, w2, w3, w4 = (warp(feature, field) for feature in features)
    x = stage(net, "de_res_block.0", spade(net, "de_SPADE_1", w4, e))
    x = stage(net, "de_up_block1.0", spade(net, "de_SPADE_2", torch.cat([x, w3], 1), e), up=True)
    x = stage(net, "de_up_block2.0", spade(net, "de_SPADE_3", torch.cat([x, w2], 1), e))
    x = stage(net, "de_up_block2.1", x, up=True)
    x = stage(net, "de_up_block3.0", spade(net, "de_SPADE_4", torch.cat([x, w1], 1), e), up=True)
    x = stage(net, "de_up_block3.2", stage(net, "de_up_block3.1", x, up=True))
    return torch.tanh(net.conv("de_conv_block.0", x))


def reenact(states, image, source, driving):
    """`source` and `driving`: (maps coarse to fine, each (N, 3, n, n); pose (N, 6)). Returns every named tensor."""
    inputs = [
        torch.cat([s, d, nearest(image, *s.shape[2:])], 1) for s, d in zip(source[0], driving[0])
    ]
    fields = motion(states["motion"], inputs)
    features = encode(states["rendering"], image, source[1])
    result = {f"motion_{i}": field.permute(0, 2, 3, 1).contiguous() for i, field in enumerate(fields)}
    result.update({f"feature_{i}": feature for i, feature in enumerate(features)})
    result["image"] = decode(states["rendering"], features, fields[-1], driving[1])
    return result
