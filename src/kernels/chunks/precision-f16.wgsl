enable f16;
// f16 storage and products; sums of four products are widened and accumulated in f32.
alias Vec = vec4<f16>;
alias Mat = mat4x4<f16>;
alias Stored = vec4<f16>;
alias StoredMat = mat4x4<f16>;

fn load(v: Stored) -> Vec { return v; }
fn load_mat(m: StoredMat) -> Mat { return m; }
fn store(v: vec4f) -> Stored { return Stored(v); }
fn narrow(v: vec4f) -> Vec { return Vec(v); }
fn wide(v: Vec) -> vec4f { return vec4f(v); }
fn wide_mat(m: Mat) -> mat4x4f { return mat4x4f(m); }
