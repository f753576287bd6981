// Puts moves onto the channels of their buyers.

import type { Party } from '../platform/http/index.ts'
import type { Tx } from '../platform/store/index.ts'
import { appendPublications } from '../realtime/index.ts'
import type { Move } from './transition.ts'

/** Publishes `moves` in their order, but `expired` only where the project asked for it: SDKs know four statuses. */
export async function publishStatuses(tx: Tx, moves: readonly Move[]): Promise<void> {
  const shown = moves.filter(({ to, facts }) => to !== 'expired' || facts.settings.isExpiredShown)
  await appendPublications(tx, shown.map(publicationOf))
}

function publicationOf({ order, to }: Move) {
  return {
    projectId: order.project_id,
    partyKind: order.party_kind as Party['kind'],
    partyId: order.party_id,
    channel: order.channel,
    orderId: order.id,
    data: JSON.stringify({ order_id: order.id, status: to }),
  }
}
