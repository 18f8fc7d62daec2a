// Transposed convolution without padding: dst[co, y, x] = act(bias[co] + sum weight[ci, co, ky, kx] * src[ci, rows[y, ky], cols[x, kx]])
// over the taps whose table entry is not -1 (taps.ts); at stride s that is one in s * s.
// One thread owns one output block at one pixel, since neighbours take different taps. Only the pose encoder's two small
// layers (1 x 1 -> 4 x 4 -> 16 x 16) come here: 0.5 M multiply-adds, so nothing is tiled.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> weight: array<StoredMat>; // [out block][ky][kx][in block]
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> taps: array<i32>; // rows (HEIGHT x KERNEL_H), then cols (WIDTH x KERNEL_W)
@group(0) @binding(4) var<storage, read> residual: array<Out>;
@group(0) @binding(5) var<storage, read_write> dst: array<Out>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= HEIGHT * WIDTH * DST_BLOCKS) { return; }
  let pixel = i % (HEIGHT * WIDTH);
  let c4 = i / (HEIGHT * WIDTH);
  var sum = bias[c4];
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let row = taps[pixel / WIDTH * KERNEL_H + ky];
    if (row < 0) { continue; }
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let col = taps[HEIGHT * KERNEL_H + pixel % WIDTH * KERNEL_W + kx];
      if (col < 0) { continue; }
      let w = ((c4 * KERNEL_H + ky) * KERNEL_W + kx) * SRC_BLOCKS;
      for (var k = 0u; k < SRC_BLOCKS; k++) {
        sum += wide(load_mat(weight[w + k]) * load(src[(k * SRC_HEIGHT + u32(row)) * SRC_WIDTH + u32(col)]));
      }
    }
  }
  emit(c4, pixel, sum);
}
