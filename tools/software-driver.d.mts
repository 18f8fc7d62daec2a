export function findSoftwareDriver(): string | undefined;
export function findBrowser(): string | undefined;
