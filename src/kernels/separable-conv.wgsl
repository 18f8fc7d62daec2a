// The end of the decoder without its two widest tensors: nearest x 2, depthwise 3 x 3 (relu), 1 x 1 projection, 3 x 3
// convolution, activation, and the store as a map or as bytes. Nothing stands between projection and convolution, so their
// weights are multiplied beforehand: dst[p] = act(bias + sum weight[k, c] * relu(shift[c] + sum taps[c, j] * src[c, .])).
// The projection's own bias counts only for taps inside the picture: the border takes the others' share off again.
// After nearest x 2 a depthwise window covers 2 x 2 pixels of src, with weights summed by the phase of its row and column.
// One thread owns four rows of two columns: 12 loads a block give the 6 x 4 depthwise values under its outputs, each made
// three times over all threads, which costs less than workgroup memory would (docs/experiments).

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> depthwise: array<vec4f>; // [block][odd or even row][odd or even column][2 x 2 taps], shift
@group(0) @binding(2) var<storage, read> weight: array<StoredMat>; // [block][kx][ky]
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // all together, then what tap [ky][kx] brings of it
// binding 4 is dst: put-map.wgsl or put-rgba8.wgsl

const COLUMNS = SRC_WIDTH; // pairs of output columns
const STRIPS = (SRC_HEIGHT + 1u) / 2u;
const HEIGHT = 2u * SRC_HEIGHT;
const WIDTH = 2u * SRC_WIDTH;

// Four rows of src from row y of column x, zero outside; coordinates may be -1 wrapped around.
fn strip(c4: u32, y: u32, x: u32) -> mat4x4f {
  return mat4x4f(src_at(c4, y, x), src_at(c4, y + 1u, x), src_at(c4, y + 2u, x), src_at(c4, y + 3u, x));
}

fn src_at(c4: u32, y: u32, x: u32) -> vec4f {
  let inside = y < SRC_HEIGHT && x < SRC_WIDTH;
  let at = select(0u, y * SRC_WIDTH + x, inside);
  return select(vec4f(), wide(load(src[c4 * (SRC_HEIGHT * SRC_WIDTH) + at])), inside);
}

// The 2 x 2 taps of one phase.
fn taps(w: u32) -> mat4x4f {
  return mat4x4f(depthwise[w], depthwise[w + 1u], depthwise[w + 2u], depthwise[w + 3u]);
}

// Six depthwise values of one column, from the row above the outputs to the row below them.
struct Column {
  upper: Mat,
  fifth: Vec,
  sixth: Vec,
}

fn window(t: mat4x4f, a: vec4f, b: vec4f, c: vec4f, d: vec4f, shift: vec4f, inside: bool) -> Vec {
  let sum = t[0] * a + t[1] * b + t[2] * c + t[3] * d + shift;
  return narrow(select(vec4f(), max(sum, vec4f()), inside));
}

// l and r are the columns of src that the windows cover; w is where the taps of the column's phase start.
fn column(l: mat4x4f, r: mat4x4f, w: u32, shift: vec4f, y: u32, inside: bool) -> Column {
  let odd = taps(w);
  let even = taps(w + 8u);
  let first = window(odd, l[0], r[0], l[1], r[1], shift, inside && y > 0u);
  let second = window(even, l[0], r[0], l[1], r[1], shift, inside);
  let third = window(odd, l[1], r[1], l[2], r[2], shift, inside);
  let fourth = window(even, l[1], r[1], l[2], r[2], shift, inside && y + 2u < HEIGHT);
  let fifth = window(odd, l[2], r[2], l[3], r[3], shift, inside && y + 2u < HEIGHT);
  let sixth = window(even, l[2], r[2], l[3], r[3], shift, inside && y + 4u < HEIGHT);
  return Column(Mat(first, second, third, fourth), fifth, sixth);
}

// What column h brings to the four outputs of the column for which it is tap w / 3 of the convolution.
fn convolve(h: Column, w: u32) -> mat4x4f {
  let u = h.upper;
  return wide_mat(load_mat(weight[w]) * u)
    + wide_mat(load_mat(weight[w + 1u]) * Mat(u[1], u[2], u[3], h.fifth))
    + wide_mat(load_mat(weight[w + 2u]) * Mat(u[2], u[3], h.fifth, h.sixth));
}

fn finish(y: u32, x: u32, value: vec4f) {
  if (y >= HEIGHT) { return; }
  var sum = value + bias[0];
  if (y == 0u || y == HEIGHT - 1u || x == 0u || x == WIDTH - 1u) {
    for (var k = 0u; k < 9u; k++) {
      if (y + k / 3u - 1u >= HEIGHT || x + k % 3u - 1u >= WIDTH) { sum -= bias[1u + k]; }
    }
  }
  put(y * WIDTH + x, activate(sum));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= COLUMNS * STRIPS) { return; }
  let column_of_src = i % COLUMNS;
  let x = column_of_src * 2u;
  let row_of_src = i / COLUMNS * 2u;
  let y = row_of_src * 2u;
  var a = mat4x4f();
  var b = mat4x4f();
  for (var k = 0u; k < SRC_BLOCKS; k++) {
    let left = strip(k, row_of_src - 1u, column_of_src - 1u);
    let middle = strip(k, row_of_src - 1u, column_of_src);
    let right = strip(k, row_of_src - 1u, column_of_src + 1u);
    let w = k * 17u;
    let shift = depthwise[w + 16u];
    let h0 = column(left, middle, w, shift, y, x > 0u);
    let h1 = column(left, middle, w + 4u, shift, y, true);
    let h2 = column(middle, right, w, shift, y, true);
    let h3 = column(middle, right, w + 4u, shift, y, x + 2u < WIDTH);
    let v = k * 9u;
    a += convolve(h0, v) + convolve(h1, v + 3u) + convolve(h2, v + 6u);
    b += convolve(h1, v) + convolve(h2, v + 3u) + convolve(h3, v + 6u);
  }
  for (var i = 0u; i < 8u; i++) {
    if (i == 4u) { a = b; }
    finish(y + i % 4u, x + i / 4u, column_of(a, i % 4u));
  }
}
