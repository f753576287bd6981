// An official client that watches one player and holds every publication against the ones before it.
import { DEV_PROJECT } from '@ordertrail/server'
import { Centrifuge, type Options } from 'centrifuge'

/** What one client has seen over all its connections. */
export interface WatchingClient {
  readonly userId: string
  /** Offset of the last publication; 0: none yet. */
  readonly position: number
  readonly statuses: readonly string[]
  readonly connections: number
  /** Connections that began anew although the client asked to go on. */
  readonly unrecovered: number
  /** Holes, duplicates and goodbyes for good, in words. */
  readonly violations: readonly string[]
  stop(): void
}

/** A node that comes back must not wait for its clients. */
const RECONNECT = { minReconnectDelay: 50, maxReconnectDelay: 1_000 }

/** Where a client connects: the address of a WebSocket, or of a server that streams by HTTP. */
export type WatchedPlace = string | { readonly streamingUrl: string }

/** Connects and keeps connected. `auth` is a user token. */
export function watchPlayer(
  place: WatchedPlace,
  userId: string,
  auth: string,
  projectId: number = DEV_PROJECT.projectId,
): WatchingClient {
  const data = { user_external_id: userId, auth, project_id: projectId }
  const client = clientOf(place, { data, ...RECONNECT })
  const seen = { position: 0, statuses: [] as string[], connections: 0, unrecovered: 0, violations: [] as string[] }
  const tell = (sentence: string): void => void seen.violations.push(`${userId}: ${sentence}`)

  client.on('subscribed', ({ wasRecovering, recovered, streamPosition }) => {
    seen.connections += 1
    const from = streamPosition?.offset ?? 0
    if (wasRecovering && !recovered) seen.unrecovered += 1
    if (recovered && from !== seen.position) tell(`recovery from ${from} although ${seen.position} was seen last`)
    if (!recovered && from < seen.position) tell(`a stream at ${from} although ${seen.position} was seen`)
    seen.position = from
  })
  client.on('publication', ({ offset = 0, data: { order_id, status } }) => {
    if (offset <= seen.position) tell(`${offset} came again after ${seen.position}`)
    if (offset > seen.position + 1) tell(`${offset} came after ${seen.position}`)
    seen.position = offset
    seen.statuses.push(`${order_id} ${status}`)
  })
  client.on('disconnected', ({ code, reason }) => {
    if (code !== 0) tell(`was sent away for good: ${code} ${reason}`)
  })
  client.connect()
  return Object.assign(seen, { userId, stop: () => client.disconnect() })
}

function clientOf(place: WatchedPlace, options: Partial<Options>): Centrifuge {
  if (typeof place === 'string') return new Centrifuge(place, options)
  const { streamingUrl } = place
  const emulationEndpoint = `${streamingUrl}/emulation`
  const stream = { transport: 'http_stream', endpoint: `${streamingUrl}/connection/http_stream` } as const
  return new Centrifuge([stream], { ...options, emulationEndpoint })
}
