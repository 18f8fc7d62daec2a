// The sum of a dense convolution through index tables (taps.ts): sum weight[co, ci, ky, kx] * src[ci, rows[y, ky], cols[x, kx]].
// One thread owns BLOCKS (1 or 2) output blocks at eight rows of one column (dense-item.wgsl): neighbouring threads are
// neighbouring columns, so every load is contiguous over a subgroup. The inner step is the matrix product of pointwise.wgsl.
// Rows and columns come in groups whose taps coincide in the same way (tap-groups.ts); each pair of a row group and a
// column group has weights of its own. A tile never mixes row groups, and a subgroup seldom mixes column groups.
// Calls finish(c4, y, x, a, b) of the kernel with the sums of blocks c4 and c4 + 1 (BLOCKS == 2) at one pixel.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> weight: array<StoredMat>; // [row group][column group][out block][ky][kx][in block]
@group(0) @binding(2) var<storage, read> tables: array<i32>; // rowTable, columnTable, first matrix of each pair of groups

const TILES = ROW_TILES * WIDTH;
const GROUPS = (DST_BLOCKS + BLOCKS - 1u) / BLOCKS;
const ROW_STRIDE = 12u + 8u * KERNEL_H;
const COL_STRIDE = 3u + KERNEL_W;
const COLS = ROW_TILES * ROW_STRIDE;
const STARTS = COLS + WIDTH * COL_STRIDE;

fn src_at(plane: u32, row: i32, col: i32) -> Vec {
  let value = load(src[plane * SRC_PIXELS + u32(max(row, 0)) + u32(max(col, 0))]);
  return select(Vec(), value, row >= 0 && col >= 0);
}

fn four(at: u32) -> vec4i {
  return vec4i(tables[at], tables[at + 1u], tables[at + 2u], tables[at + 3u]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let item = item_of(group_index(group, groups), local, TILES);
  let owns = item.x < TILES && item.y < GROUPS;
  let slice = slice_of(local, SRC_BLOCKS, owns);
  let tile = min(item.x, TILES - 1u);
  let row = tile / WIDTH * ROW_STRIDE;
  let col = COLS + tile % WIDTH * COL_STRIDE;
  let c4 = min(item.y, GROUPS - 1u) * BLOCKS;
  let kernel_h = select(KERNEL_H, u32(tables[row]), GROUPED);
  let kernel_w = select(KERNEL_W, u32(tables[col]), GROUPED);
  let matrices = kernel_h * kernel_w * SRC_BLOCKS; // of one output block
  var w = slice.x + u32(tables[STARTS + u32(tables[row + 1u]) * COL_GROUPS + u32(tables[col + 1u])]) + c4 * matrices;
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var b0 = mat4x4f();
  var b1 = mat4x4f();
  for (var ky = 0u; ky < kernel_h; ky++) {
    let r0 = four(row + 12u + 8u * ky);
    let r1 = four(row + 16u + 8u * ky);
    for (var kx = 0u; kx < kernel_w; kx++) {
      let x = tables[col + 3u + kx];
      for (var k = SRC_FIRST + slice.x; k < SRC_FIRST + slice.y; k++) {
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
      w += SRC_BLOCKS - (slice.y - slice.x);
    }
  }
  if (!combine(local, &a0, &a1, &b0, &b1) || !owns) { return; }
  let x = u32(tables[col + 2u]);
  for (var i = 0u; i < 8u; i++) {
    if (i == 4u) {
      a0 = a1;
      b0 = b1;
    }
    finish(c4, tables[row + 4u + i], x, column_of(a0, i % 4u), column_of(b0, i % 4u));
  }
}
