// Bilinear sampling of `feature` at the absolute coordinates in `field`, zero outside, pixel centres at half-integers
// (grid_sample with align_corners = False). Expects bindings `feature` and `field` (f32 in every precision) and their sizes as constants.

fn feature_at(c4: u32, y: i32, x: i32) -> vec4f {
  let inside = y >= 0 && y < i32(FEATURE_HEIGHT) && x >= 0 && x < i32(FEATURE_WIDTH);
  let at = select(0u, u32(y) * FEATURE_WIDTH + u32(x), inside);
  return select(vec4f(), wide(load(feature[c4 * (FEATURE_HEIGHT * FEATURE_WIDTH) + at])), inside);
}

fn grid_sample(c4: u32, field_pixel: u32) -> vec4f {
  let size = vec2f(f32(FEATURE_WIDTH), f32(FEATURE_HEIGHT));
  let position = ((field[field_pixel].xy + 1.0) * size - 1.0) * 0.5;
  // Two pixels outside is as good as anywhere outside, and an unclamped float may not fit an i32.
  let p = clamp(position, vec2f(-2.0), size + 1.0);
  let corner = vec2i(floor(p));
  let f = p - floor(p);
  let top = mix(feature_at(c4, corner.y, corner.x), feature_at(c4, corner.y, corner.x + 1), f.x);
  let bottom = mix(feature_at(c4, corner.y + 1, corner.x), feature_at(c4, corner.y + 1, corner.x + 1), f.x);
  return mix(top, bottom, f.y);
}
