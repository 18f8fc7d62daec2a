// The store of a kernel that makes an image in [-1, 1], as bytes.

@group(0) @binding(4) var<storage, read_write> dst: array<u32>; // RGBA, R in the lowest byte

fn put(pixel: u32, value: vec4f) {
  dst[pixel] = rgba8(value.xyz);
}
