// The service that lets orders expire in time and forgets answers that nobody can ask for any more.
import type { Logger } from '../platform/logger.ts'
import { type Service, service } from '../platform/service.ts'
import type { Store } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import { expireOrders, nextExpiry } from './expire-orders.ts'
import { FORGOTTEN_BATCH_MAX, forgetAnswers, nextForgetting } from './forget-answers.ts'

/** How often it looks what is due: other nodes create orders too, and a payment that fails frees its order at once. */
const EXPIRY_POLL_MS = 1_000

/** What the service needs. */
export interface OrderExpiryDeps {
  readonly store: Store
  readonly logger: Logger
  readonly pollMs?: number
}

/** Makes the service. Looking costs one read; a transaction is opened only when something is due. */
export function makeOrderExpiry({ store, logger, pollMs = EXPIRY_POLL_MS }: OrderExpiryDeps): Service & TimedWork {
  let round: Promise<void> = Promise.resolve()
  let isBusy = false
  let release = (): void => {}

  const settle = (): Promise<void> => {
    round = round.catch(() => undefined).then(() => expireAll(store))
    return round
  }
  const poll = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    await settle().catch((error: unknown) => logger.error('expiry.failed', { error }))
    isBusy = false
  }
  const body = service('order expiry', {
    start: async () => {
      const timer = setInterval(() => void poll(), pollMs)
      const removeListener = store.onWakeUp((wakeUps) => {
        if (wakeUps.some(({ kind }) => kind === 'time_skipped')) void poll()
      })
      release = () => {
        clearInterval(timer)
        removeListener()
      }
    },
    stop: async () => {
      release()
      await round.catch(() => undefined)
    },
  })
  return { ...body, nextDueAt: () => nextExpiry(store.read), settle }
}

async function expireAll(store: Store): Promise<void> {
  while (isDue(await nextExpiry(store.read), store)) {
    const { isMore } = await store.run(expireOrders, null)
    if (!isMore) break
  }
  while (isDue(await nextForgetting(store.read), store)) {
    if ((await store.run(forgetAnswers, null)) < FORGOTTEN_BATCH_MAX) break
  }
}

function isDue(time: number | null, store: Store): boolean {
  return time !== null && time <= store.now()
}
