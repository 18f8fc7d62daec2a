// Line drawing of landmarks, pixel for pixel as OpenCV's 4-connected lines: dst[., y, x] = colors[part of the last segment
// that covers (x, y)]. One thread owns one pixel and asks every segment (there are at most a hundred), so nothing is
// drawn in order. The walk of a line takes a minor step whenever D * m < d * M, else a major one, where M of D major and m of
// d minor steps are done; hence it visits (M, m) exactly if D * m >= d * (M - 1) and D * (m - 1) < d * M.

@group(0) @binding(0) var<storage, read> segments: array<vec4i>; // two each: (part, kind, x, y), (D, d, sign of y, 0)
@group(0) @binding(1) var<storage, read> colors: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dst: array<Stored>;

fn is_covered(x: i32, y: i32, kind: i32, start: vec2i, line: vec4i) -> bool {
  let right = x - start.x;
  let along = (y - start.y) * line.z;
  if (kind == DOT) { return abs(right) + abs(along) <= 1; }
  let major = select(right, along, kind == STEEP);
  let minor = select(along, right, kind == STEEP);
  if (major < 0 || major > line.x || minor < 0 || minor > line.y) { return false; }
  return line.x * minor >= line.y * (major - 1) && (minor == 0 || line.x * (minor - 1) < line.y * major);
}

const DOT = 0;
const STEEP = 2; // 1 is a line that is wider than high

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= SIZE * SIZE) { return; }
  var part = 0;
  for (var s = 0u; s < SEGMENTS; s++) {
    let head = segments[2u * s];
    if (head.x > 0 && is_covered(i32(i % SIZE), i32(i / SIZE), head.y, head.zw, segments[2u * s + 1u])) { part = head.x; }
  }
  dst[i] = store(colors[part]);
}
