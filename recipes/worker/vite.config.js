// The package starts its worker by an address beside itself, which Vite's development server must not move; built, it is a module.
export default {
  optimizeDeps: { exclude: ['rho-webgpu'] },
  worker: { format: 'es' },
};
