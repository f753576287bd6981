// Where the services are that tracking needs.

/** The addresses that tracking needs. */
export interface TrackEndpoints {
  /** The store API without a slash at the end; `/v2/project/…` follows. */
  readonly store: string
  /** `ws:` or `wss:`, the whole address. */
  readonly socket: string
}

/**
 * The addresses of an OrderTrail server, the emulator included.
 *
 * @param baseUrl as `ordertrail dev` prints it, `http://127.0.0.1:4400`
 */
export function ordertrailEndpoints(baseUrl: string): TrackEndpoints {
  const base = baseUrl.replace(/\/+$/, '')
  return { store: `${base}/api`, socket: `${base.replace('http', 'ws')}/connection/websocket` }
}
