// A game server that sells: it answers the webhooks of the shop and keeps what players own.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWebhookListener, type ListenerProblem, type WebhookListener } from '@ordertrail/webhooks'
import { toNodeHandler } from '@ordertrail/webhooks/node'
import { type BackendEvent, eventLine, watched } from './backend-event.ts'
import { createInventory, type Holdings, type Inventory } from './inventory.ts'

/** What the game server needs to start. */
export interface GameBackendOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly secret: string
  /** Ids of the players that exist. */
  readonly users: Iterable<string>
  /** Called for each webhook after it was answered; must not throw. */
  readonly onEvent?: (event: BackendEvent) => void
  /** Told why a webhook was not accepted; the listener writes it to the console when absent. */
  readonly onError?: (problem: ListenerProblem) => void
}

/** A running game server. */
export interface GameBackend {
  /** Where webhooks are to be sent. */
  readonly url: string
  /** What a player owns: quantities by SKU, empty when nothing. */
  inventory(userId: string): Holdings
  /** Closes the server; a second call does nothing. */
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts a game server on loopback.
 *
 * @throws {TypeError} when the secret is empty; {Error} when the port is taken
 */
export async function startGameBackend(options: GameBackendOptions): Promise<GameBackend> {
  const { port, users, onEvent } = options
  const inventory = createInventory()
  const listener = createListener(options, new Set(users), inventory)
  const server = createServer(toNodeHandler(onEvent === undefined ? listener : watched(listener, onEvent)))
  await listen(server, port)
  const { port: usedPort } = server.address() as AddressInfo
  return {
    url: `http://${HOST}:${usedPort}/webhooks`,
    inventory: (userId) => inventory.of(userId),
    stop: () => close(server),
  }
}

function createListener(
  { secret, onError }: GameBackendOptions,
  users: ReadonlySet<string>,
  inventory: Inventory,
): WebhookListener {
  return createWebhookListener({
    secret,
    ...(onError === undefined ? {} : { onError }),
    userExists: (userId) => users.has(userId),
    onPaid: (purchase) => inventory.grant(purchase),
    onCanceled: ({ orderId }) => inventory.revoke(orderId),
  })
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // Senders keep connections open between webhooks, and would keep the server with them.
    server.closeAllConnections()
  })
}

/** Runs the game server until Ctrl-C, set up by the environment, and prints each webhook with its answer. */
async function runAlone(env: NodeJS.ProcessEnv): Promise<void> {
  const { WEBHOOK_SECRET: secret, PORT = '3000', USERS = 'player-1,player-2' } = env
  if (secret === undefined) {
    console.error('Set WEBHOOK_SECRET to the webhook secret of your project.')
    process.exitCode = 1
    return
  }
  const onEvent = (event: BackendEvent): void => console.log(eventLine(event))
  const backend = await startGameBackend({ port: Number(PORT), secret, users: USERS.split(','), onEvent })
  console.log(`webhooks ${backend.url}   players ${USERS}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void backend.stop())
}

if (import.meta.main) await runAlone(process.env)
