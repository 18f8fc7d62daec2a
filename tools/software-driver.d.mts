export function findSoftwareDriver(): string | undefined;
export function findBrowser(): string | undefined;
export function mayHaveGpu(): boolean;
export function hasVulkan(): boolean;
