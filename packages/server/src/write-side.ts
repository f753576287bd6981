// The write side put together: every command with its handler, and what one folder's writes cause in those above it.
import { catalogCommands } from './catalog/index.ts'
import {
  appendEvents,
  type HeardEvent,
  handleRetireEvents,
  markEventProcessed,
  markEventsHeard,
  markEventsProcessed,
  retireEvents,
} from './events/index.ts'
import { fulfilAcknowledged, fulfilProcessed, orderCommands } from './orders/index.ts'
import { applyFreshFacts, applyParkedFacts, paymentCommands, requestAutoRefunds } from './payments/index.ts'
import { type BoundCommand, bind } from './platform/store/index.ts'
import { projectCommands } from './projects/index.ts'
import { realtimeCommands } from './realtime/index.ts'
import { type EndedDelivery, makeWebhookSwitches, webhookCommands } from './webhooks/index.ts'
import type { WriteSideOptions } from './write-side-options.ts'

/**
 * Every command that the store runs. Called in the worker thread of a SQLite file, and in the process for PostgreSQL.
 *
 * Imports go down only, so what a lower folder causes above it is handed down here as a function; it runs inside the
 * transaction that causes it, and a crash cannot come between.
 */
export function composeWriteSide(_options: WriteSideOptions): readonly BoundCommand[] {
  return [
    ...projectCommands(makeWebhookSwitches({ appendEvents })),
    ...catalogCommands(),
    ...realtimeCommands(),
    bind(markEventProcessed, markEventsProcessed(fulfilProcessed)),
    bind(retireEvents, handleRetireEvents),
    ...webhookCommands({
      onDeliveriesEnded: async (tx, ended) => {
        await markEventsHeard(tx, heardEvents(ended))
        await fulfilAcknowledged(tx, ended)
        await requestAutoRefunds(tx, ended)
      },
    }),
    ...orderCommands({ onOrdersCreated: (tx, orders) => applyParkedFacts(tx, orders, applyFreshFacts) }),
    ...paymentCommands(),
  ]
}

function heardEvents(ended: readonly EndedDelivery[]): readonly HeardEvent[] {
  return ended.flatMap(({ projectId, eventId }) => (eventId === undefined ? [] : [{ projectId, eventId }]))
}
