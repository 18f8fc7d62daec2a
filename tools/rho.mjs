#!/usr/bin/env node
// The command line of a checkout: loads tools/rho.ts (and the WGSL it imports) through Vite, so nothing is built first.
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('./rho.ts', import.meta.url).pathname, { logLevel: 'error' });
await module.main(process.argv);
