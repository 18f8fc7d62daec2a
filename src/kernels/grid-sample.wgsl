// Warping: dst[c, y, x] = feature[c] sampled bilinearly at field[rows[y], cols[x]] (bilinear.wgsl). The index holds the
// nearest resizing of the field to the output. One thread owns one block at one pixel.

@group(0) @binding(0) var<storage, read> feature: array<Stored>;
@group(0) @binding(1) var<storage, read> field: array<vec4f>; // x, y, 0, 0
@group(0) @binding(2) var<storage, read> index: array<u32>; // rows (HEIGHT), then cols (WIDTH)
@group(0) @binding(3) var<storage, read_write> dst: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= HEIGHT * WIDTH * DST_BLOCKS) { return; }
  let pixel = i % (HEIGHT * WIDTH);
  let at = index[pixel / WIDTH] * FIELD_WIDTH + index[HEIGHT + pixel % WIDTH];
  dst[i] = store(grid_sample(i / (HEIGHT * WIDTH), at));
}
