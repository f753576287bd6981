// The statuses of one order as they are told: each once, never backwards.

/** In the order of a life; a later one is never followed by an earlier one. */
const KNOWN = ['new', 'paid', 'done', 'canceled']

/**
 * Starts with nothing known. Words that have no place in a life (`expired`) are told once each.
 *
 * @returns takes the next status; false: it is a repeat, or older than what is known, and changes nothing
 */
export function createStatusLine(): (status: string) => boolean {
  const seen = new Set<string>()
  let rank = -1
  return (status) => {
    const place = KNOWN.indexOf(status)
    if (seen.has(status) || (place >= 0 && place < rank)) return false
    seen.add(status)
    rank = Math.max(rank, place)
    return true
  }
}
