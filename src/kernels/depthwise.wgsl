// Depthwise convolution of any kernel, stride and padding, through index tables (taps.ts):
// dst[c, y, x] = act(bias[c] + sum weight[c, ky, kx] * src[c, rows[y, ky], cols[x, kx]]).
// One thread owns one block of four channels at four rows of one column. Bound by memory: there is nothing to reuse but
// the overlap of windows, which the cache serves.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // [block][ky][kx]
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> taps: array<i32>; // rows (HEIGHT x KERNEL_H), then cols (WIDTH x KERNEL_W)
@group(0) @binding(4) var<storage, read> residual: array<Out>;
@group(0) @binding(5) var<storage, read_write> dst: array<Out>;

const TILES = (HEIGHT + 3u) / 4u * WIDTH;

fn row_of(y: u32, ky: u32) -> i32 {
  return taps[min(y, HEIGHT - 1u) * KERNEL_H + ky];
}

fn src_at(c4: u32, row: i32, col: i32) -> vec4f {
  let value = wide(load(src[(c4 * SRC_HEIGHT + u32(max(row, 0))) * SRC_WIDTH + u32(max(col, 0))]));
  return select(vec4f(), value, row >= 0 && col >= 0);
}

fn finish(c4: u32, y: u32, x: u32, value: vec4f) {
  if (y < HEIGHT) { emit(c4, y * WIDTH + x, value + bias[c4]); }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= TILES * DST_BLOCKS) { return; }
  let x = i % WIDTH;
  let y = i % TILES / WIDTH * 4u;
  let c4 = i / TILES;
  var a = vec4f();
  var b = vec4f();
  var c = vec4f();
  var d = vec4f();
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let r = vec4i(row_of(y, ky), row_of(y + 1u, ky), row_of(y + 2u, ky), row_of(y + 3u, ky));
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let col = taps[HEIGHT * KERNEL_H + x * KERNEL_W + kx];
      let w = weight[(c4 * KERNEL_H + ky) * KERNEL_W + kx];
      a += w * src_at(c4, r.x, col);
      b += w * src_at(c4, r.y, col);
      c += w * src_at(c4, r.z, col);
      d += w * src_at(c4, r.w, col);
    }
  }
  finish(c4, y, x, a);
  finish(c4, y + 1u, x, b);
  finish(c4, y + 2u, x, c);
  finish(c4, y + 3u, x, d);
}
