// Wall time finer than a millisecond, for times that are compared between processes of one machine.

/** Milliseconds since 1970 with their fraction. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now()
}
