import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { createLogger, type Logger } from '../logger.ts'
import { createMetrics, noMetrics } from '../metrics.ts'
import { defineEndpoint, type Endpoint } from './endpoint.ts'
import { createRequestLog, shownPath } from './request-log.ts'
import { anyoneMay, givenRoute, givenServer } from './testing/index.ts'

function endpoint(operationId: string, handle: Endpoint['handle']): Endpoint {
  return defineEndpoint({
    operationId,
    summary: 'Test',
    tag: 'Test',
    schema: { response: { 200: Type.Object({}) } },
    handle,
  })
}

/** A log, and a promise of its next record. */
function givenLog(): { logger: Logger; next: () => Promise<Record<string, unknown>>; text: () => string } {
  const lines: string[] = []
  let arrived = Promise.withResolvers<string>()
  const write = (line: string): void => {
    lines.push(line)
    arrived.resolve(line)
    arrived = Promise.withResolvers()
  }
  return {
    logger: createLogger({ level: 'debug', format: 'json', write }),
    next: async () => JSON.parse(await arrived.promise) as Record<string, unknown>,
    text: () => lines.join(''),
  }
}

test('writes one line for a refused request, with every id and no token', async (t) => {
  const log = givenLog()
  const refusing = endpoint('get-order', () => Promise.reject(new AppError('order_not_found')))
  const route = givenRoute(refusing, {
    path: '/api/v2/project/{project_id}/order/{order_id}',
    access: 'player',
    errors: 'store',
  })
  const { url } = await givenServer(t, [route], { logger: log.logger })
  const record = log.next()
  const answer = await fetch(`${url}/api/v2/project/44056/order/7?token=canary&limit=5&engine=canary`, {
    headers: { authorization: 'Bearer canary', 'x-user': 'canary', cookie: 'canary' },
  })
  const { time, durationMs, ...fields } = await record
  assert.ok(Number(durationMs) >= 0 && Number(time) > 0)
  assert.deepEqual(fields, {
    level: 30,
    operationId: 'get-order',
    method: 'GET',
    path: '/api/v2/project/44056/order/7?token=(hidden)&limit=5&engine=(hidden)',
    status: 404,
    code: 'order_not_found',
    requestId: answer.headers.get('x-request-id'),
    ip: '127.0.0.1',
    caller: 'user by jwt',
    projectId: 44056,
    sentence: 'There is no such order, or it belongs to somebody else. Check the order id and whose token you send.',
    msg: 'request.refused',
  })
  assert.doesNotMatch(log.text(), /canary|player-1/)
})

test('logs the error behind a failed request, and who called', async (t) => {
  const log = givenLog()
  const failing = endpoint('fail', () => Promise.reject(new Error('the bug')))
  const route = givenRoute(failing, { path: '/v1/projects/{project_id}/fail', access: 'project' })
  const { url } = await givenServer(t, [route], { logger: log.logger, authenticators: anyoneMay })
  const record = log.next()
  await (await fetch(`${url}/v1/projects/5/fail`)).text()
  const { level, msg, status, code, caller, merchantId, projectId, error } = await record
  assert.deepEqual(
    [level, msg, status, code, caller, merchantId, projectId],
    [50, 'request.failed', 500, 'internal', 'key', 1, 5],
  )
  assert.equal((error as { cause: { message: string } }).cause.message, 'the bug')
})

test('says nothing of a request that went well, and counts it', async (t) => {
  const log = givenLog()
  const metrics = await createMetrics({ isOn: true })
  const fine = endpoint('fine', async () => ({ status: 200, body: {} }))
  const { url } = await givenServer(t, [givenRoute(fine)], { logger: log.logger, metrics })
  const record = log.next()
  await (await fetch(`${url}/v1/fine`)).text()
  await (await fetch(`${url}/v1/nothing`)).text()
  assert.equal((await record).status, 404)
  assert.equal(log.text().trim().split('\n').length, 1)
  const text = await metrics.text()
  assert.match(text, /^ordertrail_http_request_seconds_count\{operation="fine",status="200"\} 1$/m)
  assert.match(text, /^ordertrail_http_request_seconds_count\{operation="none",status="404"\} 1$/m)
})

test('hides every value of a query that is not a plain number', () => {
  assert.equal(
    shownPath('/events?token=a.b&after_id=12&types=paid&x'),
    '/events?token=(hidden)&after_id=12&types=(hidden)&x',
  )
  assert.equal(shownPath('/events?token=12345678901234567'), '/events?token=(hidden)')
  assert.equal(shownPath(`/${'a'.repeat(400)}`).length, 300)
})

test('warns of a request that was slow, unless it is a stream', async () => {
  const log = givenLog()
  const record = createRequestLog(log.logger, noMetrics)
  const request = { method: 'GET', url: '/v1/slow', id: 'r1', ip: '127.0.0.1' } as FastifyRequest
  const finished = (elapsedTime: number, isStream: boolean): void => {
    const outcome = { operationId: 'slow', caller: undefined, error: undefined, code: undefined, isStream }
    record(request, { elapsedTime, statusCode: 200 } as FastifyReply, outcome)
  }
  finished(999, false)
  finished(1_500, true)
  finished(1_500, false)
  const records = log
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    records.map(({ level, msg, durationMs }) => [level, msg, durationMs]),
    [[40, 'request.slow', 1500]],
  )
})
