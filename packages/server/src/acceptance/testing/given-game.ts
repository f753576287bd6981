// A game's backend for acceptance tests: a real HTTP listener built on @ordertrail/webhooks that remembers what it was sent.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import {
  type CatalogOffer,
  createWebhookListener,
  type PartnerCatalogQuery,
  type WebhookAnswer,
} from '@ordertrail/webhooks'
import { DEV_PROJECT } from '../../dev-project.ts'

/** One webhook as it came in, and the status it was answered with. */
export interface HeardWebhook {
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
  readonly headers: IncomingMessage['headers']
  readonly status: number
}

/** A listener that runs. */
export interface GivenGame {
  readonly url: string
  /** Everything in the order in which it was answered, user_validation too. */
  readonly heard: readonly HeardWebhook[]
  /** Orders whose items are in the player's hands, each once. */
  readonly granted: ReadonlySet<number>
  /** The notifications of one order, without the questions. */
  about(orderId: number): readonly HeardWebhook[]
  /** Answers webhooks of that type with this status instead of handling them; null: handles them again. */
  answer(type: string, status: number | null): void
}

/** What `givenGame` may be told. */
export interface GivenGameOptions {
  readonly secret?: string
  /** Who exists; default: everybody. */
  readonly knows?: (userId: string) => boolean
  /** What a player may buy, null: it does not know them; default: it does not answer that question. */
  readonly offers?: (query: PartnerCatalogQuery) => readonly CatalogOffer[] | null
}

/** Starts a game that grants and takes back what it is told, and stops it with the test. */
export async function givenGame(t: TestContext, options: GivenGameOptions = {}): Promise<GivenGame> {
  const heard: HeardWebhook[] = []
  const granted = new Set<number>()
  const forced = new Map<string, number>()
  const listener = createWebhookListener({
    secret: options.secret ?? DEV_PROJECT.webhookSecret,
    userExists: (userId) => options.knows?.(userId) ?? true,
    onPaid: ({ orderId }) => void granted.add(orderId),
    onCanceled: ({ orderId }) => void granted.delete(orderId),
    onUserSearch: ({ userId }) => (userId === null ? null : { id: userId }),
    ...(options.offers === undefined ? {} : { onPartnerCatalog: options.offers }),
    onError: () => undefined,
  })
  const server = createServer(async (request, response) => {
    const rawBody = await bytesOf(request)
    const body = JSON.parse(rawBody.toString('utf8')) as Record<string, unknown>
    const type = String(body.notification_type)
    const status = forced.get(type)
    const answer =
      status === undefined
        ? await listener.handle({ headers: request.headers, rawBody })
        : { status, headers: {}, body: '' }
    heard.push({ type, body, text: rawBody.toString('utf8'), headers: request.headers, status: answer.status })
    writeAnswer(response, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => stopServer(server))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    heard,
    granted,
    about: (orderId) => heard.filter((webhook) => orderIdOf(webhook.body) === orderId),
    answer: (type, status) => void (status === null ? forced.delete(type) : forced.set(type, status)),
  }
}

/** The order that a notification is about; undefined for questions, which name none. */
function orderIdOf(body: HeardWebhook['body']): unknown {
  const { order, purchase } = body as {
    readonly order?: { readonly id: number }
    readonly purchase?: { readonly order?: { readonly id: number } }
  }
  return order?.id ?? purchase?.order?.id
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function writeAnswer(response: ServerResponse, { status, headers, body }: WebhookAnswer): void {
  response.writeHead(status, headers).end(body === '' ? undefined : body)
}

async function stopServer(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
