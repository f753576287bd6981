// Is the own Protobuf codec as fast as the maintained library? Asked of the messages that a gateway reads and writes.
import { strict as assert } from 'node:assert'
import {
  decodeCommands,
  encodeCommand,
  encodePublicationPush,
  encodeReply,
  type Reply,
  toRawJson,
} from '@ordertrail/centrifuge-protocol'
import { Centrifuge } from 'centrifuge/build/protobuf'
import type { BenchRun, Figure, Question } from './frame/question.ts'

/** The official client's codec: static code that protobufjs generated, both halves. */
interface OfficialCodec {
  encodeReplies(replies: readonly unknown[]): Uint8Array
  decodeCommands(frame: Uint8Array): readonly unknown[]
}

const HISTORY_SIZE = 50
const CHANNEL = 'p44056-9f86d081884c7d659a2feaa0c55ad015'
/** Of the length of a user token. */
const TOKEN = `${'e'.repeat(36)}.${'y'.repeat(280)}.${'J'.repeat(43)}`
const STATUS = toRawJson({ order_id: 59_614_241, status: 'paid' })
const UTF8 = new TextEncoder()

/** The same work by both; each gives something of its result, so that none of it is left out. */
interface Work {
  readonly name: string
  readonly own: () => number
  readonly official: () => number
}

/** The question. */
export const codec: Question = {
  title: 'Protobuf messages of the gateway, own codec against protobufjs',
  ask: async (run) => ({
    figures: works(officialCodec()).flatMap((work) => measure(run, work)),
    notes: [
      'protobufjs as the official client ships it: static code, both halves. Rounds of both take turns in one process.',
      'The own decoder also checks limits, nesting and UTF-8, and that data is JSON; protobufjs does not.',
    ],
  }),
}

function officialCodec(): OfficialCodec {
  const found: unknown = Reflect.get(new Centrifuge('ws://localhost'), '_codec')
  assert.ok(typeof found === 'object' && found !== null)
  return found as OfficialCodec
}

function works(official: OfficialCodec): readonly Work[] {
  const data = toRawJson({ user_external_id: 'player-1', auth: TOKEN, project_id: 44_056 })
  const connect = encodeCommand(
    { kind: 'request', id: 1, method: 'connect', request: { data, name: 'js' } },
    'protobuf',
  )
  const offsets = Array.from({ length: HISTORY_SIZE }, (_, index) => index + 1)
  const publications = offsets.map((offset) => ({ data: STATUS, offset }))
  const history: Reply = {
    kind: 'result',
    id: 2,
    method: 'history',
    result: { publications, epoch: 'a1b2c3d4e5f6', offset: HISTORY_SIZE },
  }
  // Data stands as text in the store, so making bytes of it is part of the work.
  const officialHistory = () => ({
    id: 2,
    history: {
      publications: offsets.map((offset) => ({ data: UTF8.encode(STATUS), offset })),
      epoch: 'a1b2c3d4e5f6',
      offset: HISTORY_SIZE,
    },
  })
  return [
    {
      name: 'decode a connect command',
      own: () => (decodeCommands(connect, 'protobuf').ok ? 1 : 0),
      official: () => official.decodeCommands(connect).length,
    },
    {
      name: 'encode a publication push',
      own: () => encodePublicationPush(CHANNEL, STATUS, 12, 'protobuf').length,
      official: () =>
        official.encodeReplies([{ push: { channel: CHANNEL, pub: { data: UTF8.encode(STATUS), offset: 12 } } }]).length,
    },
    {
      name: `encode a history of ${HISTORY_SIZE}`,
      own: () => encodeReply(history, 'protobuf').length,
      official: () => official.encodeReplies([officialHistory()]).length,
    },
  ]
}

function measure(run: BenchRun, { name, own, official }: Work): readonly Figure[] {
  assert.equal(own(), official(), name)
  const rounds = run.rounds ?? (run.isQuick ? 5 : 15)
  const times = { own: [] as number[], official: [] as number[] }
  const count = countFor(own, run.isQuick ? 50 : 200)
  for (let round = 0; round < rounds; round++) {
    times.own.push(microseconds(own, count))
    times.official.push(microseconds(official, count))
  }
  run.report(`${name}: ${count} times in each of ${rounds} rounds`)
  return [
    { name: `${name}, own codec`, unit: 'µs', rounds: times.own, bar: null },
    { name: `${name}, protobufjs`, unit: 'µs', rounds: times.official, bar: null },
  ]
}

/** How often `act` fits into `ms`, once it runs at its usual pace. */
function countFor(act: () => number, ms: number): number {
  let count = 1_000
  while (microseconds(act, count) * count < ms * 1_000) count *= 2
  return count
}

/** Time of one `act`. */
function microseconds(act: () => number, count: number): number {
  let sum = 0
  const from = performance.now()
  for (let each = 0; each < count; each++) sum += act()
  assert.ok(sum > 0)
  return ((performance.now() - from) * 1_000) / count
}
