// The front door of realtime: statuses go onto channels, and from there to whoever watches.
export { appendPublications, channelOf, type NewPublication } from './append-publications.ts'
export type { Broker, BrokerReceiver, PublicationHint } from './broker.ts'
export { type BrokerChoice, createBroker } from './create-broker.ts'
export { retirablePublications } from './cut-history.ts'

export { createGateway, type Gateway, type GatewayDeps, type Ticker } from './gateway.ts'
export { commandLimits, type GatewayLimits } from './gateway-limits.ts'
export { type OpenChannelInput, type OpenedChannel, realtimeCommands } from './open-channel.ts'
export { createPublisher } from './publisher.ts'
export { makeStreamEndpoints, type StreamEndpoints } from './stream.endpoints.ts'
