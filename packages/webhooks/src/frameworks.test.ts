// The doors behind real servers of each framework, set up as it should be done and as it should not.
import 'reflect-metadata'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { serve } from '@hono/node-server'
import { Controller, Module, Post, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import express, { type RequestHandler } from 'express'
import fastify, { type FastifyInstance } from 'fastify'
import { Hono, type MiddlewareHandler } from 'hono'
import { toFastifyPlugin } from './fastify.ts'
import { toFetchHandler } from './fetch.ts'
import { givenListener, type ObservedListener, SECRET } from './given-listener.test.fixture.ts'
import type { WebhookListener } from './listener.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import { toNestHandler } from './nest.ts'
import { toNodeHandler } from './node.ts'
import { allowSources } from './sources.ts'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from './testing.ts'

/** Serves until the test ends; gives the port. */
type Serve = (t: TestContext, listener: WebhookListener) => Promise<number>

async function listening(t: TestContext, server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const onNode =
  (handlerOf: (listener: WebhookListener) => RequestListener): Serve =>
  (t, listener) =>
    listening(t, createServer(handlerOf(listener)).listen(0, '127.0.0.1'))

/** Express with middleware for all routes, and with more for ours. */
const onExpress =
  (all: readonly RequestHandler[], ours: readonly RequestHandler[] = []): Serve =>
  (t, listener) => {
    const app = express()
    for (const middleware of all) app.use(middleware)
    app.post('/webhooks', ...ours, toNodeHandler(listener))
    return listening(t, app.listen(0, '127.0.0.1'))
  }

const onFastify =
  (setUp: (app: FastifyInstance, listener: WebhookListener) => unknown): Serve =>
  async (t, listener) => {
    const app = fastify()
    t.after(() => app.close())
    setUp(app, listener)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return (app.server.address() as AddressInfo).port
  }

const onHono =
  (...before: readonly MiddlewareHandler[]): Serve =>
  (t, listener) => {
    const handler = toFetchHandler(listener)
    const app = new Hono()
    for (const middleware of before) app.use(middleware)
    app.post('/webhooks', (context) => handler(context.req.raw))
    return listening(t, serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  }

/** A module with one controller. Decorators are called as functions, because Node runs no decorator syntax. */
function nestModule(listener: WebhookListener): new () => object {
  class WebhooksController {
    readonly handler = toNestHandler(listener)
    receive(...[request, response]: Parameters<ReturnType<typeof toNestHandler>>): Promise<void> {
      return this.handler(request, response)
    }
  }
  const { prototype } = WebhooksController
  Post()(prototype, 'receive', Object.getOwnPropertyDescriptor(prototype, 'receive') ?? {})
  Req()(prototype, 'receive', 0)
  Res()(prototype, 'receive', 1)
  Controller('webhooks')(WebhooksController)
  class AppModule {}
  Module({ controllers: [WebhooksController] })(AppModule)
  return AppModule
}

const onNest =
  (options: { readonly rawBody: boolean }): Serve =>
  async (t, listener) => {
    const app = await NestFactory.create<NestExpressApplication>(nestModule(listener), { ...options, logger: false })
    t.after(() => app.close())
    await app.listen(0, '127.0.0.1')
    return (app.getHttpServer().address() as AddressInfo).port
  }

/** What NestJS makes of Fastify: a parser for all routes, which keeps the bytes when it is asked to. */
const onNestsFastify = (options: { readonly rawBody: boolean }): Serve =>
  onFastify((app, listener) => {
    const handler = toNestHandler(listener)
    app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      if (options.rawBody) Object.assign(request, { rawBody: body })
      done(null, JSON.parse(body.toString()))
    })
    app.post('/webhooks', (request, reply) => handler(request, reply))
  })

const keepRawBody: RequestHandler = express.json({
  verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes }),
})
const jsonFirst: MiddlewareHandler = async (context, next) => {
  await context.req.json()
  await next()
}

const RIGHT: Readonly<Record<string, Serve>> = {
  'node:http': onNode((listener) => toNodeHandler(listener)),
  'Express, our route first': onExpress([]),
  'Express, express.raw on our route': onExpress([], [express.raw({ type: '*/*' })]),
  'Express, express.text on our route': onExpress([], [express.text({ type: '*/*' })]),
  'Express, express.json keeping the bytes': onExpress([keepRawBody]),
  'Express, a parser of forms for all routes': onExpress([express.urlencoded()]),
  'Fastify, the plugin': onFastify((app, listener) => app.register(toFastifyPlugin(listener))),
  'Fastify, the plugin with a prefix': onFastify((app, listener) =>
    app.register(toFastifyPlugin(listener, { path: '/' }), { prefix: '/webhooks' }),
  ),
  'Fastify, the plugin beside a parser of another for all routes': onFastify((app, listener) => {
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, { parsed: body }))
    app.register(toFastifyPlugin(listener))
  }),
  Hono: onHono(),
  'NestJS with rawBody': onNest({ rawBody: true }),
  'NestJS on Fastify with rawBody': onNestsFastify({ rawBody: true }),
}

const WRONG: Readonly<Record<string, { readonly serve: Serve; readonly advice: RegExp }>> = {
  'Express after express.json': { serve: onExpress([express.json()]), advice: /express\.raw/ },
  'Fastify with a hook that parses': {
    serve: onFastify((app, listener) => {
      app.addHook('preValidation', async (request) => {
        request.body = JSON.parse(String(request.body))
      })
      app.register(toFastifyPlugin(listener))
    }),
    advice: /@ordertrail\/webhooks\/fastify/,
  },
  'Hono after context.req.json()': { serve: onHono(jsonFirst), advice: /before calling json\(\)/ },
  'NestJS without rawBody': { serve: onNest({ rawBody: false }), advice: /rawBody: true/ },
  'NestJS on Fastify without rawBody': { serve: onNestsFastify({ rawBody: false }), advice: /rawBody: true/ },
}

