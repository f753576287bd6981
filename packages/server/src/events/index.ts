// The events API: for games without a backend.
export { appendEvents } from './append-events.ts'
export { type EventEndpointDeps, type EventEndpoints, makeEventEndpoints } from './events.endpoints.ts'
export {
  type HeardEvent,
  type MarkEventInput,
  type MarkEventResult,
  markEventProcessed,
  markEventsHeard,
  markEventsProcessed,
  type OnEventsProcessed,
  type ProcessedEvent,
} from './mark-event-processed.ts'
export { handleRetireEvents, retirableEvents, retireEvents } from './retire-events.ts'
