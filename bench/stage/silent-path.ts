// The path that tells the receiver not to answer. Apart from it, because whoever imports the receiver becomes one.

/** Requests to paths below this one are neither answered nor counted. */
export const SILENT_PATH = '/silent/'
