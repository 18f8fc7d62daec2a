export function findSoftwareDriver(): string | undefined;
export function findLavapipe(): string | undefined;
export function findBrowser(): string | undefined;
export function findFirefox(): string | undefined;
export function mayHaveGpu(): boolean;
export function hasVulkan(): boolean;

/** What a process that opens the software driver must have in its environment. */
export function vulkanEnvironment(): Record<string, string>;
