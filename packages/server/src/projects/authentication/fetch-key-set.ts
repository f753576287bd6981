// Fetches public keys of a login service over HTTP, with a deadline, a size limit and no way into private networks.
import type { JSONWebKeySet } from 'jose'
import type { Agent, Dispatcher } from 'undici'
import {
  checkEndpointUrl,
  type EndpointPolicy,
  type Lookup,
  pinnedConnector,
  resolveName,
} from '../../platform/http/index.ts'
import type { FetchKeySet } from './key-sets.ts'

/** Whole exchange, name look-up included. */
const KEY_SET_DEADLINE_MS = 3_000
/** Far more than any key set has. */
export const KEY_SET_BYTES_MAX: number = 256 * 1024
const OK = 200

/** The one door through which keys come in; stop() closes what is open. */
export interface KeySetFetcher {
  readonly fetchKeySet: FetchKeySet
  stop(): Promise<void>
}

/** What tests set. */
export interface KeySetFetcherOptions {
  readonly lookup?: Lookup
  readonly deadlineMs?: number
}

/**
 * Makes a fetcher.
 *
 * @param policy the same rule as for webhook URLs: public https, and plain http to this machine only in the emulator
 */
export function createKeySetFetcher(policy: EndpointPolicy, options: KeySetFetcherOptions = {}): KeySetFetcher {
  const { lookup = resolveName, deadlineMs = KEY_SET_DEADLINE_MS } = options
  let agent: Promise<Agent> | undefined
  return {
    async fetchKeySet(url) {
      const check = checkEndpointUrl(url, policy)
      if (!check.ok) throw new Error(check.sentence)
      agent ??= makeAgent(policy, lookup)
      return readKeySet(await request(await agent, url, deadlineMs))
    },
    async stop() {
      await (await agent)?.destroy()
    },
  }
}

/** undici is loaded only by installations whose projects have public keys. */
async function makeAgent(policy: EndpointPolicy, lookup: Lookup): Promise<Agent> {
  const undici = await import('undici')
  const connect = undici.buildConnector({ timeout: KEY_SET_DEADLINE_MS })
  return new undici.Agent({ connections: 1, pipelining: 1, connect: pinnedConnector(connect, policy, lookup) })
}

/** A redirect is not followed: it would lead around the check of the URL. */
async function request(agent: Agent, url: string, deadlineMs: number): Promise<Dispatcher.ResponseData> {
  const { request: send } = await import('undici')
  const answer = await send(url, {
    dispatcher: agent,
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(deadlineMs),
  })
  if (answer.statusCode === OK) return answer
  answer.body.on('error', () => {}).destroy()
  throw new Error(`Keys at ${url} were answered with ${answer.statusCode}.`)
}

async function readKeySet({ body }: Dispatcher.ResponseData): Promise<JSONWebKeySet> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > KEY_SET_BYTES_MAX) throw new Error(`A key set may have ${KEY_SET_BYTES_MAX} bytes.`)
    chunks.push(chunk)
  }
  // What is not a key set is refused by the one who imports it.
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet
}
