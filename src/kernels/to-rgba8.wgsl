// Network output to bytes (rgba8.wgsl); one thread a pixel.

@group(0) @binding(0) var<storage, read> src: array<Stored>;
@group(0) @binding(1) var<storage, read_write> dst: array<u32>; // RGBA, R in the lowest byte

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= PIXELS) { return; }
  dst[i] = rgba8(wide(load(src[i])).xyz);
}
