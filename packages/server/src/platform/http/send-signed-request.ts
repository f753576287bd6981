// The signed sender: every webhook and every question to a game server leaves through it.
import { rootCertificates } from 'node:tls'
import type { Agent } from 'undici'
import { exchange, type RawExchange } from './answer-reader.ts'
import { checkEndpointUrl, type EndpointPolicy, hostOf, targetOf, type UrlCheck } from './check-endpoint-url.ts'
import { type Lookup, pinnedConnector, resolveHost, resolveName, shareLookups } from './pinned-connector.ts'
import { makeUrlReader, type ReadUrl } from './read-url.ts'
import { NO_ANSWER_SENTENCES, type SignedExchange } from './signed-exchange.ts'
import { hideSignatures, signedHeaders } from './signed-headers.ts'

/** Connections that one origin gets at most; more requests to it wait. */
const CONNECTIONS_PER_ORIGIN = 8

/** Below the idle time of common servers (2 to 5 s): a connection that the other side is just closing would lose the request. */
const IDLE_CONNECTION_MS = 1_500
const CONNECT_MS_MAX = 5_000
const ANSWER_HEADER_BYTES_MAX = 16 * 1024

/** One request. */
export interface SignedRequest {
  readonly url: string
  /** Current first, see signedHeaders. */
  readonly secrets: readonly string[]
  readonly body: Uint8Array | string
  /** From the call to the last byte of the answer. */
  readonly deadlineMs: number
  /** The same for every attempt of one message. */
  readonly webhookId: string
  /** Own headers of a project. */
  readonly extra?: Readonly<Record<string, string>>
}

/** What a sender is made of. */
export interface SignedSenderOptions {
  readonly policy: EndpointPolicy
  readonly connectionsPerOrigin?: number
  /** Most bytes of a body that are read; default ANSWER_BYTES_MAX. */
  readonly answerBytesMax?: number
  /** Wall time for webhook-timestamp; default: the system clock. */
  readonly unskippedNow?: () => number
  /** Default: the system's resolver. */
  readonly lookup?: Lookup
  /** Certificate of an authority to trust besides the public ones, PEM. */
  readonly authority?: string
}

/** Sends signed requests. Expected failures are values; it never rejects. */
export interface SignedSender {
  send(request: SignedRequest): Promise<SignedExchange>
  /** Everything `send` would check before it connects, the addresses of the name included: the dry run of the settings. */
  check(url: string): Promise<UrlCheck>
  /** Ends what is under way; later calls get `sender_stopped`. */
  stop(): Promise<void>
}

/** A sender with its own connections. Redirects are answers, proxies of the environment do not exist for it, nothing is inflated. */
export function createSignedSender(options: SignedSenderOptions): SignedSender {
  const lookup = shareLookups(options.lookup ?? resolveName)
  const now = options.unskippedNow ?? Date.now
  const readUrl = makeUrlReader(options.policy)
  let opening: Promise<Agent> | undefined
  let agent: Agent | undefined
  let isStopped = false

  return {
    async send(request) {
      const startedAt = performance.now()
      const body = typeof request.body === 'string' ? Buffer.from(request.body, 'utf8') : request.body
      const { secrets, webhookId, extra } = request
      const headers = signedHeaders({ body, secrets, webhookId, now: now() }, extra)
      const outcome = isStopped ? stopped() : await sendTo(readUrl(request.url), request, headers, body)
      return {
        ...outcome,
        durationMs: Math.round(performance.now() - startedAt),
        requestHeaders: hideSignatures(headers),
      }
    },
    async check(url) {
      const check = checkEndpointUrl(url, options.policy)
      if (!check.ok) return check
      const parsed = new URL(url)
      const resolved = await resolveHost(hostOf(parsed), targetOf(parsed), options.policy, lookup)
      return resolved.ok ? { ok: true } : resolved.check
    },
    async stop() {
      isStopped = true
      await (await opening)?.destroy()
    },
  }

  /** Not async, nor is anything waited for once the agent is there: at thousands of requests a second each wait is seen. */
  function sendTo(
    url: ReadUrl,
    { deadlineMs }: SignedRequest,
    headers: Record<string, string>,
    body: Uint8Array,
  ): RawExchange | Promise<RawExchange> {
    if (!url.check.ok) return refused(url.check)
    const call = { origin: url.origin, path: url.path, method: 'POST', headers, body } as const
    if (agent !== undefined) return exchange(agent, call, deadlineMs, options.answerBytesMax)
    opening ??= openAgent(options, lookup)
    return opening.then((opened) => {
      agent = opened
      return exchange(opened, call, deadlineMs, options.answerBytesMax)
    })
  }
}

/** undici is loaded with the first request: it costs a tenth of the time in which the server should be up. */
async function openAgent(options: SignedSenderOptions, lookup: Lookup): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici')
  const connect = buildConnector({
    timeout: CONNECT_MS_MAX,
    allowH2: false,
    ...(options.authority === undefined ? {} : { ca: [...rootCertificates, options.authority] }),
  })
  return new Agent({
    connect: pinnedConnector(connect, options.policy, lookup),
    connections: options.connectionsPerOrigin ?? CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    keepAliveMaxTimeout: IDLE_CONNECTION_MS,
    maxHeaderSize: ANSWER_HEADER_BYTES_MAX,
  })
}

function refused(check: Exclude<UrlCheck, { readonly ok: true }>): RawExchange {
  const reason = check.reason === 'address_not_public' ? 'address_refused' : 'url_refused'
  return { kind: 'no_answer', reason, sentence: check.sentence }
}

function stopped(): RawExchange {
  return { kind: 'no_answer', reason: 'sender_stopped', sentence: NO_ANSWER_SENTENCES.sender_stopped }
}
