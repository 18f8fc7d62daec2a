// f32 storage, f32 arithmetic.
alias Vec = vec4f;
alias Mat = mat4x4f;
alias Stored = vec4f;
alias StoredMat = mat4x4f;

fn load(v: Stored) -> Vec { return v; }
fn load_mat(m: StoredMat) -> Mat { return m; }
fn store(v: vec4f) -> Stored { return v; }
fn narrow(v: vec4f) -> Vec { return v; }
fn wide(v: Vec) -> vec4f { return v; }
fn wide_mat(m: Mat) -> mat4x4f { return m; }
