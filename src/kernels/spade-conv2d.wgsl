// SPADE with the convolution that makes gamma and beta (conv2d-tile.wgsl, chunks/spade.wgsl), for maps that have as many
// pixels as distinct rows and columns: modulation is used where it is made and never stored. Output blocks of the
// convolution come in pairs, gamma and beta of one block of channels, so a thread holds both.

@group(0) @binding(3) var<storage, read> vectors: array<vec4f>; // for each block of channels: biases of gamma and beta, scale, shift
@group(0) @binding(4) var<storage, read> content: array<Stored>;
@group(0) @binding(5) var<storage, read> feature: array<Stored>;
@group(0) @binding(6) var<storage, read> field: array<vec4f>; // x, y, 0, 0
@group(0) @binding(7) var<storage, read_write> dst: array<Stored>;

// Rows (HEIGHT) and cols (WIDTH) of content, then of field.
const INDEX = STARTS + ROW_GROUPS * COL_GROUPS;

fn pixel_of(map: u32, width: u32, y: u32, x: u32) -> u32 {
  return u32(tables[INDEX + map * (HEIGHT + WIDTH) + y]) * width + u32(tables[INDEX + map * (HEIGHT + WIDTH) + HEIGHT + x]);
}

fn finish(pair: u32, y: i32, x: u32, gamma: vec4f, beta: vec4f) {
  if (y < 0) { return; }
  let c4 = pair / 2u;
  let row = u32(y);
  let content_pixel = pixel_of(0u, CONTENT_WIDTH, row, x);
  let field_pixel = pixel_of(1u, FIELD_WIDTH, row, x);
  let v = c4 * 4u;
  let value = spade(c4, content_pixel, field_pixel, vectors[v + 2u], vectors[v + 3u], gamma + vectors[v], beta + vectors[v + 1u]);
  dst[c4 * (HEIGHT * WIDTH) + row * WIDTH + x] = store(value);
}
