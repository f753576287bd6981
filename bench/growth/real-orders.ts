// Orders as a shop really has them, made by the real commands from their creation to the answer of the game.
import { markEventProcessed } from '../../packages/server/src/events/index.ts'
import { createOrder } from '../../packages/server/src/orders/index.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { type AttemptReport, recordAttempt } from '../../packages/server/src/webhooks/attempt-report.ts'
import { type ClaimedDelivery, claimDeliveries } from '../../packages/server/src/webhooks/claim-due-deliveries.ts'
import { type SeededOrder, wishOf } from '../stage/seed.ts'

/** As many webhooks as a process has under way. */
const CLAIMED_AT_ONCE = 128
const SLOTS = { all: CLAIMED_AT_ONCE, retries: CLAIMED_AT_ONCE }
const LEASE_MS = 60_000
const DURATION_MS = 40
/** One of fifty webhooks is rejected. */
const REJECTED_EVERY = 50
const REQUEST_HEADERS = JSON.stringify({
  'content-type': 'application/json',
  authorization: 'Signature …',
  'webhook-id': 'msg_1234567',
  'webhook-timestamp': '1767225600',
  'webhook-signature': 'v1,…',
  'user-agent': 'OrderTrail',
})
const RESPONSE_HEADERS = JSON.stringify({ date: 'Thu, 01 Jan 2026 00:00:00 GMT', connection: 'keep-alive' })

/** Creates one order of a player. */
export async function createOne(store: Store, projectId: number, player: number): Promise<SeededOrder> {
  const result = await store.run(createOrder, wishOf(projectId, player))
  if (result.kind !== 'created') throw new Error(`The order was not created: ${JSON.stringify(result)}`)
  return { projectId, orderId: result.orderId }
}

/** Claims what is due and records an answer for each, as a dispatcher does, until nothing is due; gives how many that were. */
export async function deliverDue(store: Store): Promise<number> {
  for (let count = 0; ; ) {
    const claim = { owner: 'bench', leaseMs: LEASE_MS, free: SLOTS, perProject: [], perOtherProject: SLOTS }
    const claimed = await store.run(claimDeliveries, claim)
    if (claimed.length === 0) return count
    await Promise.all(claimed.map((one) => recordOne(store, one)))
    count += claimed.length
  }
}

async function recordOne(store: Store, claimed: ClaimedDelivery): Promise<void> {
  const { projectId, deliveryId, orderId, number, leaseToken, position, isLate, claimedAt } = claimed
  const status = deliveryId % REJECTED_EVERY === 0 ? 400 : 204
  const report: AttemptReport = {
    ...{ kind: 'automatic', projectId, deliveryId, orderId, number, leaseToken, position, isLate },
    exchange: {
      url: 'https://game.example/webhooks',
      startedAt: claimedAt,
      durationMs: DURATION_MS,
      answer: { kind: 'response', status },
      failure: null,
      requestHeaders: REQUEST_HEADERS,
      responseHeaders: RESPONSE_HEADERS,
      responseBody: status === 400 ? 'no' : '',
    },
  }
  const result = await store.run(recordAttempt, report)
  if (result.kind !== 'recorded') throw new Error(`Delivery ${deliveryId} was not recorded: ${result.kind}`)
}

/** One of ten events is left unprocessed. */
const OPEN_EVERY = 10

/** The game takes note of nearly all events. */
export async function processEvents(store: Store): Promise<void> {
  const rows = await store.read
    .selectFrom('events_state')
    .select(['project_id', 'id', 'party_id'])
    .where('processed_at', 'is', null)
    .execute()
  const noted = rows.filter((_, index) => index % OPEN_EVERY !== 0)
  await Promise.all(
    noted.map(async ({ project_id: projectId, id: eventId, party_id: id }) => {
      const party = { projectId, kind: 'user', id } as const
      const { kind } = await store.run(markEventProcessed, { party, eventId })
      if (kind !== 'marked') throw new Error(`Event ${eventId} was not marked: ${kind}`)
    }),
  )
}
