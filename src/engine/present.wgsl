// Draws S x S RGBA bytes over a whole target: pixel for pixel where it is S x S too, else bilinearly.

struct Target {
  step: vec2f, // pixels of the picture in one of the target
}

@group(0) @binding(0) var<storage, read> src: array<u32>; // R in the lowest byte
@group(0) @binding(1) var<uniform> destination: Target;

@vertex
fn cover(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
  // One triangle, twice as large as the target.
  return vec4f(f32(i & 1u) * 4.0 - 1.0, f32(i >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

fn pixel(x: i32, y: i32) -> vec4f {
  let at = clamp(vec2i(x, y), vec2i(0), vec2i(i32(SIZE) - 1));
  return unpack4x8unorm(src[u32(at.y) * SIZE + u32(at.x)]);
}

// The bytes are to be stored as they are, but an -srgb texture encodes what is written.
fn decode(encoded: vec4f) -> vec4f {
  let curve = pow((encoded + 0.055) / 1.055, vec4f(2.4));
  return select(curve, encoded / 12.92, encoded <= vec4f(0.04045));
}

@fragment
fn draw(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let at = position.xy * destination.step - 0.5;
  let first = vec2i(floor(at));
  let weight = at - floor(at);
  let top = mix(pixel(first.x, first.y), pixel(first.x + 1, first.y), weight.x);
  let bottom = mix(pixel(first.x, first.y + 1), pixel(first.x + 1, first.y + 1), weight.x);
  let color = mix(top, bottom, weight.y);
  if (DECODE) { return vec4f(decode(color).rgb, 1.0); }
  return vec4f(color.rgb, 1.0);
}
