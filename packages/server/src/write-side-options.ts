// What the write side is composed from: plain data, because on SQLite it crosses into the worker thread.

/** Options of composeWriteSide. */
export interface WriteSideOptions {
  readonly isDev: boolean
}
