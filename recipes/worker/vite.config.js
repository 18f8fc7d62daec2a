// The package starts its worker by an address beside its own file, which Vite's development server must leave where it is.
export default { optimizeDeps: { exclude: ['rho-webgpu'] } };
