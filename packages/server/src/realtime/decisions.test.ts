// Tables of the gateway's pure decisions.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ERROR_CODES, type HistoryRequest, type RawJson, type ReceivedCommand } from '@ordertrail/centrifuge-protocol'
import type { RateLimitMode } from '../platform/http/index.ts'
import { admitUpgrade, chooseProtocol, encodingOf } from './admit-upgrade.ts'
import { readCredentials } from './authenticate-connect.ts'
import { drainedBy } from './drain-sessions.ts'
import { chooseUnsent } from './follow-stream.ts'
import { commandLimits, DEFAULT_LIMITS, PUBLICATIONS_PER_ANSWER_MAX } from './gateway-limits.ts'
import { judgeArrival } from './live-publication.ts'
import { type HistoryPlan, planHistory } from './read-history.ts'
import type { StreamPublication } from './read-stream.ts'
import { decideRecovery } from './recover.ts'
import { admitCommand, decideDue, nextDeadline, type Phase, payForCommands } from './session-state.ts'

const rows = (...offsets: readonly number[]): readonly StreamPublication[] =>
  offsets.map((offset) => ({ data: '{}' as RawJson, offset }))

/** The moments of `counts`, each [milliseconds, commands], that were too much. */
function tooMuchAt(counts: readonly (readonly [at: number, count: number])[], mode: RateLimitMode): readonly number[] {
  let paidAt = 0
  return counts.flatMap(([at, count]) => {
    const paid = payForCommands(count, paidAt, at, commandLimits(mode))
    paidAt = paid ?? paidAt
    return paid === null ? [at] : []
  })
}

test('a client may send a whole frame of commands at once, and fifty a second for as long as it likes', () => {
  const hour = Array.from({ length: 3_600 }, (_, second) => [second * 1_000, 50] as const)
  assert.deepEqual(tooMuchAt([[0, 1_024], [0, 126], ...hour.slice(1)], 'on'), [])
  assert.deepEqual(
    tooMuchAt(
      [
        [0, 1_200],
        [0, 1],
        [20, 1],
        [20, 1],
      ],
      'on',
    ),
    [0, 20],
  )
  assert.deepEqual(
    tooMuchAt(
      [
        [5_000, 1_200],
        [29_000, 1_200],
        [29_000, 1],
      ],
      'on',
    ),
    [29_000],
  )
  assert.deepEqual(
    tooMuchAt(
      [
        [0, 12_000],
        [0, 1],
      ],
      'generous',
    ),
    [0],
  )
  assert.deepEqual(
    tooMuchAt(
      [
        [0, 1_000_000],
        [0, 1_000_000],
      ],
      'off',
    ),
    [],
  )
})

test('a history request means one part of the stream', () => {
  const all = PUBLICATIONS_PER_ANSWER_MAX
  const epoch = ''
  const range = (
    after: number,
    before: number | null,
    limit: number,
    order: 'oldest_first' | 'newest_first',
    isReversed = false,
  ): HistoryPlan => ({
    kind: 'range',
    range: { after, before, limit, order },
    isReversed,
  })
  const cases: readonly (readonly [Omit<HistoryRequest, 'channel'>, HistoryPlan])[] = [
    [{}, { kind: 'position' }],
    [{ limit: 0, since: { offset: 5, epoch } }, { kind: 'position' }],
    [{ limit: -1 }, range(0, null, all, 'newest_first', true)],
    [{ limit: -1, since: { offset: 0, epoch } }, range(0, null, all, 'newest_first', true)],
    [{ limit: -1, since: { offset: 7, epoch } }, range(7, null, all, 'newest_first', true)],
    [{ limit: 2_000_000_000 }, range(0, null, all, 'newest_first', true)],
    [{ limit: 3 }, range(0, null, 3, 'oldest_first')],
    [{ limit: 3, since: { offset: 7, epoch } }, range(7, null, 3, 'oldest_first')],
    [{ limit: 3, reverse: true }, range(0, null, 3, 'newest_first')],
    [{ limit: -1, reverse: true }, range(0, null, all, 'newest_first')],
    [{ limit: 3, reverse: true, since: { offset: 7, epoch } }, range(0, 7, 3, 'newest_first')],
    [
      { limit: 3, reverse: true, since: { offset: 0, epoch } },
      { kind: 'refused', error: ERROR_CODES.badRequest },
    ],
  ]
  for (const [request, plan] of cases) assert.deepEqual(planHistory({ channel: 'a', ...request }), plan)
})

