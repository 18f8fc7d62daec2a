// Line drawing of landmarks, pixel for pixel as OpenCV's 4-connected lines: dst[., y, x] = colors[part of the last segment
// that covers (x, y)]. Up to three square drawings lie side by side in dst; what is between them stays background.
// One thread owns one pixel and asks every segment (there are at most a hundred), so nothing is drawn in order. The walk
// of a line takes a minor step whenever D * m < d * M, else a major one, where M of D major and m of d minor steps are done;
// hence it visits (M, m) exactly if D * m >= d * (M - 1) and D * (m - 1) < d * M.

@group(0) @binding(0) var<storage, read> segments0: array<vec4i>; // two each: (part, kind, x, y), (D, d, sign of y, 0)
@group(0) @binding(1) var<storage, read> segments1: array<vec4i>;
@group(0) @binding(2) var<storage, read> segments2: array<vec4i>;
@group(0) @binding(3) var<storage, read> colors: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dst: array<Stored>;

const DOT = 0;
const STEEP = 2; // 1 is a line that is wider than high

fn is_covered(at: vec2i, head: vec4i, line: vec4i) -> bool {
  let right = at.x - head.z;
  let along = (at.y - head.w) * line.z;
  if (head.y == DOT) { return abs(right) + abs(along) <= 1; }
  let major = select(right, along, head.y == STEEP);
  let minor = select(along, right, head.y == STEEP);
  if (major < 0 || major > line.x || minor < 0 || minor > line.y) { return false; }
  return line.x * minor >= line.y * (major - 1) && (minor == 0 || line.x * (minor - 1) < line.y * major);
}

// The part to draw at a pixel of a drawing, given the one before segment (head, line).
fn drawn(before: i32, at: vec2i, head: vec4i, line: vec4i) -> i32 {
  return select(before, head.x, head.x > 0 && is_covered(at, head, line));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= HEIGHT * WIDTH) { return; }
  let pixel = vec2u(i % WIDTH, i / WIDTH);
  let at0 = pixel - vec2u(X0, Y0); // wraps around left of the drawing and above it
  let at1 = pixel - vec2u(X1, Y1);
  let at2 = pixel - vec2u(X2, Y2);
  var part = 0;
  if (all(at0 < vec2u(SIZE0))) {
    for (var s = 0u; s < COUNT0; s++) { part = drawn(part, vec2i(at0), segments0[2u * s], segments0[2u * s + 1u]); }
  } else if (all(at1 < vec2u(SIZE1))) {
    for (var s = 0u; s < COUNT1; s++) { part = drawn(part, vec2i(at1), segments1[2u * s], segments1[2u * s + 1u]); }
  } else if (all(at2 < vec2u(SIZE2))) {
    for (var s = 0u; s < COUNT2; s++) { part = drawn(part, vec2i(at2), segments2[2u * s], segments2[2u * s + 1u]); }
  }
  dst[i] = store(colors[part]);
}
