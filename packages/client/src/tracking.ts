// A tracking as the game holds it: a promise of the outcome, and the statuses on the way.
import type { Outcome, StatusUpdate } from './outcome.ts'

/** What is told on the way, and the outcome as the last of it. */
export type Update = StatusUpdate | Outcome

/**
 * An order that is being tracked. It never rejects: whatever happens is an outcome.
 *
 * `for await` gives every status since the beginning, in order, and the outcome at the end. Leaving the loop early does not end the
 * tracking; aborting its signal does.
 */
export interface Tracking extends Promise<Outcome>, AsyncIterable<Update> {}

/** Both ends of a tracking. An outcome has to be the last that is pushed. */
export interface OpenTracking {
  readonly tracking: Tracking
  push(update: Update): void
}

/** An update and where the next one will be. */
interface Link {
  readonly update: Update
  readonly next: Promise<Link>
}

/** Opens a tracking. */
export function openTracking(): OpenTracking {
  let fill: (link: Link) => void
  const makeLink = (): Promise<Link> =>
    new Promise((resolve) => {
      fill = resolve
    })
  const first = makeLink()
  async function* read(): AsyncGenerator<Update, void> {
    for (let link = await first; ; link = await link.next) {
      yield link.update
      if (link.update.kind !== 'status') return
    }
  }
  async function outcome(): Promise<Outcome> {
    let last: Update | undefined
    for await (last of read());
    return last as Outcome
  }
  return {
    tracking: Object.assign(outcome(), { [Symbol.asyncIterator]: read }),
    push(update) {
      const tell = fill
      tell({ update, next: makeLink() })
    },
  }
}
