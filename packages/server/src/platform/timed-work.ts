// Work that waits for wall time, as the skipping of time needs to see it.

/** A service that acts when wall time comes. */
export interface TimedWork {
  readonly name: string
  /** Earliest wall time in milliseconds at which it will act; null: nothing waits. */
  nextDueAt(): Promise<number | null>
  /** Resolves when nothing that is due now is left undone or in flight. */
  settle(): Promise<void>
}
