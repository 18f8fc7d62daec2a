// The result of a convolution in the precision of the program.
alias Out = Stored;
fn load_out(v: Out) -> vec4f { return wide(load(v)); }
fn store_out(v: vec4f) -> Out { return store(v); }