async function givenServed(t: TestContext, serve: Serve, over: Partial<WebhookListenerOptions> = {}) {
  const observed: ObservedListener = givenListener(over)
  const port = await serve(t, observed.listener)
  const post = async (body: object | string, secret = SECRET) => {
    const signed = await signWebhook(body, secret)
    const headers = { ...signed.headers, connection: 'close' }
    const response = await fetch(`http://127.0.0.1:${port}/webhooks`, { method: 'POST', body: signed.body, headers })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  return { observed, post }
}

const INVALID_USER = '{"error":{"code":"INVALID_USER","message":"Invalid user"}}'
const INVALID_SIGNATURE = '{"error":{"code":"INVALID_SIGNATURE","message":"Invalid signature"}}'
const PLAYER = 'player-Zoë-🎮'

for (const [name, serve] of Object.entries(RIGHT)) {
  test(`${name}: answers as documented, byte for byte`, async (t) => {
    const { observed, post } = await givenServed(t, serve)
    // Indented: any parser on the way would change the bytes.
    const odd = `${JSON.stringify(sampleOrderPaid({ userId: PLAYER }), null, 2)}\n`
    assert.deepEqual(await post(odd), { status: 204, type: null, text: '' })
    assert.deepEqual(await post(odd), { status: 204, type: null, text: '' })
    const unknown = await post(sampleUserValidation({ userId: 'nobody' }))
    assert.deepEqual([unknown.status, unknown.text], [400, INVALID_USER])
    assert.match(unknown.type ?? '', /^application\/json/)
    const unsigned = await post(sampleUserValidation(), 'another secret')
    assert.deepEqual([unsigned.status, unsigned.text], [400, INVALID_SIGNATURE])
    assert.deepEqual(observed.calls, ['paid 59614241'])
  })
}

for (const [name, { serve, advice }] of Object.entries(WRONG)) {
  test(`${name}: answers 500 with advice, never a wrong signature`, async (t) => {
    const { observed, post } = await givenServed(t, serve)
    const { status, text } = await post(sampleOrderPaid())
    const { code, message } = JSON.parse(text).error
    assert.deepEqual([status, code], [500, 'SERVER_ERROR'])
    assert.match(message, advice)
    assert.deepEqual([observed.calls, observed.problems.map(({ kind }) => kind)], [[], ['body_already_read']])
  })
}

for (const name of [
  'node:http',
  'Fastify, the plugin',
  'NestJS with rawBody',
  'NestJS on Fastify with rawBody',
  'Express, express.raw on our route',
]) {
  test(`${name}: hands the address of the sender to the listener`, async (t) => {
    const serve = RIGHT[name]
    assert.ok(serve)
    const local = await givenServed(t, serve, { sources: allowSources({ addresses: ['127.0.0.1'] }) })
    assert.equal((await local.post(sampleOrderPaid())).status, 204)
    const other = await givenServed(t, serve, { sources: allowSources({ addresses: ['192.0.2.1'] }) })
    assert.equal((await other.post(sampleOrderPaid())).status, 500)
    assert.deepEqual(
      other.observed.problems.map(({ sentence }) => sentence),
      ['A webhook came from "127.0.0.1", which sources does not allow'],
    )
  })
}

test('Hono: takes the address from what the runtime says', async (t) => {
  const sources = allowSources({ addresses: ['192.0.2.1'] })
  const { listener } = givenListener({ sources })
  const handler = toFetchHandler(listener, { remoteAddress: (request) => request.headers.get('cf-connecting-ip') })
  const app = new Hono().post('/webhooks', (context) => handler(context.req.raw))
  const port = await listening(t, serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  const { body, headers } = await signWebhook(sampleOrderPaid(), SECRET)
  const statuses: number[] = []
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    const sent = { ...headers, connection: 'close', 'cf-connecting-ip': address }
    const response = await fetch(`http://127.0.0.1:${port}/webhooks`, { method: 'POST', body, headers: sent })
    statuses.push(response.status)
  }
  assert.deepEqual(statuses, [204, 500])
})

test('Fastify: other routes still get JSON, and a body over the limit is answered 413', async (t) => {
  const observed = givenListener()
  const port = await onFastify((app) => {
    app.register(toFastifyPlugin(observed.listener, { bodyBytesMax: 100 }))
    app.post('/login', async (request) => request.body)
  })(t, observed.listener)
  const send = async (path: string, body: string) => {
    const headers = { 'content-type': 'application/json', connection: 'close' }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers })
    return [response.status, await response.text()]
  }
  assert.deepEqual(await send('/login', '{ "name": "Zoë" }'), [200, '{"name":"Zoë"}'])
  const [status, text] = await send('/webhooks', `{"n":"${'x'.repeat(100)}"}`)
  assert.deepEqual([status, text], [413, '{"error":{"code":"INVALID_PARAMETER","message":"The body is too large"}}'])
  assert.equal((await send('/webhooks', ''))[0], 400)
  assert.deepEqual(
    observed.problems.map(({ kind }) => kind),
    ['body_too_large', 'invalid_signature'],
  )
})
