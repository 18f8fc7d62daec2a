// Network output to a pixel of bytes, rounded as published: clamp to [-1, 1], (v + 1) / 2 * 255, truncated; alpha 255.
fn rgba8(value: vec3f) -> u32 {
  let bytes = vec3u((clamp(value, vec3f(-1.0), vec3f(1.0)) + 1.0) / 2.0 * 255.0);
  return bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | 0xff000000u;
}
