// The first half of an inverted residual in workgroup memory: 1 x 1 expansion and relu of a tile with its border, CHUNK
// hidden blocks at a time, and the depthwise window over it (nearest x UP before, STRIDE, padding 1). Cells outside the
// picture are never written: workgroup memory starts as zero, which is the padding. Expects bindings `src`, `expand`
// ([hidden block][in block]) and `depthwise` ([hidden block][expansion bias, nine taps, shift]).

const IN_W = ((TILE_W - 1u) * STRIDE + 2u + UP) / UP + UP - 1u;
const IN_H = ((TILE_H - 1u) * STRIDE + 2u + UP) / UP + UP - 1u;
const IN_PIXELS = IN_W * IN_H;
const TILES_X = (WIDTH + TILE_W - 1u) / TILE_W;
const TILES_Y = (HEIGHT + TILE_H - 1u) / TILE_H;
const SRC_PIXELS = SRC_HEIGHT * SRC_WIDTH;

var<workgroup> hidden: array<Vec, CHUNK * IN_PIXELS>;

// The cells of a tile that lie inside the picture; cell (0, 0) of the tile is pixel origin - 1 of src.
struct Cells {
  origin: vec2u,
  first: vec2u,
  width: u32,
  count: u32,
  step: u32,
}

fn cells_of(corner: vec2u) -> Cells {
  let origin = corner * STRIDE / UP;
  let first = select(vec2u(0u), vec2u(1u), origin == vec2u(0u));
  let size = min(vec2u(IN_W, IN_H), vec2u(SRC_WIDTH, SRC_HEIGHT) + 1u - origin) - first;
  let count = size.x * size.y;
  return Cells(origin, first, size.x, count, (count + 3u) / 4u);
}

fn cell(cells: Cells, q: u32) -> vec2u {
  let inside = min(q, cells.count - 1u);
  return cells.first + vec2u(inside % cells.width, inside / cells.width);
}

fn offset_of(cells: Cells, at: vec2u) -> u32 {
  return (cells.origin.y + at.y - 1u) * SRC_WIDTH + cells.origin.x + at.x - 1u;
}

fn src_at(k: u32, offset: u32) -> Vec {
  return load(src[k * SRC_PIXELS + offset]);
}

fn keep(cells: Cells, q: u32, plane: u32, at: vec2u, value: vec4f) {
  if (q < cells.count) { hidden[plane * IN_PIXELS + at.y * IN_W + at.x] = narrow(max(value, vec4f())); }
}

// Hidden blocks h to h + CHUNK - 1 of cells q, q + step, q + 2 step and q + 3 step.
fn expand_four(cells: Cells, h: u32, q: u32) {
  let c0 = cell(cells, q);
  let c1 = cell(cells, q + cells.step);
  let c2 = cell(cells, q + 2u * cells.step);
  let c3 = cell(cells, q + 3u * cells.step);
  let p0 = offset_of(cells, c0);
  let p1 = offset_of(cells, c1);
  let p2 = offset_of(cells, c2);
  let p3 = offset_of(cells, c3);
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
    keep(cells, q, i, c0, a[0] + shift);
    keep(cells, q + cells.step, i, c1, a[1] + shift);
    keep(cells, q + 2u * cells.step, i, c2, a[2] + shift);
    keep(cells, q + 3u * cells.step, i, c3, a[3] + shift);
    a = b;
    b = c;
  }
}

// Row r and column c of the window's reach, in a plane of the tile.
fn hidden_at(plane: u32, r: u32, c: u32) -> vec4f {
  return wide(hidden[plane * IN_PIXELS + (r + UP - 1u) / UP * IN_W + (c + UP - 1u) / UP]);
}

// What column kx of the taps brings to four rows from y of column x.
fn tap_column(h: u32, plane: u32, y: u32, x: u32, kx: u32) -> mat4x4f {
  let top = y * STRIDE;
  let c = x * STRIDE + kx;
  let t0 = depthwise[h * 11u + 1u + kx];
  let t1 = depthwise[h * 11u + 4u + kx];
  let t2 = depthwise[h * 11u + 7u + kx];
  let v0 = hidden_at(plane, top, c);
  let v1 = hidden_at(plane, top + 1u, c);
  let v2 = hidden_at(plane, top + 2u, c);
  let v3 = hidden_at(plane, top + 3u, c);
  let v4 = hidden_at(plane, top + 4u, c);
  let v5 = hidden_at(plane, top + 5u, c);
  if (STRIDE == 1u) {
    return mat4x4f(t0 * v0 + t1 * v1 + t2 * v2, t0 * v1 + t1 * v2 + t2 * v3, t0 * v2 + t1 * v3 + t2 * v4, t0 * v3 + t1 * v4 + t2 * v5);
  }
  let v6 = hidden_at(plane, top + 6u, c);
  let v7 = hidden_at(plane, top + 7u, c);
  let v8 = hidden_at(plane, top + 8u, c);
  return mat4x4f(t0 * v0 + t1 * v1 + t2 * v2, t0 * v2 + t1 * v3 + t2 * v4, t0 * v4 + t1 * v5 + t2 * v6, t0 * v6 + t1 * v7 + t2 * v8);
}

// The depthwise convolution of hidden block h, in `plane` of the tile, at four rows from y of column x; relu.
fn window(h: u32, plane: u32, y: u32, x: u32) -> mat4x4f {
  let sum = tap_column(h, plane, y, x, 0u) + tap_column(h, plane, y, x, 1u) + tap_column(h, plane, y, x, 2u);
  let shift = depthwise[h * 11u + 10u];
  return mat4x4f(max(sum[0] + shift, vec4f()), max(sum[1] + shift, vec4f()), max(sum[2] + shift, vec4f()), max(sum[3] + shift, vec4f()));
}
