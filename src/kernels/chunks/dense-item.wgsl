// Which outputs a thread of a dense product owns. Work is a grid of tiles of pixels times groups of output blocks; a workgroup
// covers SPAN tiles of LANES / SPAN groups, so that neighbours share source pixels in the first cache. Where SPLIT > 1,
// SPLIT threads own the same outputs and sum a slice of the input channels each (combine.wgsl).

const LANES = WORKGROUP / SPLIT;

// Tile and group; either may lie beyond the end.
fn item_of(number: u32, local: u32, tiles: u32) -> vec2u {
  let across = (tiles + SPAN - 1u) / SPAN;
  let lane = local % LANES;
  return vec2u(number % across * SPAN + lane % SPAN, number / across * (LANES / SPAN) + lane / SPAN);
}

// Input blocks that the thread sums: from, and before; none where it owns nothing.
fn slice_of(local: u32, blocks: u32, owns: bool) -> vec2u {
  if (!owns) { return vec2u(0u); }
  let size = (blocks + SPLIT - 1u) / SPLIT;
  let first = min(local / LANES * size, blocks);
  return vec2u(first, min(first + size, blocks));
}
