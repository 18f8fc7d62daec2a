#!/usr/bin/env node
// The command line of a checkout.
import { runModule } from './run-module.mjs';

await runModule(new URL('./rho.ts', import.meta.url));
