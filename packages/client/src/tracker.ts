// One player's trackings: they share a token, a socket and an eye on the page.
import { createConnection } from './connection.ts'
import type { TrackEndpoints } from './endpoints.ts'
import { type Runtime, runtimeOf } from './runtime.ts'
import { createTokenSource, type TokenOption } from './token-source.ts'
import { type RunningTracking, startTracking, type TrackDeps, type TrackOptions } from './track-order.ts'
import type { Tracking } from './tracking.ts'

/** Whom to track for, and where. */
export interface TrackerOptions {
  readonly projectId: number
  /** User JWT or payment token, or a function that gets one; it is called again when the token is refused. */
  readonly token: TokenOption
  readonly endpoints: TrackEndpoints
  /** The player's id, where the token alone does not say it; must be the one of the token. */
  readonly userExternalId?: string
  /** Parts of the platform to use instead of the global ones: a WebSocket for Node 20, fakes for tests. */
  readonly runtime?: Partial<Runtime>
  /** Gets a line for each step, for the eyes of a developer. Never holds a token. */
  readonly debug?: (line: string) => void
}

/** Tracks orders of one player. */
export interface Tracker {
  /**
   * Follows an order to its end: by socket, by polling where there is none. Never throws and never rejects.
   *
   * @param orderId as creating the order answered it
   */
  trackOrder(orderId: number, options?: TrackOptions): Tracking
  /** Ends everything; trackings end as `aborted` with the reason `client_closed`, later ones at once. */
  close(): void
}

/** A tracker for the rest of the package: also what requests need, and how to start a tracking that can be told more. */
export interface TrackerParts {
  readonly tracker: Tracker
  readonly deps: TrackDeps
  start(orderId: number, options?: TrackOptions): RunningTracking
}

/** @throws {TypeError} when an option makes no sense */
export function createTracker(options: TrackerOptions): Tracker {
  return makeTracker(options).tracker
}

/** @throws {TypeError} when an option makes no sense */
export function makeTracker({ projectId, token, endpoints, userExternalId, ...given }: TrackerOptions): TrackerParts {
  if (!(projectId > 0 && token && endpoints)) throw new TypeError('projectId, token and endpoints are needed')
  const runtime = runtimeOf(given.runtime)
  const deps: TrackDeps = {
    runtime,
    endpoints,
    projectId,
    tokens: createTokenSource(token),
    debug: given.debug ?? (() => undefined),
  }
  const connection = createConnection(deps, userExternalId)
  const running = new Set<RunningTracking>()
  let unwatch: (() => void) | undefined
  let isClosed = false

  function onPage(isAway: boolean): void {
    connection.step(isAway ? 'lost' : 'woke')
    if (!isAway) for (const one of running) one.step('woke')
  }

  function start(orderId: number, trackOptions?: TrackOptions): RunningTracking {
    unwatch ??= runtime.watchPage(onPage)
    const one = startTracking(deps, connection, Number(orderId), trackOptions)
    running.add(one)
    if (isClosed) one.abort('client_closed')
    void one.tracking.then(() => {
      running.delete(one)
      if (running.size === 0) {
        unwatch?.()
        unwatch = undefined
      }
    })
    return one
  }

  return {
    deps,
    start,
    tracker: {
      trackOrder: (orderId, trackOptions) => start(orderId, trackOptions).tracking,
      close() {
        isClosed = true
        for (const one of running) one.abort('client_closed')
      },
    },
  }
}
