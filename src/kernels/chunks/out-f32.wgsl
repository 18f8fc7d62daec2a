// The result of a convolution, and what is added to it, in f32 whatever the precision of the program.
alias Out = vec4f;
fn load_out(v: Out) -> vec4f { return v; }
fn store_out(v: vec4f) -> Out { return v; }
