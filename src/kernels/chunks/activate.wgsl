// What follows the sum of a convolution; ACTIVATION is 0 none, 1 relu, 2 tanh.
fn activate(v: vec4f) -> vec4f {
  if (ACTIVATION == 1u) { return max(v, vec4f()); }
  // Beyond +-15 tanh is 1 in f32, and some drivers return NaN for large arguments.
  if (ACTIVATION == 2u) { return tanh(clamp(v, vec4f(-15.0), vec4f(15.0))); }
  return v;
}
