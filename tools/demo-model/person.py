"""Random people, expressions and poses."""
from dataclasses import dataclass, replace

import numpy as np

import rig

SKINS = ((248, 214, 190), (242, 198, 164), (232, 182, 142), (206, 150, 110), (166, 112, 78), (122, 80, 56), (92, 60, 44))
HAIRS = ((34, 26, 26), (58, 38, 28), (98, 62, 38), (150, 98, 52), (206, 160, 96), (232, 206, 148), (168, 70, 40), (150, 150, 156), (214, 214, 218))
IRISES = ((74, 50, 34), (104, 70, 40), (76, 112, 70), (70, 112, 150), (96, 120, 134))
CLOTHES = ((196, 72, 60), (52, 92, 150), (44, 60, 72), (232, 228, 220), (92, 136, 108), (226, 174, 72), (122, 80, 140), (70, 150, 160), (216, 128, 140))
BACKGROUNDS = ((196, 214, 222), (222, 208, 190), (96, 124, 150), (150, 176, 150), (206, 176, 176), (90, 96, 110), (232, 226, 214), (176, 160, 196), (60, 110, 116), (214, 150, 110))
HAIR_STYLES = ("short", "parted", "bob", "long", "bun", "curly", "bald")


@dataclass
class Person:
    """One identity: shape weights for the rig, and what it looks like. Colors are RGB, 0 to 255."""

    shape: dict
    skin: np.ndarray
    hair: np.ndarray
    lips: np.ndarray
    iris: np.ndarray
    clothes: np.ndarray
    background: np.ndarray  # two colors
    background_kind: str
    background_seed: int
    hair_style: str
    hairline: float  # how high it lies, -1 to 1
    parting: int  # side of the parting, -1 or 1
    brow_width: float  # centimetres
    neckline: str
    beard: str
    glasses: str
    light: int  # side the light comes from, -1 or 1


def _jitter(rng, palette, amount=0.08):
    color = np.array(palette[rng.integers(len(palette))], float)
    return np.clip(color * rng.uniform(1 - amount, 1 + amount) * rng.uniform(0.97, 1.03, 3), 0, 255)


def random_person(rng):
    skin = _jitter(rng, SKINS)
    skin *= min(1, 246 / skin.max())
    hair = _jitter(rng, HAIRS, 0.15)
    masculine = rng.random() < 0.5
    styles = ("short", "parted", "curly", "bald", "long") if masculine else ("bob", "long", "bun", "parted", "curly")
    weights = (0.35, 0.25, 0.15, 0.15, 0.1) if masculine else (0.28, 0.3, 0.2, 0.1, 0.12)
    lip_tint = np.array([176, 74, 80] if masculine else [198, 62, 82])
    return Person(
        shape={name: float(np.clip(rng.normal(0, 0.5), -1, 1)) for name in rig.IDENTITY},
        skin=skin,
        hair=hair,
        lips=skin * 0.5 + lip_tint * (0.42 if masculine else 0.5) * rng.uniform(0.85, 1.05),
        iris=_jitter(rng, IRISES, 0.15),
        clothes=_jitter(rng, CLOTHES),
        background=np.stack([_jitter(rng, BACKGROUNDS), _jitter(rng, BACKGROUNDS)]),
        background_kind=str(rng.choice(["plain", "vertical", "glow", "window", "discs"])),
        background_seed=int(rng.integers(1 << 30)),
        hair_style=str(rng.choice(styles, p=weights)),
        hairline=float(rng.uniform(-1, 1)),
        parting=int(rng.choice([-1, 1])),
        brow_width=float(rng.uniform(0.55, 0.8) if masculine else rng.uniform(0.38, 0.6)),
        neckline=str(rng.choice(["round", "v", "collar"])),
        beard=str(rng.choice(["none", "full", "stubble", "moustache"], p=[0.5, 0.22, 0.18, 0.1])) if masculine else "none",
        glasses=str(rng.choice(["none", "round", "square"], p=[0.76, 0.14, 0.1])),
        light=int(rng.choice([-1, 1])),
    )


def random_expression(rng):
    talking, smiling = rng.random() < 0.5, rng.random() < 0.5
    blink = float(np.clip(rng.normal(0.85, 0.2), 0, 1)) if rng.random() < 0.2 else float(rng.uniform(0, 0.25))
    wink = rng.random() < 0.06
    return {
        "jawOpen": float(rng.beta(1.2, 1.6)) if talking else 0.0,
        "smile": float(rng.uniform(0.1, 1)) if smiling else float(rng.uniform(-0.6, 0.2)),
        "pucker": float(rng.uniform(0.2, 1)) if rng.random() < 0.2 and not smiling else 0.0,
        "browRaise": float(np.clip(rng.normal(0, 0.5), -1, 1)),
        "browFrown": float(rng.uniform(0.2, 1)) if rng.random() < 0.25 else 0.0,
        "blinkLeft": blink,
        "blinkRight": 0.0 if wink else blink,
    }


def with_glasses(rng, person):
    return replace(person, glasses=str(rng.choice(["round", "square"])))


def with_long_hair(rng, person):
    return replace(person, hair_style=str(rng.choice(["long", "bob"], p=[0.7, 0.3])))


def random_pose(rng):
    limit = np.radians([18, 35, 14])
    return rig.Pose(
        rotation=np.clip(rng.normal(0, 1, 3) * np.radians([7, 17, 6]), -limit, limit),
        shift=np.clip(rng.normal(0, 1, 2) * [0.06, 0.05] + [0, -0.08], [-0.15, -0.22], [0.15, 0.06]),
        scale=float(rng.uniform(0.043, 0.052)),
    )


def turned_pose(rng):
    """One that looks 25 to 35 degrees aside."""
    pose = random_pose(rng)
    pose.rotation[rig.YAW] = rng.choice([-1, 1]) * np.radians(rng.uniform(25, 35))
    return pose