test('recovery is granted only without a hole up to the top', () => {
  const top = { epoch: 'e', offset: 5 }
  const position = (offset: number, missed: readonly StreamPublication[]) => {
    const start = decideRecovery(top, offset, missed)
    return [start.outcome, start.position, start.result.offset, start.result.publications?.length ?? 0]
  }
  assert.deepEqual(position(5, []), ['recovered', 5, 5, 0])
  assert.deepEqual(position(3, rows(4, 5)), ['recovered', 5, 3, 2])
  assert.deepEqual(position(3, rows(4, 5, 6)), ['recovered', 6, 3, 3])
  assert.deepEqual(position(3, rows(4)), ['unrecovered', 5, 5, 0])
  assert.deepEqual(position(3, rows(5)), ['unrecovered', 5, 5, 0])
  assert.deepEqual(position(2, rows(3, 5)), ['unrecovered', 5, 5, 0])
  assert.deepEqual(position(3, []), ['unrecovered', 5, 5, 0])
})

test('what arrives is next, seen, ahead, or of another stream', () => {
  const at = { epoch: 'e', offset: 5 }
  const judged = [4, 5, 6, 7].map((offset) => judgeArrival(at, { epoch: 'e', offset }))
  assert.deepEqual(judged, ['seen', 'seen', 'next', 'ahead'])
  assert.equal(judgeArrival(at, { epoch: 'f', offset: 6 }), 'other_stream')
})

test('what was read to fill a hole is handed over from the position on that hints have reached meanwhile', () => {
  const chosen = (after: number, position: number, missed: readonly StreamPublication[]) => {
    const unsent = chooseUnsent({ after, position }, missed)
    return unsent === 'hole' ? unsent : unsent.map(({ offset }) => offset)
  }
  assert.deepEqual(chosen(5, 5, rows(6, 7)), [6, 7])
  assert.deepEqual(chosen(5, 6, rows(6, 7)), [7])
  assert.deepEqual(chosen(5, 7, rows(6)), [])
  assert.equal(chosen(5, 5, []), 'hole')
  assert.equal(chosen(5, 5, rows(7)), 'hole')
  assert.equal(chosen(5, 5, rows(6, 8)), 'hole')
})

test('connect comes first and once, pongs are welcome at any time', () => {
  const connect: ReceivedCommand = { kind: 'request', id: 1, method: 'connect', request: {} }
  const history: ReceivedCommand = { kind: 'request', id: 2, method: 'history', request: { channel: 'a' } }
  const phases: readonly Phase[] = ['new', 'connecting', 'live', 'closed']
  const admissions = (command: ReceivedCommand) => phases.map((phase) => admitCommand(phase, command))
  assert.deepEqual(admissions(connect), ['connect', 'bad_request', 'bad_request', 'pass_over'])
  assert.deepEqual(admissions(history), ['bad_request', 'answer', 'answer', 'pass_over'])
  assert.deepEqual(admissions({ kind: 'unknown', id: 3 }), ['bad_request', 'answer', 'answer', 'pass_over'])
  assert.deepEqual(admissions({ kind: 'pong' }), ['pass_over', 'pass_over', 'pass_over', 'pass_over'])
})

test('deadlines are looked at in the order of their weight', () => {
  const times = { pingAt: 100, pongBy: 50, endsAt: 1_000 }
  const due = (monotonic: number, wall: number) => decideDue(times, { monotonic, wall })
  assert.deepEqual([due(49, 999), due(50, 999), due(50, 1_000)], ['nothing', 'no_pong', 'expired'])
  assert.equal(decideDue({ ...times, pongBy: null }, { monotonic: 100, wall: 0 }), 'ping')
  assert.equal(nextDeadline(times, { monotonic: 0, wall: 0 }), 50)
  assert.equal(nextDeadline({ ...times, pongBy: null }, { monotonic: 20, wall: 950 }), 70)
})

