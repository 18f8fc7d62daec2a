declare const __COMMIT__: string | null;

/** The commit that the page was built or served from. */
export const COMMIT = __COMMIT__;
