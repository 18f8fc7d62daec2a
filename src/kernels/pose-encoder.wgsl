// Two transposed convolutions, the first of a single pixel, the second without overlap (stride = kernel):
// hidden[m, cell] = act(bias[m] + sum first[m, cell, i] * src[i]),
// dst[c, y, x] = act(bias[c] + sum second[c, tap, m] * hidden[m, cell]) with cell and tap the quotient and remainder of (y, x).
// One thread owns one block at one pixel and makes the hidden values of its cell anew, which costs less than a launch.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> first: array<StoredMat>; // [hidden block][cell][in block]
@group(0) @binding(2) var<storage, read> second: array<StoredMat>; // [out block][tap][hidden block]
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // of hidden blocks, then of out blocks
@group(0) @binding(4) var<storage, read_write> dst: array<Stored>;

fn act(v: vec4f, is_relu: bool) -> vec4f {
  return select(v, max(v, vec4f()), is_relu);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  let width = CELLS_W * KERNEL_W;
  let pixels = CELLS_H * KERNEL_H * width;
  if (i >= pixels * DST_BLOCKS) { return; }
  let y = i % pixels / width;
  let x = i % width;
  let c4 = i / pixels;
  let cell = y / KERNEL_H * CELLS_W + x / KERNEL_W;
  let tap = y % KERNEL_H * KERNEL_W + x % KERNEL_W;
  var sum = bias[HIDDEN_BLOCKS + c4];
  for (var m = 0u; m < HIDDEN_BLOCKS; m++) {
    var hidden = bias[m];
    for (var k = 0u; k < SRC_BLOCKS; k++) {
      hidden += wide(load_mat(first[(m * (CELLS_H * CELLS_W) + cell) * SRC_BLOCKS + k]) * load(src[k]));
    }
    let weight = load_mat(second[(c4 * (KERNEL_H * KERNEL_W) + tap) * HIDDEN_BLOCKS + m]);
    sum += wide(weight * narrow(act(hidden, HIDDEN_RELU)));
  }
  dst[i] = store(act(sum, RELU));
}
