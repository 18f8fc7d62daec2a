// Shared by every kernel. Workgroups are numbered in one line and launched folded over three dimensions, since one
// dimension holds 65,535 at most; a kernel only ever sees the number.

fn group_index(group: vec3u, groups: vec3u) -> u32 {
  return group.x + groups.x * (group.y + groups.y * group.z);
}

fn thread_index(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return group_index(group, groups) * WORKGROUP + local;
}

// Column i of m, for loops over finished outputs: a driver compiles the end of a kernel once, not once for every output. (An
// index that varies would move the whole matrix out of registers.)
fn column_of(m: mat4x4f, i: u32) -> vec4f {
  return select(select(m[0], m[1], i == 1u), select(m[2], m[3], i == 3u), i > 1u);
}
