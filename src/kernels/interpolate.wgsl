// Nearest resizing: dst[c, y, x] = src[c, rows[y], cols[x]]. One thread owns one block at one pixel.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> index: array<u32>; // rows (HEIGHT), then cols (WIDTH)
@group(0) @binding(2) var<storage, read_write> dst: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= HEIGHT * WIDTH * DST_BLOCKS) { return; }
  let pixel = i % (HEIGHT * WIDTH);
  let c4 = i / (HEIGHT * WIDTH);
  dst[i] = src[(c4 * SRC_HEIGHT + index[pixel / WIDTH]) * SRC_WIDTH + index[HEIGHT + pixel % WIDTH]];
}
