// Normalization and modulation of one block at one pixel: relu(norm(x) * (1 + gamma) + beta). x is block c4 of the
// concatenation of `content` (CONTENT_BLOCKS) and of `feature` warped by `field` (bilinear.wgsl), each read through its
// pixel; either may be missing.
fn spade(c4: u32, content_pixel: u32, field_pixel: u32, scale: vec4f, shift: vec4f, gamma: vec4f, beta: vec4f) -> vec4f {
  var value: vec4f;
  if (c4 < CONTENT_BLOCKS) {
    value = wide(load(content[c4 * CONTENT_PIXELS + content_pixel]));
  } else {
    value = grid_sample(c4 - CONTENT_BLOCKS, field_pixel);
  }
  return max((value * scale + shift) * (1.0 + gamma) + beta, vec4f());
}
