// f16 storage in pairs inside u32, f32 arithmetic: for adapters without shader-f16.
alias Vec = vec4f;
alias Mat = mat4x4f;
alias Stored = vec2u;
alias StoredMat = array<vec2u, 4>;

fn load(v: Stored) -> Vec { return vec4f(unpack2x16float(v.x), unpack2x16float(v.y)); }
fn load_mat(m: StoredMat) -> Mat { return Mat(load(m[0]), load(m[1]), load(m[2]), load(m[3])); }
fn store(v: vec4f) -> Stored { return vec2u(pack2x16float(v.xy), pack2x16float(v.zw)); }
fn narrow(v: vec4f) -> Vec { return v; }
fn wide(v: Vec) -> vec4f { return v; }
fn wide_mat(m: Mat) -> mat4x4f { return m; }
