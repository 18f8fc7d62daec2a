// Dense convolution of any kernel, stride and padding, through index tables (taps.ts):
// dst[co, y, x] = act(bias[co] + addend[co, y, x] + sum weight[co, ci, ky, kx] * src[ci, rows[y, ky], cols[x, kx]]) + residual.
// One thread owns BLOCKS (1 or 2) output blocks at eight rows of one column: neighbouring threads are neighbouring
// columns, so every load is contiguous over a subgroup. The inner step is the matrix product of pointwise.wgsl.
// With PHASES = 2 outputs of even and odd rows and columns have weights of their own (a convolution after nearest x 2);
// a thread then owns every second row, a subgroup every second column, so that its weights are still all the same.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> weight: array<StoredMat>; // [phase][out block][ky][kx][in block]
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> taps: array<i32>; // rows (HEIGHT x KERNEL_H), then cols (WIDTH x KERNEL_W)
@group(0) @binding(4) var<storage, read> addend: array<Stored>;
@group(0) @binding(5) var<storage, read> residual: array<Stored>;
@group(0) @binding(6) var<storage, read_write> dst: array<Stored>;

const COLUMNS = WIDTH / PHASES;
const TILES = (HEIGHT / PHASES + 7u) / 8u * COLUMNS;
const GROUPS = (DST_BLOCKS + BLOCKS - 1u) / BLOCKS;
const MATRICES = KERNEL_H * KERNEL_W * SRC_BLOCKS; // of one output block

// Source row of tap ky of output row y, -1 for zero.
fn row_of(y: u32, ky: u32) -> i32 {
  return taps[min(y, HEIGHT - 1u) * KERNEL_H + ky];
}

fn rows_of(y: u32, ky: u32) -> vec4i {
  return vec4i(row_of(y, ky), row_of(y + PHASES, ky), row_of(y + 2u * PHASES, ky), row_of(y + 3u * PHASES, ky));
}

fn src_at(plane: u32, row: i32, col: i32) -> Vec {
  let value = load(src[plane * (SRC_HEIGHT * SRC_WIDTH) + u32(max(row, 0)) * SRC_WIDTH + u32(max(col, 0))]);
  return select(Vec(), value, row >= 0 && col >= 0);
}

fn finish(c4: u32, y: u32, x: u32, value: vec4f) {
  if (c4 >= DST_BLOCKS || y >= HEIGHT) { return; }
  var sum = value + bias[c4];
  if (ADDEND) { sum += wide(load(addend[(c4 * HEIGHT + y) * WIDTH + x])); }
  emit(c4, y * WIDTH + x, sum);
}

fn finish_mat(c4: u32, y: u32, x: u32, value: mat4x4f) {
  finish(c4, y, x, value[0]);
  finish(c4, y + PHASES, x, value[1]);
  finish(c4, y + 2u * PHASES, x, value[2]);
  finish(c4, y + 3u * PHASES, x, value[3]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= TILES * GROUPS * PHASES * PHASES) { return; }
  let tile = i % TILES;
  let phase = i / TILES % (PHASES * PHASES);
  let c4 = i / TILES / (PHASES * PHASES) * BLOCKS;
  let x = tile % COLUMNS * PHASES + phase % PHASES;
  let y = tile / COLUMNS * 8u * PHASES + phase / PHASES;
  let w = (phase * GROUPS * BLOCKS + c4) * MATRICES;
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var b0 = mat4x4f();
  var b1 = mat4x4f();
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let r0 = rows_of(y, ky);
    let r1 = rows_of(y + 4u * PHASES, ky);
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let col = taps[HEIGHT * KERNEL_H + x * KERNEL_W + kx];
      let tap = w + (ky * KERNEL_W + kx) * SRC_BLOCKS;
      for (var k = 0u; k < SRC_BLOCKS; k++) {
        let x0 = Mat(src_at(k, r0.x, col), src_at(k, r0.y, col), src_at(k, r0.z, col), src_at(k, r0.w, col));
        let x1 = Mat(src_at(k, r1.x, col), src_at(k, r1.y, col), src_at(k, r1.z, col), src_at(k, r1.w, col));
        let wa = load_mat(weight[tap + k]);
        a0 += wide_mat(wa * x0);
        a1 += wide_mat(wa * x1);
        if (BLOCKS == 2u) {
          let wb = load_mat(weight[tap + MATRICES + k]);
          b0 += wide_mat(wb * x0);
          b1 += wide_mat(wb * x1);
        }
      }
    }
  }
  finish_mat(c4, y, x, a0);
  finish_mat(c4, y + 4u * PHASES, x, a1);
  if (BLOCKS == 2u) {
    finish_mat(c4 + 1u, y, x, b0);
    finish_mat(c4 + 1u, y + 4u * PHASES, x, b1);
  }
}
