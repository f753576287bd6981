// What the client needs of the place it runs in: requests, sockets, timers, and word of the page coming back.

/** The part of a response that is used. */
export interface ResponseLike {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  json(): Promise<unknown>
}

/** A request as `fetch` takes it. */
export interface RequestLike {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly signal?: AbortSignal
}

/** The part of a WebSocket that is used; each of the four is set to a function. Fits browsers, Node and the package `ws`. */
export interface SocketLike {
  onopen: unknown
  /** Its event has `data`, the text of the frame. */
  onmessage: unknown
  /** Its event has `code`. */
  onclose: unknown
  onerror: unknown
  send(text: string): void
  close(): void
}

/** The place. Everything has a default where the platform has one. */
export interface Runtime {
  fetch(url: string, init: RequestLike): Promise<ResponseLike>
  /** Undefined: there are no sockets here, so orders are polled. */
  readonly WebSocket: (new (url: string) => SocketLike) | undefined
  readonly setTimeout: (act: () => void, delayMs: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
  /** Milliseconds from any start, never set back. */
  now(): number
  /** From 0 to 1. */
  random(): number
  /**
   * Watches the page until the returned function is called. Tells true when it is put away and may be shown again as it was, and false
   * when it is back: from there, from the background, from sleep, or when the network is.
   */
  watchPage(tell: (isAway: boolean) => void): () => void
}

/** The events of pages and workers that are used; structural, because not every runtime has them. */
interface World {
  readonly document?: { readonly hidden: boolean }
  addEventListener?(type: string, listener: (event: { readonly type: string }) => void): void
  removeEventListener?(type: string, listener: (event: { readonly type: string }) => void): void
}

const PAGE_EVENTS = ['online', 'pageshow', 'visibilitychange', 'pagehide']

/** The platform's own, with what `given` says otherwise. Looks at globals when it is called, not before. */
export function runtimeOf(given: Partial<Runtime> = {}): Runtime {
  const platform = globalThis as { WebSocket?: unknown }
  return {
    // Browsers refuse it when it is called on anything but the global object.
    fetch: (url, init) => fetch(url, init),
    WebSocket: platform.WebSocket as Runtime['WebSocket'],
    setTimeout,
    clearTimeout: clearTimeout as Runtime['clearTimeout'],
    now: () => performance.now(),
    random: Math.random,
    watchPage,
    ...given,
  }
}

function watchPage(tell: (isAway: boolean) => void): () => void {
  const world = globalThis as World
  const hear = ({ type }: { readonly type: string }): void => {
    // A page with an open socket may not be kept for the back button.
    const isAway = type === 'pagehide'
    if (isAway || !world.document?.hidden) tell(isAway)
  }
  for (const type of PAGE_EVENTS) world.addEventListener?.(type, hear)
  return () => {
    for (const type of PAGE_EVENTS) world.removeEventListener?.(type, hear)
  }
}
