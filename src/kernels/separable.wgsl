// Depthwise 3 x 3 (stride 1, padding 1, relu) inside the load of a 1 x 1 projection, the second half of an inverted residual:
// dst[co, p] = bias[co] + sum_c project[co, c] * relu(shift[c] + sum_k taps[c, k] * src[c, window k of p]) + residual[co, p].
// src is read through nearest resizing (rows, cols). One thread owns eight rows of one column and BLOCKS output blocks;
// it slides down the column, so ten loads serve the eight outputs of one tap column. The depthwise work is repeated for
// every further group of output blocks, which pays while there are few of them.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> depthwise: array<vec4f>; // [hidden block][nine taps, shift]
@group(0) @binding(2) var<storage, read> project: array<StoredMat>; // [hidden block][out block]
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> index: array<u32>; // rows (HEIGHT), then cols (WIDTH)
@group(0) @binding(5) var<storage, read> residual: array<Out>;
@group(0) @binding(6) var<storage, read_write> dst: array<Out>;

const TILES = (HEIGHT + 7u) / 8u * WIDTH;
const GROUPS = (DST_BLOCKS + BLOCKS - 1u) / BLOCKS;
const OUTSIDE = 0xffffffffu;

fn row_of(y: u32) -> u32 { // y may be -1 wrapped around
  return select(OUTSIDE, index[min(y, HEIGHT - 1u)] * SRC_WIDTH, y < HEIGHT);
}

fn src_at(c4: u32, row: u32, col: u32) -> vec4f {
  let inside = row != OUTSIDE && col != OUTSIDE;
  let at = select(0u, row + col, inside);
  return select(vec4f(), wide(load(src[c4 * SRC_PIXELS + at])), inside);
}

fn finish(c4: u32, y: u32, x: u32, value: vec4f) {
  if (c4 < DST_BLOCKS && y < HEIGHT) { emit(c4, y * WIDTH + x, value + bias[c4]); }
}

fn relu_mat(m: mat4x4f, shift: vec4f) -> Mat {
  return Mat(narrow(max(m[0] + shift, vec4f())), narrow(max(m[1] + shift, vec4f())), narrow(max(m[2] + shift, vec4f())), narrow(max(m[3] + shift, vec4f())));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= TILES * GROUPS) { return; }
  let x = i % WIDTH;
  let y = i % TILES / WIDTH * 8u;
  let c4 = i / TILES * BLOCKS;
  let r0 = row_of(y - 1u);
  let r1 = row_of(y);
  let r2 = row_of(y + 1u);
  let r3 = row_of(y + 2u);
  let r4 = row_of(y + 3u);
  let r5 = row_of(y + 4u);
  let r6 = row_of(y + 5u);
  let r7 = row_of(y + 6u);
  let r8 = row_of(y + 7u);
  let r9 = row_of(y + 8u);
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var b0 = mat4x4f();
  var b1 = mat4x4f();
  var c0 = mat4x4f();
  var c1 = mat4x4f();
  var d0 = mat4x4f();
  var d1 = mat4x4f();
  for (var h = 0u; h < SRC_BLOCKS; h++) {
    var h0 = mat4x4f();
    var h1 = mat4x4f();
    for (var kx = 0u; kx < 3u; kx++) {
      let virtual_col = x + kx - 1u;
      let col = select(OUTSIDE, index[HEIGHT + min(virtual_col, WIDTH - 1u)], virtual_col < WIDTH);
      let t0 = depthwise[h * 10u + kx];
      let t1 = depthwise[h * 10u + 3u + kx];
      let t2 = depthwise[h * 10u + 6u + kx];
      let v0 = src_at(h, r0, col);
      let v1 = src_at(h, r1, col);
      let v2 = src_at(h, r2, col);
      let v3 = src_at(h, r3, col);
      let v4 = src_at(h, r4, col);
      let v5 = src_at(h, r5, col);
      let v6 = src_at(h, r6, col);
      let v7 = src_at(h, r7, col);
      let v8 = src_at(h, r8, col);
      let v9 = src_at(h, r9, col);
      h0 += mat4x4f(t0 * v0 + t1 * v1 + t2 * v2, t0 * v1 + t1 * v2 + t2 * v3, t0 * v2 + t1 * v3 + t2 * v4, t0 * v3 + t1 * v4 + t2 * v5);
      h1 += mat4x4f(t0 * v4 + t1 * v5 + t2 * v6, t0 * v5 + t1 * v6 + t2 * v7, t0 * v6 + t1 * v7 + t2 * v8, t0 * v7 + t1 * v8 + t2 * v9);
    }
    let shift = depthwise[h * 10u + 9u];
    let x0 = relu_mat(h0, shift);
    let x1 = relu_mat(h1, shift);
    let w = h * GROUPS * BLOCKS + c4;
    let wa = load_mat(project[w]);
    a0 += wide_mat(wa * x0);
    a1 += wide_mat(wa * x1);
    if (BLOCKS > 1u) {
      let wb = load_mat(project[w + 1u]);
      b0 += wide_mat(wb * x0);
      b1 += wide_mat(wb * x1);
    }
    if (BLOCKS > 2u) {
      let wc = load_mat(project[w + 2u]);
      c0 += wide_mat(wc * x0);
      c1 += wide_mat(wc * x1);
    }
    if (BLOCKS > 3u) {
      let wd = load_mat(project[w + 3u]);
      d0 += wide_mat(wd * x0);
      d1 += wide_mat(wd * x1);
    }
  }
  for (var j = 0u; j < BLOCKS; j++) {
    for (var i = 0u; i < 8u; i++) {
      if (i == 4u) { a0 = a1; }
      finish(c4 + j, y + i, x, column_of(a0, i % 4u));
    }
    a0 = b0;
    a1 = b1;
    b0 = c0;
    b1 = c1;
    c0 = d0;
    c1 = d1;
  }
}
