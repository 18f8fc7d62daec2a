"""Converted models, read back for training and measuring."""
import json
import struct
from pathlib import Path

import numpy as np
import torch

DTYPES = {"F16": np.float16, "F32": np.float32}


def read_model(path):
    """A .safetensors that `convert` wrote -> float32 state dicts by network name, and its metadata."""
    blob = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8 : 8 + length])
    metadata = header.pop("__metadata__")
    states = {"motion": {}, "rendering": {}}
    for key, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        value = np.frombuffer(blob[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        network, name = key.split(".", 1)
        states[network][name] = torch.from_numpy(value.astype(np.float32))
    return states, metadata
