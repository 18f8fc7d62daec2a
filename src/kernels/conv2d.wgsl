// Dense convolution of any kernel, stride and padding (conv2d-tile.wgsl):
// dst[co, y, x] = act(bias[co] + addend[co, y, x] + sum weight * src) + residual[co, y, x].

@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> addend: array<Stored>;
@group(0) @binding(5) var<storage, read> residual: array<Out>;
@group(0) @binding(6) var<storage, read_write> dst: array<Out>;

fn finish_block(c4: u32, pixel: u32, value: vec4f) {
  if (c4 >= DST_BLOCKS) { return; }
  var sum = value + bias[c4];
  if (ADDEND) { sum += wide(load(addend[c4 * (HEIGHT * WIDTH) + pixel])); }
  emit(c4, pixel, sum);
}

fn finish(c4: u32, y: i32, x: u32, a: vec4f, b: vec4f) {
  if (y < 0) { return; }
  let pixel = u32(y) * WIDTH + x;
  finish_block(c4, pixel, a);
  if (BLOCKS == 2u) { finish_block(c4 + 1u, pixel, b); }
}
