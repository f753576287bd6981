// Lets work on one subject run one after another, while different subjects run at the same time.

/** Runs `work` when everything begun earlier for the same subject has ended, well or badly. */
export type InTurn = <Result>(subject: string, work: () => Promise<Result>) => Promise<Result>

/** A new set of queues. A queue lives as long as somebody waits in it, so nothing needs to be closed. */
export function createTurns(): InTurn {
  const lastOf = new Map<string, Promise<unknown>>()
  return async (subject, work) => {
    const before = lastOf.get(subject) ?? Promise.resolve()
    // A failure belongs to the caller that caused it, never to those who wait behind it.
    const mine = before.then(work, work)
    lastOf.set(subject, mine)
    try {
      return await mine
    } finally {
      if (lastOf.get(subject) === mine) lastOf.delete(subject)
    }
  }
}
