// Times inside webhook bodies.

/** ISO 8601 with whole seconds and a numeric offset, as listeners know it from the documented system; never `Z`. */
export function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`
}
