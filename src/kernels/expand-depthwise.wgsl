// The first two thirds of an inverted residual: 1 x 1 expansion, relu, nearest x UP, depthwise 3 x 3 (STRIDE, padding 1), relu.
// The expanded tensor, as large as the result, is never written. One workgroup owns CHUNK hidden blocks of a tile of
// TILE_W x TILE_H outputs (hidden-tile.wgsl): one barrier, and as many workgroups as tiles times chunks.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> expand: array<StoredMat>; // [hidden block][in block]
@group(0) @binding(2) var<storage, read> depthwise: array<vec4f>; // [hidden block][expansion bias, nine taps, shift]
@group(0) @binding(3) var<storage, read_write> dst: array<Stored>;

const STRIPS = TILE_W * TILE_H / 4u;

fn finish(h: u32, y: u32, x: u32, value: vec4f) {
  if (h < HIDDEN_BLOCKS && y < HEIGHT && x < WIDTH) { dst[(h * HEIGHT + y) * WIDTH + x] = store(value); }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = group_index(group, groups);
  let tile = i % (TILES_X * TILES_Y);
  let chunk = i / (TILES_X * TILES_Y) * CHUNK;
  let corner = vec2u(tile % TILES_X * TILE_W, tile / TILES_X * TILE_H);
  let cells = cells_of(corner);
  for (var q = local; q < cells.step; q += WORKGROUP) { expand_four(cells, chunk, q); }
  workgroupBarrier();
  for (var item = local; item < STRIPS * CHUNK; item += WORKGROUP) {
    let h = chunk + item / STRIPS;
    let x = item % TILE_W;
    let y = item % STRIPS / TILE_W * 4u;
    let v = window(h, item / STRIPS, y, x);
    for (var i = 0u; i < 4u; i++) { finish(h, corner.y + y + i, corner.x + x, column_of(v, i)); }
  }
}
