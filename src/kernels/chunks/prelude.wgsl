// Shared by every kernel. Workgroups are numbered in one line and launched folded over three dimensions, since one
// dimension holds 65,535 at most; a kernel only ever sees the number.

fn group_index(group: vec3u, groups: vec3u) -> u32 {
  return group.x + groups.x * (group.y + groups.y * group.z);
}

fn thread_index(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return group_index(group, groups) * WORKGROUP + local;
}
