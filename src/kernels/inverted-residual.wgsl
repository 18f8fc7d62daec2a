// A whole inverted residual without writing its hidden tensor: 1 x 1 expansion, relu, nearest x UP, depthwise 3 x 3
// (STRIDE, padding 1), relu, 1 x 1 projection, residual. At 1440 x 1440 the hidden tensor alone would be 398 MB.
// One workgroup owns a tile of TILE_W x TILE_H outputs and walks over the hidden channels, CHUNK blocks at a time
// (hidden-tile.wgsl); every thread adds what it finds at four rows of one column to up to eight output blocks; where there
// are more, further threads of the workgroup own them. Tile and chunk are chosen in hidden-tile.ts.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read> expand: array<StoredMat>; // [hidden block][in block]
@group(0) @binding(2) var<storage, read> depthwise: array<vec4f>; // [hidden block][expansion bias, nine taps, shift]
@group(0) @binding(3) var<storage, read> project: array<StoredMat>; // [hidden block][out block]
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<Out>;
@group(0) @binding(6) var<storage, read_write> dst: array<Out>;

const PIXEL_THREADS = TILE_W * TILE_H / 4u;

fn finish(c4: u32, y: u32, x: u32, value: vec4f) {
  if (c4 < DST_BLOCKS && y < HEIGHT && x < WIDTH) { emit(c4, y * WIDTH + x, value + bias[c4]); }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let tile = group_index(group, groups);
  let corner = vec2u(tile % TILES_X * TILE_W, tile / TILES_X * TILE_H);
  let cells = cells_of(corner);
  let is_owner = local < PIXEL_THREADS * THREAD_GROUPS;
  let x = local % TILE_W;
  let y = local % PIXEL_THREADS / TILE_W * 4u;
  let c4 = local / PIXEL_THREADS * 8u;
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var a2 = mat4x4f();
  var a3 = mat4x4f();
  var a4 = mat4x4f();
  var a5 = mat4x4f();
  var a6 = mat4x4f();
  var a7 = mat4x4f();
  for (var chunk = 0u; chunk < HIDDEN_BLOCKS; chunk += CHUNK) {
    for (var q = local; q < cells.step; q += WORKGROUP) { expand_four(cells, chunk, q); }
    workgroupBarrier();
    if (is_owner) {
      for (var i = 0u; i < CHUNK; i++) {
        let h = chunk + i;
        let wide_v = window(h, i, y, x);
        let v = Mat(narrow(wide_v[0]), narrow(wide_v[1]), narrow(wide_v[2]), narrow(wide_v[3]));
        let w = h * PROJECT_BLOCKS + c4;
        a0 += wide_mat(load_mat(project[w]) * v);
        if (PROJECT_BLOCKS > 1u) { a1 += wide_mat(load_mat(project[w + 1u]) * v); }
        if (PROJECT_BLOCKS > 2u) { a2 += wide_mat(load_mat(project[w + 2u]) * v); }
        if (PROJECT_BLOCKS > 3u) { a3 += wide_mat(load_mat(project[w + 3u]) * v); }
        if (PROJECT_BLOCKS > 4u) { a4 += wide_mat(load_mat(project[w + 4u]) * v); }
        if (PROJECT_BLOCKS > 5u) { a5 += wide_mat(load_mat(project[w + 5u]) * v); }
        if (PROJECT_BLOCKS > 6u) { a6 += wide_mat(load_mat(project[w + 6u]) * v); }
        if (PROJECT_BLOCKS > 7u) { a7 += wide_mat(load_mat(project[w + 7u]) * v); }
      }
    }
    workgroupBarrier();
  }
  if (!is_owner) { return; }
  let at = corner + vec2u(x, y);
  for (var j = 0u; j < PROJECT_BLOCKS; j++) {
    for (var i = 0u; i < 4u; i++) { finish(c4 + j, at.y + i, at.x, column_of(a0, i)); }
    a0 = a1;
    a1 = a2;
    a2 = a3;
    a3 = a4;
    a4 = a5;
    a5 = a6;
    a6 = a7;
  }
}
