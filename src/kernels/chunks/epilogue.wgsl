// The end of every convolution: activation, then a residual of the same size, or of half the size read through nearest
// x 2, then the store as Out (out-stored.wgsl or out-f32.wgsl). Expects bindings `residual` and `dst` and constants ACTIVATION (activate.wgsl), RESIDUAL (0 none,
// 1 same size, 2 half size), HEIGHT and WIDTH of dst.

fn emit(c4: u32, pixel: u32, value: vec4f) {
  var result = activate(value);
  if (RESIDUAL == 1u) { result += load_out(residual[c4 * (HEIGHT * WIDTH) + pixel]); }
  if (RESIDUAL == 2u) {
    let at = (pixel / WIDTH / 2u) * (WIDTH / 2u) + pixel % WIDTH / 2u;
    result += load_out(residual[c4 * (HEIGHT / 2u * (WIDTH / 2u)) + at]);
  }
  dst[c4 * (HEIGHT * WIDTH) + pixel] = store_out(result);
}
