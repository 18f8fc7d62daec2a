// A part of a texture to RGBA bytes, edges repeated outside of the texture. One thread a pixel.

struct Part {
  origin: vec2i,
  size: vec2u,
}

@group(0) @binding(0) var src: texture_2d<f32>;
@group(0) @binding(1) var<uniform> part: Part;
@group(0) @binding(2) var<storage, read_write> dst: array<u32>; // R in the lowest byte

// The network wants the bytes as they are stored, but an -srgb texture is decoded on reading.
fn encode(linear: vec4f) -> vec4f {
  let curve = 1.055 * pow(max(linear, vec4f(0.0031308)), vec4f(1.0 / 2.4)) - 0.055;
  return select(curve, linear * 12.92, linear <= vec4f(0.0031308));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) at: vec3u) {
  if (any(at.xy >= part.size)) { return; }
  let last = vec2i(textureDimensions(src)) - 1;
  var value = clamp(textureLoad(src, clamp(part.origin + vec2i(at.xy), vec2i(0), last), 0), vec4f(0.0), vec4f(1.0));
  if (ENCODE) { value = encode(value); }
  dst[at.y * part.size.x + at.x] = pack4x8unorm(value);
}
