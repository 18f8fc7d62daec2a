// Dense convolution of any kernel, stride and padding, through index tables (taps.ts):
// dst[co, y, x] = act(bias[co] + addend[co, y, x] + sum weight[co, ci, ky, kx] * src[ci, rows[y, ky], cols[x, kx]]) + residual.
// One thread owns BLOCKS (1 or 2) output blocks at eight rows of one column: neighbouring threads are neighbouring
// columns, so every load is contiguous over a subgroup. The inner step is the matrix product of pointwise.wgsl.
// Rows and columns come in groups whose taps coincide in the same way (tap-groups.ts); each pair of a row group and a
// column group has weights of its own. A tile never mixes row groups, and a subgroup seldom mixes column groups.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> weight: array<StoredMat>; // [row group][column group][out block][ky][kx][in block]
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> rows: array<vec4i>; // rowTable of tap-groups.ts
@group(0) @binding(4) var<storage, read> cols: array<i32>; // columnTable, then the first matrix of each pair of groups
@group(0) @binding(5) var<storage, read> addend: array<Stored>;
@group(0) @binding(6) var<storage, read> residual: array<Stored>;
@group(0) @binding(7) var<storage, read_write> dst: array<Stored>;

const TILES = ROW_TILES * WIDTH;
const GROUPS = (DST_BLOCKS + BLOCKS - 1u) / BLOCKS;
const ROW_STRIDE = 3u + 2u * KERNEL_H;
const COL_STRIDE = 3u + KERNEL_W;

fn src_at(plane: u32, row: i32, col: i32) -> Vec {
  let value = load(src[plane * SRC_PIXELS + u32(max(row, 0)) + u32(max(col, 0))]);
  return select(Vec(), value, row >= 0 && col >= 0);
}

fn finish(c4: u32, y: i32, x: u32, value: vec4f) {
  if (c4 >= DST_BLOCKS || y < 0) { return; }
  let pixel = u32(y) * WIDTH + x;
  var sum = value + bias[c4];
  if (ADDEND) { sum += wide(load(addend[c4 * (HEIGHT * WIDTH) + pixel])); }
  emit(c4, pixel, sum);
}

fn finish_mat(c4: u32, y: vec4i, x: u32, value: mat4x4f) {
  finish(c4, y.x, x, value[0]);
  finish(c4, y.y, x, value[1]);
  finish(c4, y.z, x, value[2]);
  finish(c4, y.w, x, value[3]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= TILES * GROUPS) { return; }
  let col = i % WIDTH * COL_STRIDE;
  let row = i % TILES / WIDTH * ROW_STRIDE;
  let c4 = i / TILES * BLOCKS;
  let kernel_h = select(KERNEL_H, u32(rows[row].x), GROUPED);
  let kernel_w = select(KERNEL_W, u32(cols[col]), GROUPED);
  let matrices = kernel_h * kernel_w * SRC_BLOCKS; // of one output block
  var w = u32(cols[WIDTH * COL_STRIDE + u32(rows[row].y) * COL_GROUPS + u32(cols[col + 1u])]) + c4 * matrices;
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var b0 = mat4x4f();
  var b1 = mat4x4f();
  for (var ky = 0u; ky < kernel_h; ky++) {
    let r0 = rows[row + 3u + 2u * ky];
    let r1 = rows[row + 4u + 2u * ky];
    for (var kx = 0u; kx < kernel_w; kx++) {
      let x = cols[col + 3u + kx];
      for (var k = 0u; k < SRC_BLOCKS; k++) {
        let x0 = Mat(src_at(k, r0.x, x), src_at(k, r0.y, x), src_at(k, r0.z, x), src_at(k, r0.w, x));
        let x1 = Mat(src_at(k, r1.x, x), src_at(k, r1.y, x), src_at(k, r1.z, x), src_at(k, r1.w, x));
        let wa = load_mat(weight[w]);
        a0 += wide_mat(wa * x0);
        a1 += wide_mat(wa * x1);
        if (BLOCKS == 2u) {
          let wb = load_mat(weight[w + matrices]);
          b0 += wide_mat(wb * x0);
          b1 += wide_mat(wb * x1);
        }
        w++;
      }
    }
  }
  let x = u32(cols[col + 2u]);
  finish_mat(c4, rows[row + 1u], x, a0);
  finish_mat(c4, rows[row + 2u], x, a1);
  if (BLOCKS == 2u) {
    finish_mat(c4 + 1u, rows[row + 1u], x, b0);
    finish_mat(c4 + 1u, rows[row + 2u], x, b1);
  }
}
