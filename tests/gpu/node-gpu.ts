import { openAdapter } from '../../tools/node-gpu';

/** What a page has as `navigator.gpu`: every call gives another adapter, since a device uses its adapter up. */
export const nodeGpu = {
  requestAdapter: async () =>
    (await openAdapter(process.env['RHO_ADAPTER'] === 'hardware' ? 'hardware' : 'auto')).adapter,
} as unknown as GPU;
