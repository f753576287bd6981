// Bare Fastify that answers a constant: what the framework alone takes for an answer of that size.
// It is the server's own copy, so that both are of one version.

import { createRequire } from 'node:module'
import { readInput } from '../frame/child-input.ts'

/** Bodies by path; every path takes GET and POST. */
export interface BareInput {
  readonly bodies: Readonly<Record<string, string>>
}

/** First words of the process. */
export interface BareReady {
  readonly url: string
}

interface BareReply {
  header(name: string, value: string): BareReply
  send(body: string): BareReply
}

interface BareApp {
  route(route: {
    readonly method: readonly string[]
    readonly url: string
    readonly handler: (request: unknown, reply: BareReply) => Promise<BareReply>
  }): void
  listen(address: { readonly host: string; readonly port: number }): Promise<string>
}

type Fastify = (options: { readonly logger: false }) => BareApp

const requireOfServer = createRequire(new URL('../../packages/server/package.json', import.meta.url))
const fastify = requireOfServer('fastify') as Fastify

const { bodies } = readInput<BareInput>()
const app = fastify({ logger: false })
for (const [url, body] of Object.entries(bodies)) {
  app.route({
    method: ['GET', 'POST'],
    url,
    handler: async (_, reply) => reply.header('content-type', 'application/json').send(body),
  })
}
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.on('disconnect', () => process.exit())
process.send?.({ url } satisfies BareReady)
