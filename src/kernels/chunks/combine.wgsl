// Adds up what the SPLIT threads of the same outputs summed; true for the one that goes on with it.
var<workgroup> partial: array<mat4x4f, (SPLIT - 1u) * LANES * 2u * BLOCKS>;

fn combine(local: u32, a0: ptr<function, mat4x4f>, a1: ptr<function, mat4x4f>, b0: ptr<function, mat4x4f>, b1: ptr<function, mat4x4f>) -> bool {
  let is_first = local < LANES;
  if (!is_first) {
    let at = (local - LANES) * 2u * BLOCKS;
    partial[at] = *a0;
    partial[at + 1u] = *a1;
    if (BLOCKS == 2u) {
      partial[at + 2u] = *b0;
      partial[at + 3u] = *b1;
    }
  }
  workgroupBarrier();
  if (is_first) {
    for (var s = 0u; s < SPLIT - 1u; s++) {
      let at = (s * LANES + local) * 2u * BLOCKS;
      *a0 += partial[at];
      *a1 += partial[at + 1u];
      if (BLOCKS == 2u) {
        *b0 += partial[at + 2u];
        *b1 += partial[at + 3u];
      }
    }
  }
  return is_first;
}
