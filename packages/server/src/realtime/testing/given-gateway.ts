// Givens for tests of the gateway: one on a free port of this machine, whose time stands still until a test moves it.
import type { TestContext } from 'node:test'
import type { Route } from '../../platform/http/index.ts'
import { givenRoute, givenServer } from '../../platform/http/testing/index.ts'
import { silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import { createGateway, createPublisher, type Gateway, type GatewayDeps, makeStreamEndpoints } from '../index.ts'
import type { PublisherDeps } from '../publisher.ts'
import type { Shop } from './given-shop.ts'

/** How long a test's clock goes between two ticks. */
const STEP_MS = 250

/** A gateway that listens. */
export interface ListeningGateway {
  readonly gateway: Gateway
  /** ws://… of its endpoint. */
  readonly url: string
  /** http://… of the server in front of it. */
  readonly httpUrl: string
  /** Lets time go by in small steps. */
  pass(ms: number): void
  /** One turn of its timers, without time. */
  tick(): void
  /** Stops the gateway and the server in front of it. */
  stop(): Promise<void>
}

/** Starts a gateway for `shop`; it stops with the test. */
export async function givenGateway(
  t: TestContext,
  shop: Shop,
  options: Partial<GatewayDeps> = {},
): Promise<ListeningGateway> {
  const ticks = new Set<() => void>()
  const { store, tokens, directory, seal, clock } = shop
  const gateway = createGateway({
    store,
    tokens,
    directory,
    seal,
    clock,
    logger: silentLogger,
    metrics: noMetrics,
    random: () => 0.5,
    ticker: (tick) => {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    ...options,
  })
  if (options.broker !== undefined) await givenPublisher(t, { store, broker: options.broker })
  // Before the server, which would wait for its sockets.
  t.after(() => gateway.stop())
  await gateway.start()
  const server = await givenServer(t, streamRoutes(gateway), { onUpgrade: gateway.onUpgrade })
  const tick = (): void => {
    for (const act of ticks) act()
  }
  const stop = async (): Promise<void> => {
    await gateway.stop()
    await server.stop()
  }
  return {
    gateway,
    url: `${server.url.replace('http', 'ws')}/connection/websocket`,
    httpUrl: server.url,
    tick,
    stop,
    pass(ms) {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        clock.advance(Math.min(STEP_MS, ms - passed))
        tick()
      }
    },
  }
}

/** Ends before the gateway, because tests end what they started first before the rest. */
async function givenPublisher(t: TestContext, deps: PublisherDeps): Promise<void> {
  const publisher = createPublisher(deps)
  t.after(() => publisher.stop())
  await publisher.start()
}

/** Routes of the fallbacks of the WebSocket, as in routes.ts. */
function streamRoutes(gateway: Gateway): readonly Route[] {
  const { httpStream, sse, ssePosted, emulation } = makeStreamEndpoints(gateway)
  const row = { method: 'POST', errors: 'store' } as const
  return [
    givenRoute(httpStream, { ...row, path: '/connection/http_stream' }),
    givenRoute(sse, { ...row, method: 'GET', path: '/connection/sse' }),
    givenRoute(ssePosted, { ...row, path: '/connection/sse' }),
    givenRoute(emulation, { ...row, path: '/emulation' }),
  ]
}
