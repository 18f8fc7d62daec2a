// Spatially adaptive normalization with its surroundings (chunks/spade.wgsl). `modulation` holds only distinct rows and
// columns: the index says which one a pixel uses. One thread owns one block at one pixel and writes straight into its place
// in the concatenation.

@group(0) @binding(0) var<storage, read> content: array<Stored>;
@group(0) @binding(1) var<storage, read> feature: array<Stored>;
@group(0) @binding(2) var<storage, read> field: array<vec4f>; // x, y, 0, 0
@group(0) @binding(3) var<storage, read> modulation: array<Stored>; // gamma (DST_BLOCKS), then beta (DST_BLOCKS)
@group(0) @binding(4) var<storage, read> norm: array<vec4f>; // scale (DST_BLOCKS), then shift (DST_BLOCKS)
@group(0) @binding(5) var<storage, read> index: array<u32>; // rows (HEIGHT) and cols (WIDTH) of content, field and modulation
@group(0) @binding(6) var<storage, read_write> dst: array<Stored>;

const PIXELS = HEIGHT * WIDTH;

// The pixel of a map `width` wide that number `map` of the index (0 content, 1 field, 2 modulation) gives for (y, x).
fn pixel_of(map: u32, width: u32, y: u32, x: u32) -> u32 {
  return index[map * (HEIGHT + WIDTH) + y] * width + index[map * (HEIGHT + WIDTH) + HEIGHT + x];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= PIXELS * DST_BLOCKS) { return; }
  let y = i % PIXELS / WIDTH;
  let x = i % WIDTH;
  let c4 = i / PIXELS;
  let at = pixel_of(2u, MODULATION_WIDTH, y, x);
  let gamma = wide(load(modulation[c4 * MODULATION_PIXELS + at]));
  let beta = wide(load(modulation[(DST_BLOCKS + c4) * MODULATION_PIXELS + at]));
  let content_pixel = pixel_of(0u, CONTENT_WIDTH, y, x);
  let field_pixel = pixel_of(1u, FIELD_WIDTH, y, x);
  dst[i] = store(spade(c4, content_pixel, field_pixel, norm[c4], norm[DST_BLOCKS + c4], gamma, beta));
}
