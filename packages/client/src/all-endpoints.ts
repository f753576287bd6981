// Where all services are that a game uses.
import { type TrackEndpoints, ordertrailEndpoints as trackEndpoints } from './endpoints.ts'

/** Addresses of one installation. */
export interface Endpoints extends TrackEndpoints {
  /** The events API; `/events` follows. */
  readonly events: string
  /** The payment page; `?token=` follows. */
  readonly payStation: string
  /** The payment page for `sandbox: true`. */
  readonly sandboxPayStation: string
}

/**
 * The addresses of an OrderTrail server, the emulator included.
 *
 * @param baseUrl as `ordertrail dev` prints it, `http://127.0.0.1:4400`
 */
export function ordertrailEndpoints(baseUrl: string): Endpoints {
  const events = baseUrl.replace(/\/+$/, '')
  const payStation = `${events}/paystation4/`
  return { ...trackEndpoints(events), events, payStation, sandboxPayStation: payStation }
}

/** The hosts that are documented for the original service. */
export const documentedEndpoints: Endpoints = {
  store: 'https://store.xsolla.com/api',
  socket: 'wss://ws-store.xsolla.com/connection/websocket',
  events: 'https://getupdate.xsolla.com',
  payStation: 'https://secure.xsolla.com/paystation4/',
  sandboxPayStation: 'https://sandbox-secure.xsolla.com/paystation4/',
}