test('a node that stops closes a few connections at once and the rest evenly', () => {
  const limits = { closedAtOnceMax: 200, drainMs: 5_000 }
  assert.equal(drainedBy(0, 150, limits), 150)
  assert.deepEqual(
    [0, 1_000, 2_500, 5_000].map((elapsedMs) => drainedBy(elapsedMs, 1_200, limits)),
    [200, 400, 700, 1_200],
  )
})

test('an upgrade is admitted on its path while there is room', () => {
  const free = { isOpen: true, connections: 0, connecting: 0, waiting: 0, entering: 0 }
  const request = { method: 'GET', url: '/connection/websocket?cf_protocol=protobuf' }
  const decide = (asked: object, occupancy: object) => {
    const decision = admitUpgrade({ ...request, ...asked }, { ...free, ...occupancy }, DEFAULT_LIMITS)
    return decision.kind === 'refused' ? decision.status : 'admitted'
  }
  assert.equal(decide({}, {}), 'admitted')
  assert.equal(decide({ url: '/connection/websocket/' }, {}), 'admitted')
  assert.equal(decide({ url: '/connection' }, {}), 404)
  assert.equal(decide({ url: undefined }, {}), 404)
  assert.equal(decide({ method: 'POST' }, {}), 405)
  assert.equal(decide({}, { isOpen: false }), 503)
  assert.equal(decide({}, { connections: DEFAULT_LIMITS.connectionsMax }), 503)
  assert.equal(decide({}, { connecting: DEFAULT_LIMITS.connectingMax }), 503)
  assert.equal(decide({}, { waiting: DEFAULT_LIMITS.waitingMax }), 503)
  assert.equal(decide({}, { waiting: 1, entering: DEFAULT_LIMITS.waitingMax - 1 }), 503)
  assert.equal(decide({}, { connections: DEFAULT_LIMITS.connectionsMax - 1, waiting: 1 }), 503)
  // Those have a connection already, and are counted with those.
  assert.equal(decide({}, { connections: DEFAULT_LIMITS.connectionsMax - 1, entering: 1 }), 'admitted')
})

test('the encoding follows the subprotocol, then the query, then is JSON', () => {
  const url = '/connection/websocket?format=protobuf'
  assert.deepEqual(
    [encodingOf('', '/x'), encodingOf('', url), encodingOf('', '/x?cf_protocol=protobuf'), encodingOf('wss', '/x')],
    ['json', 'protobuf', 'protobuf', 'json'],
  )
  assert.deepEqual([encodingOf('centrifuge-protobuf', '/x'), encodingOf('centrifuge-json', url)], ['protobuf', 'json'])
  assert.equal(encodingOf('constructor', '/x'), 'json')
  assert.deepEqual(
    [new Set(['x', 'centrifuge-protobuf']), new Set(['wss', 'y']), new Set<string>()].map(chooseProtocol),
    ['centrifuge-protobuf', 'wss', false],
  )
})

test('credentials are read from the data, ids as texts and numbers', () => {
  const read = (data: string | undefined, token?: string) =>
    readCredentials({
      ...(data === undefined ? {} : { data: data as RawJson }),
      ...(token === undefined ? {} : { token }),
    })
  const none = { projectId: null, userExternalId: null }
  assert.deepEqual(read('{"auth":"t"}'), { token: 't', ...none })
  assert.deepEqual(read('{"auth":"t","project_id":44056,"user_external_id":7}'), {
    token: 't',
    projectId: 44_056,
    userExternalId: '7',
  })
  assert.deepEqual(read('{"auth":"t","project_id":"44056","user_external_id":null}'), {
    token: 't',
    projectId: 44_056,
    userExternalId: null,
  })
  assert.deepEqual(read(undefined, 'std'), { token: 'std', ...none })
  assert.deepEqual(read('{"auth":"t"}', 'std'), { token: 't', ...none })
  const refusals = [
    '{',
    '[]',
    '"t"',
    '{}',
    '{"auth":""}',
    '{"auth":1}',
    '{"auth":"t","project_id":-1}',
    '{"auth":"t","project_id":{}}',
    '{"auth":"t","user_external_id":[]}',
  ]
  assert.deepEqual(
    refusals.map((data) => read(data)),
    [
      'data_malformed',
      'data_malformed',
      'data_malformed',
      'token_missing',
      'token_missing',
      'token_missing',
      'project_id_malformed',
      'project_id_malformed',
      'user_external_id_malformed',
    ],
  )
})
