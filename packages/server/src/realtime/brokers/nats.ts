// The broker of installations of many nodes: core NATS, a subject per channel, so that a node hears only what it has connections for.
import { connect, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import type { NatsServer } from '../../platform/nats-server.ts'
import type { Broker } from '../broker.ts'
import { type CarriedBrokerDeps, createCarriedBroker } from './carried-broker.ts'
import type { Carrier, CarrierInbox } from './carrier.ts'
import { findGreeting } from './find-greeting.ts'

/** Where NATS is. `prefix`: first part of all subjects; installations that share a NATS have different ones. */
export interface NatsPlace {
  readonly servers: readonly NatsServer[]
  readonly prefix: string
}

const CONNECT_MS_MAX = 2_000

/** Makes a broker over NATS. */
export function createNatsBroker(place: NatsPlace, deps: CarriedBrokerDeps): Broker {
  return createCarriedBroker((inbox) => openCarrier(place, inbox), deps)
}

/** The subject of a channel. What a subject may not hold is written as `=` and its bytes in hex, so that no two channels share one. */
export function subjectOf(prefix: string, channel: string): string {
  const safe = channel.replace(/[^A-Za-z0-9_-]/gu, (character) => `=${Buffer.from(character).toString('hex')}`)
  return `${prefix}.channel.${safe}`
}

/** The subject that all nodes hear. */
function lostSubject(prefix: string): string {
  return `${prefix}.lost`
}

async function openCarrier({ servers, prefix }: NatsPlace, inbox: CarrierInbox): Promise<Carrier> {
  const connection = await connectTo(await findGreeting(servers, CONNECT_MS_MAX))
  const subscriptions = new Map<string, Subscription>()
  const hear = (subject: string): Subscription =>
    connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) inbox.onLine(message.string())
        else inbox.onRefused(error)
      },
    })
  hear(lostSubject(prefix))
  void tellErrors(connection, inbox)
  return {
    ended: connection.closed().then((error) => error ?? new Error('NATS has ended the connection.')),
    send: async (messages) => {
      for (const { channel, line } of messages) {
        connection.publish(channel === null ? lostSubject(prefix) : subjectOf(prefix, channel), line)
      }
      await connection.flush()
    },
    follow: async (channels) => {
      for (const channel of channels) {
        if (!subscriptions.has(channel)) subscriptions.set(channel, hear(subjectOf(prefix, channel)))
      }
      await connection.flush()
    },
    leave: (channel) => {
      subscriptions.get(channel)?.unsubscribe()
      subscriptions.delete(channel)
    },
    beat: () => connection.flush(),
    close: () => connection.close().catch(() => undefined),
  }
}

/** It never connects again by itself: that is done above, the same way for all brokers. */
function connectTo({ host, port, isTls, user, token }: NatsServer): Promise<NatsConnection> {
  return connect({
    servers: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    name: 'ordertrail',
    noEcho: true,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: CONNECT_MS_MAX,
    ...(isTls ? { tls: {} } : {}),
    ...(user === null ? {} : { user: user.name, pass: user.password }),
    ...(token === null ? {} : { token }),
  })
}

async function tellErrors(connection: NatsConnection, inbox: CarrierInbox): Promise<void> {
  for await (const status of connection.status()) if (status.type === 'error') inbox.onRefused(status.error)
}
