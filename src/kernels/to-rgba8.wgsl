// Network output to bytes, rounded as published: clamp to [-1, 1], (v + 1) / 2 * 255, truncated; alpha 255; one thread a pixel.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read_write> dst: array<u32>; // RGBA, R in the lowest byte

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= PIXELS) { return; }
  let value = vec3u((clamp(wide(load(src[i])).xyz, vec3f(-1.0), vec3f(1.0)) + 1.0) / 2.0 * 255.0);
  dst[i] = value.x | (value.y << 8u) | (value.z << 16u) | 0xff000000u;
}
