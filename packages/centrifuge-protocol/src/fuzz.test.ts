// Frames from nowhere: decoders give a value for each, and never a large one for a small frame.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, ReceivedCommand } from './command.ts'
import { decodeCommands } from './decode-commands.ts'
import { decodeReplies } from './decode-replies.ts'
import { decodeEmulationRequest } from './emulation-request.ts'
import { encodeCommand } from './encode-command.ts'
import { encodeReply } from './encode-reply.ts'
import type { Encoding } from './encoding.ts'
import { COMMAND_LIMITS } from './limits.ts'
import type { RawJson } from './raw-json.ts'
import type { Reply } from './reply.ts'

const FRAMES = 15_000
const MUTATIONS_MAX = 4
const FRAME_BYTES_MAX = 2_000
/** A byte may be a pong, a command of its own; the members each request is completed with stand beside it. */
const GROWTH_MAX = 40

const DATA = '{"auth":"a.b.c","project_id":44056,"x":[1,-2.5e3,true,null,"\\u00e9\\""]}' as RawJson
const SINCE = { offset: 300, epoch: 'epoch' }
const SUBS = new Map([['ch', { recover: true, ...SINCE }]])

const COMMANDS: readonly Command[] = [
  { kind: 'pong' },
  { kind: 'request', id: 1, method: 'connect', request: { data: DATA, name: 'js', subs: SUBS } },
  { kind: 'request', id: 1, method: 'connect', request: { token: 'é', headers: new Map([['a', 'b']]), flag: -1 } },
  { kind: 'request', id: 2, method: 'history', request: { channel: 'ch', limit: -1, since: SINCE, reverse: true } },
  { kind: 'request', id: 2 ** 31, method: 'publish', request: { channel: 'ch', data: DATA } },
  { kind: 'request', id: 0, method: 'send', request: { data: DATA } },
]

const PUBLICATION = { data: DATA, offset: 1, time: -1, tags: new Map([['k', 'v']]), info: { user: 'u', client: 'c' } }

const REPLIES: readonly Reply[] = [
  { kind: 'ping' },
  { kind: 'result', id: 1, method: 'connect', result: { client: 'c', ping: 25, subs: new Map([['ch', SINCE]]) } },
  { kind: 'result', id: 2, method: 'history', result: { publications: [PUBLICATION, PUBLICATION], ...SINCE } },
  { kind: 'error', id: 3, error: { code: 100, message: 'é', temporary: true } },
  { kind: 'push', push: { kind: 'pub', channel: 'ch', body: PUBLICATION } },
]

type Random = (below: number) => number

/** A generator with a fixed seed (mulberry32): a failure comes again in the next run. */
function seededRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function mutate(bytes: number[], others: readonly number[][], random: Random): void {
  const place = random(bytes.length + 1)
  switch (random(6)) {
    case 0:
      bytes[place] = random(256)
      return
    case 1:
      bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8))
      return
    case 2:
      bytes.splice(place, random(8))
      return
    case 3:
      bytes.splice(place, 0, ...Array.from({ length: random(12) }, () => random(256)))
      return
    case 4:
      bytes.splice(place, 0, ...bytes.slice(random(bytes.length + 1), FRAME_BYTES_MAX / 4))
      return
    default:
      bytes.splice(place, 0, ...(others[random(others.length)] ?? []).slice(0, FRAME_BYTES_MAX / 4))
  }
}

/** One to three frames of the corpus in one, then damaged. */
function damagedFrame(corpus: readonly number[][], random: Random): Uint8Array {
  const bytes = [
    corpus[random(corpus.length)] ?? [],
    random(2) === 0 ? (corpus[random(corpus.length)] ?? []) : [],
  ].flat()
  for (let count = random(MUTATIONS_MAX + 1); count > 0; count--) mutate(bytes, corpus, random)
  return Uint8Array.from(bytes.slice(0, FRAME_BYTES_MAX))
}

function corpusOf(encoding: Encoding): number[][] {
  const commands = COMMANDS.map((command) => encodeCommand(command, encoding))
  const replies = REPLIES.map((reply) => encodeReply(reply, encoding))
  const lineFeed = new TextEncoder().encode(encoding === 'json' ? '\n' : '')
  return [...commands, ...replies].map((frame) => {
    const bytes = typeof frame === 'string' ? new TextEncoder().encode(frame) : frame
    return [...bytes, ...lineFeed]
  })
}

function assertBounded(commands: readonly ReceivedCommand[], frame: Uint8Array, encoding: Encoding): void {
  assert.ok(commands.length <= Math.min(frame.length, COMMAND_LIMITS.messagesMax))
  const known = commands.filter((command) => command.kind !== 'unknown')
  const written = known.map((command) => encodeCommand(command, encoding).length).reduce((sum, size) => sum + size, 0)
  assert.ok(written <= frame.length * GROWTH_MAX, `${frame.length} bytes became ${written}.`)
}

for (const encoding of ['json', 'protobuf'] as const) {
  test(`${FRAMES} damaged ${encoding} frames each give a value`, () => {
    const random = seededRandom(20_261_120)
    const corpus = corpusOf(encoding)
    const membersBefore = Object.getOwnPropertyNames(Object.prototype)
    const counts = { decoded: 0, refused: 0 }
    for (let count = 0; count < FRAMES; count++) {
      const frame = damagedFrame(corpus, random)
      const decoded = decodeCommands(frame, encoding)
      counts[decoded.ok ? 'decoded' : 'refused']++
      if (decoded.ok) assertBounded(decoded.commands, frame, encoding)
      else assert.ok(decoded.code === 3501 && decoded.detail.length < 100, decoded.detail)
      assert.equal(typeof decodeReplies(frame, encoding).ok, 'boolean')
      assert.equal(typeof decodeEmulationRequest(frame, encoding).ok, 'boolean')
    }
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), membersBefore)
    // Both ways must have been walked often, or the damage was too heavy or too light.
    assert.ok(Math.min(counts.decoded, counts.refused) > FRAMES / 10, JSON.stringify(counts))
  })
}
