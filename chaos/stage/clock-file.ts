// What the run and the preload of its servers agree on.

/** The variable that names the file; it holds milliseconds as text. */
export const CLOCK_FILE_VARIABLE = 'CHAOS_CLOCK_FILE'
