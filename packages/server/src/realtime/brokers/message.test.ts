// What travels between nodes as text: it comes out as it went in, and nothing else is taken for it.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { PublicationHint } from '../broker.ts'
import { decodeMessage, encodeHint, LOST, packLines, splitLines } from './message.ts'
import { subjectOf } from './nats.ts'

const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const hints: fc.Arbitrary<PublicationHint> = fc.record({
  kind: fc.constant('publication' as const),
  projectId: count,
  channel: fc.string({ unit: 'binary', maxLength: 64 }),
  epoch: fc.string({ minLength: 1, maxLength: 12 }),
  offset: count,
  data: fc.oneof(fc.string({ unit: 'binary', maxLength: 5_000 }), fc.constant('x'.repeat(8_000)), fc.constant(null)),
})

test('hints come out of packed texts as they went in; data that do not fit stay behind', () => {
  const property = fc.property(fc.array(hints, { maxLength: 40 }), (sent) => {
    const texts = packLines(sent.map(encodeHint))
    for (const text of texts) assert.ok(Buffer.byteLength(text) < 8_000)
    const arrived = texts.flatMap(splitLines).map(decodeMessage)
    assert.equal(arrived.length, sent.length)
    for (const [index, message] of arrived.entries()) {
      assert.ok(message.kind === 'hint')
      const hint = sent[index] as PublicationHint
      const isShort = Buffer.byteLength(JSON.stringify(hint.data)) < 7_000
      assert.deepEqual(message.hint, isShort ? { ...hint, data: hint.data } : { ...hint, data: message.hint.data })
      assert.ok([hint.data, null].includes(message.hint.data))
    }
  })
  fc.assert(property, { numRuns: 50 })
})

test('many hints travel in few texts', () => {
  const data = '{"order_id":10000001,"status":"paid"}'
  const channel = `p44056_${'a'.repeat(40)}`
  const hint: PublicationHint = {
    kind: 'publication',
    projectId: 44_056,
    channel,
    epoch: 'a1b2c3d4e5f6',
    offset: 7,
    data,
  }
  assert.equal(packLines(Array(1_000).fill(encodeHint(hint))).length, 16)
})

test('whatever else comes is unreadable and never thrown over', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('['.repeat(7_000)))
  const property = fc.property(texts, (text) => {
    assert.equal(decodeMessage(text).kind, text === LOST ? 'lost' : 'unreadable')
  })
  fc.assert(property, { numRuns: 500 })
})

test('a subject is safe whatever the channel is called, and no two channels share one', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), {
    minLength: 2,
    maxLength: 20,
  })
  const property = fc.property(names, (channels) => {
    const subjects = channels.map((channel) => subjectOf('ordertrail', channel))
    for (const subject of subjects) assert.match(subject, /^ordertrail\.channel\.[A-Za-z0-9_=-]+$/)
    assert.equal(new Set(subjects).size, channels.length)
  })
  fc.assert(property)
})
