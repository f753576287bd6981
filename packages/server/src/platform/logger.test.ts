import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { createLogger, type LogFields, type LoggerOptions } from './logger.ts'

/** Lines that `write` leaves in a log. */
function linesOf(options: Partial<LoggerOptions>, write: (log: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = []
  write(
    createLogger({
      level: 'debug',
      format: 'json',
      isTerminal: false,
      write: (line) => void lines.push(line),
      ...options,
    }),
  )
  return lines
}

function recordOf(fields: LogFields): Record<string, unknown> {
  const [line = ''] = linesOf({}, (log) => log.info('order.applied', fields))
  const { time, ...record } = JSON.parse(line) as { time: number }
  assert.ok(Math.abs(time - Date.now()) < 60_000)
  return record
}

test('writes one line of JSON with event and fields', () => {
  assert.deepEqual(
    recordOf({ orderId: 10_000_001, from: 'new', to: 'paid', isLate: false, attempt: undefined, status: null }),
    {
      level: 30,
      orderId: 10_000_001,
      from: 'new',
      to: 'paid',
      isLate: false,
      status: null,
      msg: 'order.applied',
    },
  )
})

test('keeps fields out that are not on the list, and objects', () => {
  const fields = { orderId: 1, email: 'canary', token: 'canary', authorization: 'canary', url: { a: 'canary' } }
  assert.deepEqual(recordOf(fields as unknown as LogFields), { level: 30, orderId: 1, msg: 'order.applied' })
})

const CREDENTIALS: readonly (readonly [text: string, logged: string])[] = [
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer (hidden)'],
  ['basic NDQwNTY6a2V5', 'basic (hidden)'],
  ['Signature 52eac2713985e212351610d008e7e14fae46f902', 'Signature (hidden)'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!', 'token (hidden token)!'],
  ['postgresql://shop:hunter2@db/shop', 'postgresql://(hidden)@db/shop'],
  ['GET /events?token=abc&after_id=5', 'GET /events?token=(hidden)&after_id=5'],
  ['/status?access_token=abc', '/status?access_token=(hidden)'],
  ['secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'secret (hidden secret)'],
  ['pays with pxzst0123456789abcdefghijABCDEFGHIJ01', 'pays with (hidden token)'],
  ['order 10000001 new → paid', 'order 10000001 new → paid'],
]

test('hides credentials inside texts and errors, each time that they come', () => {
  for (const [text, logged] of CREDENTIALS) {
    for (const time of [1, 2]) assert.equal(recordOf({ detail: text }).detail, logged, `time ${time}`)
    const { error } = recordOf({ error: new Error(text, { cause: new AppError('internal', { message: text }) }) })
    const { message, cause } = error as { message: string; cause: { message: string; code: string } }
    assert.deepEqual([message, cause.message, cause.code], [logged, logged, 'internal'])
  }
})

test('writes texts and numbers of every kind as JSON reads them', () => {
  const texts = [
    'say "hi"',
    'say \\"hi\\"',
    'back\\slash',
    'two\nlines',
    'Zoë \u2028 \ud800',
    '',
    '\u0000',
    `${'x'.repeat(300)}"`,
  ]
  for (const text of [...texts, ...texts]) assert.equal(recordOf({ detail: text }).detail, text)
  for (const [count, logged] of [
    [1.5e-9, 1.5e-9],
    [-0, 0],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ] as const) {
    assert.equal(recordOf({ count }).count, logged)
  }
})

test('forgets no text for another, however many there were', () => {
  const texts = Array.from({ length: 2_500 }, (_, number) => `sku_${number}`)
  for (const sku of [...texts, ...texts]) assert.equal(recordOf({ sku }).sku, sku)
})

test('logs of errors only what they are, not what they carry', () => {
  const error = Object.assign(new Error('failed'), { code: 'E_X', row: { email: 'canary' } })
  const logged = recordOf({ error })
  assert.doesNotMatch(JSON.stringify(logged), /canary/)
  assert.deepEqual(Object.keys(logged.error as object), ['name', 'code', 'message', 'stack'])
  assert.deepEqual(recordOf({ error: 'just text' }).error, { message: 'just text' })
})

test('stops at a chain of causes that never ends, and cuts long texts', () => {
  const error = new Error('round')
  error.cause = error
  assert.equal(JSON.stringify(recordOf({ error })).split('"round"').length - 1, 5)
  assert.equal(String(recordOf({ detail: 'x'.repeat(5_000) }).detail).length, 2_001)
})

test('writes from its level upwards, and carries bound fields', () => {
  const lines = linesOf({ level: 'warn' }, (log) => {
    const bound = log.with({ projectId: 44056 }).with({ orderId: 1 })
    bound.debug('order.read')
    bound.info('order.read')
    bound.warn('order.late')
    bound.error('order.lost', { orderId: 2 })
  })
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    records.map(({ level, projectId, orderId, msg }) => [level, projectId, orderId, msg]),
    [
      [40, 44056, 1, 'order.late'],
      [50, 44056, 2, 'order.lost'],
    ],
  )
  assert.equal(lines[1]?.split('orderId').length, 2, 'one value for one name')
})

test('writes lines for people where they are wanted', () => {
  const pretty = linesOf({ format: 'pretty' }, (log) => {
    log.info('order.applied', { orderId: 7, to: 'paid', sentence: 'It is paid.' })
    log.error('request.failed', { error: new Error('outer', { cause: new Error('inner') }) })
  })
  assert.match(pretty[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} • order\.applied orderId=7 to=paid sentence="It is paid\."\n$/)
  assert.match(pretty[1] ?? '', /^\S+ ✗ request\.failed\n {2}Error: outer\n.*caused by:\n {2}Error: inner\n.*\n$/s)
})

test('chooses by itself between people and machines', () => {
  const write = (log: ReturnType<typeof createLogger>): void => log.info('server.started')
  assert.ok(linesOf({ format: 'auto', isTerminal: true }, write)[0]?.includes('\u001b[1mserver.started'))
  assert.match(linesOf({ format: 'auto', isTerminal: false }, write)[0] ?? '', /^\{"level":30/)
})
