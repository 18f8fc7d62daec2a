"""Writes golden files: safetensors with what the tests need to know as JSON in the metadata."""
import json
import struct

import numpy as np

DTYPES = {"float32": "F32", "uint8": "U8", "int32": "I32"}


def save(path, tensors, about):
    """`tensors`: name -> numpy array or torch tensor; `about`: anything JSON can hold, under the key `about`."""
    header, blobs, offset = {"__metadata__": {"about": json.dumps(about)}}, [], 0
    for name, value in sorted(tensors.items()):
        array = np.ascontiguousarray(value)
        blob = array.tobytes()
        header[name] = {
            "dtype": DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    print(path, offset, "bytes")
