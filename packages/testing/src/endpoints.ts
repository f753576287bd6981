// Where the services of an emulator are, in the shape that @ordertrail/client takes.

/** Addresses of one installation. */
export interface Endpoints {
  readonly store: string
  readonly socket: string
  readonly events: string
  readonly payStation: string
  readonly sandboxPayStation: string
}

/** @param url as the emulator gives it */
export function ordertrailEndpoints(url: string): Endpoints {
  const payStation = `${url}/paystation4/`
  const socket = `${url.replace('http', 'ws')}/connection/websocket`
  return { store: `${url}/api`, socket, events: url, payStation, sandboxPayStation: payStation }
}
