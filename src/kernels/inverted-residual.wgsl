// A whole inverted residual without writing its hidden tensor: 1 x 1 expansion, relu, nearest x UP, depthwise 3 x 3
// (STRIDE, padding 1), relu, 1 x 1 projection, residual. At 1440 x 1440 the hidden tensor alone would be 398 MB.
// One workgroup owns a tile of TILE_W x TILE_H outputs and walks over the hidden channels, CHUNK blocks at a time: it expands
// the tile with its border into workgroup memory, then every thread slides the depthwise window over four rows of one
// column and adds what it finds to up to eight output blocks; where there are more, further threads of the workgroup own them.
// The border is expanded more than once: 1.27 times the work for 16 x 16 at stride 1. CHUNK is what 16 KiB hold: more of
// it means fewer barriers and more use of each source pixel that is loaded.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> expand: array<StoredMat>; // [hidden block][in block]
@group(0) @binding(2) var<storage, read> depthwise: array<vec4f>; // [hidden block][expansion bias, nine taps, shift]
@group(0) @binding(3) var<storage, read> project: array<StoredMat>; // [hidden block][out block]
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<Stored>;
@group(0) @binding(6) var<storage, read_write> dst: array<Stored>;

const IN_W = ((TILE_W - 1u) * STRIDE + 2u + UP) / UP + UP - 1u;
const IN_H = ((TILE_H - 1u) * STRIDE + 2u + UP) / UP + UP - 1u;
const IN_PIXELS = IN_W * IN_H;
const STEP = (IN_PIXELS + 3u) / 4u;
const TILES_X = (WIDTH + TILE_W - 1u) / TILE_W;
const PIXEL_THREADS = TILE_W * TILE_H / 4u;
const SRC_PIXELS = SRC_HEIGHT * SRC_WIDTH;
const OUTSIDE = 0xffffffffu;

var<workgroup> hidden: array<Vec, CHUNK * STEP * 4u>;

// Where pixel q of the bordered tile lies in a plane of src, OUTSIDE for padding; origin is the tile's corner in src.
fn offset_of(q: u32, origin: vec2u) -> u32 {
  let at = origin + vec2u(q % IN_W, q / IN_W) - 1u; // a wrapped coordinate is padding as well
  return select(OUTSIDE, at.y * SRC_WIDTH + at.x, at.x < SRC_WIDTH && at.y < SRC_HEIGHT);
}

fn src_at(k: u32, offset: u32) -> Vec {
  return load(src[k * SRC_PIXELS + min(offset, SRC_PIXELS - 1u)]);
}

fn keep(slot: u32, offset: u32, value: vec4f) {
  hidden[slot] = narrow(select(vec4f(), max(value, vec4f()), offset != OUTSIDE));
}

// Hidden blocks h to h + CHUNK - 1 of four pixels.
fn expand_four(h: u32, q: u32, origin: vec2u) {
  let p0 = offset_of(q, origin);
  let p1 = offset_of(q + STEP, origin);
  let p2 = offset_of(q + 2u * STEP, origin);
  let p3 = offset_of(q + 3u * STEP, origin);
  var a = mat4x4f();
  var b = mat4x4f();
  var c = mat4x4f();
  for (var k = 0u; k < SRC_BLOCKS; k++) {
    let x = Mat(src_at(k, p0), src_at(k, p1), src_at(k, p2), src_at(k, p3));
    a += wide_mat(load_mat(expand[h * SRC_BLOCKS + k]) * x);
    if (CHUNK > 1u) { b += wide_mat(load_mat(expand[(h + 1u) * SRC_BLOCKS + k]) * x); }
    if (CHUNK > 2u) { c += wide_mat(load_mat(expand[(h + 2u) * SRC_BLOCKS + k]) * x); }
  }
  for (var i = 0u; i < CHUNK; i++) {
    let shift = depthwise[(h + i) * 11u];
    let slot = i * STEP * 4u + q;
    keep(slot, p0, a[0] + shift);
    keep(slot + STEP, p1, a[1] + shift);
    keep(slot + 2u * STEP, p2, a[2] + shift);
    keep(slot + 3u * STEP, p3, a[3] + shift);
    a = b;
    b = c;
  }
}

// Row r of the window's reach below output row y, in column x + kx; slot is where the hidden block starts.
fn hidden_at(slot: u32, r: u32, c: u32) -> vec4f {
  return wide(hidden[slot + (r + UP - 1u) / UP * IN_W + (c + UP - 1u) / UP]);
}

