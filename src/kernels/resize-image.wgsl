// One axis of Pillow's antialiased bilinear resize, exact: eight-bit pixels, coefficients in 22-bit fixed point, rounded
// to bytes after each axis. Output position o sums SUPPORT pixels from start[o] on. One thread a pixel.

@group(0) @binding(0) var<storage, read> src: array<u32>; // RGBA, R in the lowest byte
@group(0) @binding(1) var<storage, read> coefficients: array<i32>; // start (one an output position), then weights (SUPPORT each)
@group(0) @binding(2) var<storage, read_write> dst: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= HEIGHT * WIDTH) { return; }
  let y = i / WIDTH;
  let x = i % WIDTH;
  let o = select(x, y, VERTICAL);
  let size = select(SRC_WIDTH, SRC_HEIGHT, VERTICAL);
  let first = u32(coefficients[o]);
  var sum = vec4i(1 << 21u);
  for (var k = 0u; k < SUPPORT; k++) {
    let at = min(first + k, size - 1u); // beyond the last pixel weights are zero
    let rgba = src[select(y * SRC_WIDTH + at, at * SRC_WIDTH + x, VERTICAL)];
    let weight = coefficients[select(WIDTH, HEIGHT, VERTICAL) + o * SUPPORT + k];
    sum += weight * vec4i((vec4u(rgba) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
  }
  let bytes = vec4u(clamp(sum >> vec4u(22u), vec4i(0), vec4i(255)));
  dst[i] = bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | (bytes.w << 24u);
}
