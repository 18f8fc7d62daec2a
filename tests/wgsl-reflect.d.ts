// The package's own types are for the other entry, which plain ESM cannot import.
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export * from 'wgsl_reflect';
}
