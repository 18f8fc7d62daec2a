// The store of a kernel that makes a map of one block.

@group(0) @binding(4) var<storage, read_write> dst: array<Stored>;

fn put(pixel: u32, value: vec4f) {
  dst[pixel] = store(value);
}