// The depthwise convolution of hidden block h at four rows from y.
fn window(h: u32, slot: u32, y: u32, x: u32) -> Mat {
  var sum = mat4x4f();
  let top = y * STRIDE;
  for (var kx = 0u; kx < 3u; kx++) {
    let c = x * STRIDE + kx;
    let t0 = depthwise[h * 11u + 1u + kx];
    let t1 = depthwise[h * 11u + 4u + kx];
    let t2 = depthwise[h * 11u + 7u + kx];
    let v0 = hidden_at(slot, top, c);
    let v1 = hidden_at(slot, top + 1u, c);
    let v2 = hidden_at(slot, top + 2u, c);
    let v3 = hidden_at(slot, top + 3u, c);
    let v4 = hidden_at(slot, top + 4u, c);
    let v5 = hidden_at(slot, top + 5u, c);
    if (STRIDE == 1u) {
      sum += mat4x4f(t0 * v0 + t1 * v1 + t2 * v2, t0 * v1 + t1 * v2 + t2 * v3, t0 * v2 + t1 * v3 + t2 * v4, t0 * v3 + t1 * v4 + t2 * v5);
    } else {
      let v6 = hidden_at(slot, top + 6u, c);
      let v7 = hidden_at(slot, top + 7u, c);
      let v8 = hidden_at(slot, top + 8u, c);
      sum += mat4x4f(t0 * v0 + t1 * v1 + t2 * v2, t0 * v2 + t1 * v3 + t2 * v4, t0 * v4 + t1 * v5 + t2 * v6, t0 * v6 + t1 * v7 + t2 * v8);
    }
  }
  let shift = depthwise[h * 11u + 10u];
  return Mat(narrow(max(sum[0] + shift, vec4f())), narrow(max(sum[1] + shift, vec4f())), narrow(max(sum[2] + shift, vec4f())), narrow(max(sum[3] + shift, vec4f())));
}

fn finish(c4: u32, y: u32, x: u32, value: vec4f) {
  if (c4 < DST_BLOCKS && y < HEIGHT && x < WIDTH) { emit(c4, y * WIDTH + x, value + bias[c4]); }
}

fn finish_mat(c4: u32, at: vec2u, value: mat4x4f) {
  finish(c4, at.y, at.x, value[0]);
  finish(c4, at.y + 1u, at.x, value[1]);
  finish(c4, at.y + 2u, at.x, value[2]);
  finish(c4, at.y + 3u, at.x, value[3]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let tile = group_index(group, groups);
  let corner = vec2u(tile % TILES_X * TILE_W, tile / TILES_X * TILE_H);
  let origin = corner * STRIDE / UP;
  let x = local % TILE_W;
  let y = local % PIXEL_THREADS / TILE_W * 4u;
  let c4 = local / PIXEL_THREADS * 8u;
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var a2 = mat4x4f();
  var a3 = mat4x4f();
  var a4 = mat4x4f();
  var a5 = mat4x4f();
  var a6 = mat4x4f();
  var a7 = mat4x4f();
  for (var chunk = 0u; chunk < HIDDEN_BLOCKS; chunk += CHUNK) {
    for (var q = local; q < STEP; q += WORKGROUP) { expand_four(chunk, q, origin); }
    workgroupBarrier();
    for (var i = 0u; i < CHUNK; i++) {
      let h = chunk + i;
      let slot = i * STEP * 4u;
      let v = window(h, slot, y, x);
      let w = h * PROJECT_BLOCKS + c4;
      a0 += wide_mat(load_mat(project[w]) * v);
      if (PROJECT_BLOCKS > 1u) { a1 += wide_mat(load_mat(project[w + 1u]) * v); }
      if (PROJECT_BLOCKS > 2u) { a2 += wide_mat(load_mat(project[w + 2u]) * v); }
      if (PROJECT_BLOCKS > 3u) { a3 += wide_mat(load_mat(project[w + 3u]) * v); }
      if (PROJECT_BLOCKS > 4u) { a4 += wide_mat(load_mat(project[w + 4u]) * v); }
      if (PROJECT_BLOCKS > 5u) { a5 += wide_mat(load_mat(project[w + 5u]) * v); }
      if (PROJECT_BLOCKS > 6u) { a6 += wide_mat(load_mat(project[w + 6u]) * v); }
      if (PROJECT_BLOCKS > 7u) { a7 += wide_mat(load_mat(project[w + 7u]) * v); }
    }
    workgroupBarrier();
  }
  let at = corner + vec2u(x, y);
  finish_mat(c4, at, a0);
  if (PROJECT_BLOCKS > 1u) { finish_mat(c4 + 1u, at, a1); }
  if (PROJECT_BLOCKS > 2u) { finish_mat(c4 + 2u, at, a2); }
  if (PROJECT_BLOCKS > 3u) { finish_mat(c4 + 3u, at, a3); }
  if (PROJECT_BLOCKS > 4u) { finish_mat(c4 + 4u, at, a4); }
  if (PROJECT_BLOCKS > 5u) { finish_mat(c4 + 5u, at, a5); }
  if (PROJECT_BLOCKS > 6u) { finish_mat(c4 + 6u, at, a6); }
  if (PROJECT_BLOCKS > 7u) { finish_mat(c4 + 7u, at, a7); }
}
