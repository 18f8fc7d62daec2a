// A whole inverted residual without its hidden tensor: 1 x 1 expansion, relu, depthwise 3 x 3 (stride 1 or 2, padding 1),
// relu, 1 x 1 projection, residual. At 1440 x 1440 the hidden tensor alone would be 398 MB.
// One workgroup owns a tile of TILE_W x TILE_H outputs. For each block of four hidden channels it expands the tile with its
// border into workgroup memory, then every thread slides the depthwise window over four rows of one column and adds that
// block's share to all of its outputs. The border is expanded more than once: 1.27 times the work for 16 x 16 at stride 1.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> expand: array<StoredMat>; // [hidden block][in block]
@group(0) @binding(2) var<storage, read> depthwise: array<vec4f>; // [hidden block][expansion bias, nine taps, shift]
@group(0) @binding(3) var<storage, read> project: array<StoredMat>; // [hidden block][out block]
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<Stored>;
@group(0) @binding(6) var<storage, read_write> dst: array<Stored>;

const IN_W = (TILE_W - 1u) * STRIDE + 3u;
const IN_H = (TILE_H - 1u) * STRIDE + 3u;
const IN_PIXELS = IN_W * IN_H;
const STEP = (IN_PIXELS + 3u) / 4u;
const TILES_X = (WIDTH + TILE_W - 1u) / TILE_W;
const TILES_Y = (HEIGHT + TILE_H - 1u) / TILE_H;

var<workgroup> hidden: array<vec4f, STEP * 4u>;

// Where pixel q of the bordered tile lies in src; a wrapped or too large coordinate is padding.
fn position(q: u32, origin: vec2u) -> vec2u {
  return origin + vec2u(q % IN_W, q / IN_W) - 1u;
}

fn is_inside(at: vec2u) -> bool {
  return at.x < SRC_WIDTH && at.y < SRC_HEIGHT;
}

fn src_at(c4: u32, at: vec2u) -> Vec {
  return load(src[c4 * (SRC_HEIGHT * SRC_WIDTH) + min(at.y, SRC_HEIGHT - 1u) * SRC_WIDTH + min(at.x, SRC_WIDTH - 1u)]);
}

fn expand_four(h: u32, q: u32, origin: vec2u) {
  let p0 = position(q, origin);
  let p1 = position(q + STEP, origin);
  let p2 = position(q + 2u * STEP, origin);
  let p3 = position(q + 3u * STEP, origin);
  var sum = mat4x4f();
  for (var k = 0u; k < SRC_BLOCKS; k++) {
    let x = Mat(src_at(k, p0), src_at(k, p1), src_at(k, p2), src_at(k, p3));
    sum += wide_mat(load_mat(expand[h * SRC_BLOCKS + k]) * x);
  }
  let shift = depthwise[h * 11u];
  hidden[q] = select(vec4f(), max(sum[0] + shift, vec4f()), is_inside(p0));
  hidden[q + STEP] = select(vec4f(), max(sum[1] + shift, vec4f()), is_inside(p1));
  hidden[q + 2u * STEP] = select(vec4f(), max(sum[2] + shift, vec4f()), is_inside(p2));
  hidden[q + 3u * STEP] = select(vec4f(), max(sum[3] + shift, vec4f()), is_inside(p3));
}

fn window(h: u32, y: u32, x: u32) -> Vec {
  let q = y * STRIDE * IN_W + x * STRIDE;
  let t = h * 11u + 1u;
  let top = depthwise[t] * hidden[q] + depthwise[t + 1u] * hidden[q + 1u] + depthwise[t + 2u] * hidden[q + 2u];
  let middle = depthwise[t + 3u] * hidden[q + IN_W] + depthwise[t + 4u] * hidden[q + IN_W + 1u] + depthwise[t + 5u] * hidden[q + IN_W + 2u];
  let bottom = depthwise[t + 6u] * hidden[q + 2u * IN_W] + depthwise[t + 7u] * hidden[q + 2u * IN_W + 1u] + depthwise[t + 8u] * hidden[q + 2u * IN_W + 2u];
  return narrow(max(top + middle + bottom + depthwise[t + 9u], vec4f()));
}

fn finish(c4: u32, y: u32, x: u32, value: vec4f) {
  if (y < HEIGHT && x < WIDTH) { emit(c4, y * WIDTH + x, value + bias[c4]); }
}

fn finish_mat(c4: u32, y: u32, x: u32, value: mat4x4f) {
  finish(c4, y, x, value[0]);
  finish(c4, y + 1u, x, value[1]);
  finish(c4, y + 2u, x, value[2]);
  finish(c4, y + 3u, x, value[3]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let tile = group_index(group, groups);
  let corner = vec2u(tile % TILES_X * TILE_W, tile / TILES_X * TILE_H);
  let x = local % TILE_W;
  let y = local / TILE_W * 4u;
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var a2 = mat4x4f();
  var a3 = mat4x4f();
  var a4 = mat4x4f();
  var a5 = mat4x4f();
  var a6 = mat4x4f();
  var a7 = mat4x4f();
  for (var h = 0u; h < HIDDEN_BLOCKS; h++) {
    for (var q = local; q < STEP; q += WORKGROUP) { expand_four(h, q, corner * STRIDE); }
    workgroupBarrier();
    let v = Mat(window(h, y, x), window(h, y + 1u, x), window(h, y + 2u, x), window(h, y + 3u, x));
    let w = h * DST_BLOCKS;
    a0 += wide_mat(load_mat(project[w]) * v);
    if (DST_BLOCKS > 1u) { a1 += wide_mat(load_mat(project[w + 1u]) * v); }
    if (DST_BLOCKS > 2u) { a2 += wide_mat(load_mat(project[w + 2u]) * v); }
    if (DST_BLOCKS > 3u) { a3 += wide_mat(load_mat(project[w + 3u]) * v); }
    if (DST_BLOCKS > 4u) { a4 += wide_mat(load_mat(project[w + 4u]) * v); }
    if (DST_BLOCKS > 5u) { a5 += wide_mat(load_mat(project[w + 5u]) * v); }
    if (DST_BLOCKS > 6u) { a6 += wide_mat(load_mat(project[w + 6u]) * v); }
    if (DST_BLOCKS > 7u) { a7 += wide_mat(load_mat(project[w + 7u]) * v); }
    workgroupBarrier();
  }
  let at = corner + vec2u(x, y);
  finish_mat(0u, at.y, at.x, a0);
  if (DST_BLOCKS > 1u) { finish_mat(1u, at.y, at.x, a1); }
  if (DST_BLOCKS > 2u) { finish_mat(2u, at.y, at.x, a2); }
  if (DST_BLOCKS > 3u) { finish_mat(3u, at.y, at.x, a3); }
  if (DST_BLOCKS > 4u) { finish_mat(4u, at.y, at.x, a4); }
  if (DST_BLOCKS > 5u) { finish_mat(5u, at.y, at.x, a5); }
  if (DST_BLOCKS > 6u) { finish_mat(6u, at.y, at.x, a6); }
  if (DST_BLOCKS > 7u) { finish_mat(7u, at.y, at.x, a7); }
}
