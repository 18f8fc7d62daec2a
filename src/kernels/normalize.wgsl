// Bytes to network input: dst[c, p] = 2 * byte / 255 - 1 of the first three bytes of pixel p; one thread a pixel.

@group(0) @binding(0) var<storage, read> src: array<u32>; // RGBA, R in the lowest byte
@group(0) @binding(1) var<storage, read_write> dst: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= PIXELS) { return; }
  let bytes = vec3f(vec3u(src[i], src[i] >> 8u, src[i] >> 16u) & vec3u(255u));
  dst[i] = store(vec4f(2.0 * bytes / 255.0 - 1.0, 0.0));
}
