// Facts about requests for connections of other nodes, as brokers see them.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { createSeal } from '../platform/seal.ts'
import type { PublicationHint } from './broker.ts'
import { encodeHint } from './brokers/message.ts'
import { EmulatedSessions } from './emulated-sessions.ts'

const seal = createSeal([randomBytes(32)])

/** A node whose broker keeps what it is given. */
function givenNode(of = seal) {
  const sent: PublicationHint[] = []
  const broker = { publish: (hint: PublicationHint) => void sent.push(hint), subscribe: async () => undefined }
  return { sent, emulated: new EmulatedSessions({ seal: of, broker }) }
}

test('the longest frame that is handed on travels whole', () => {
  const [here, there] = [givenNode(), givenNode()]
  const { session, node } = there.emulated.name()
  const frame = 'x'.repeat(4_096)
  assert.equal(here.emulated.take({ session, node, frame }), 'handed_on')
  assert.equal(here.emulated.take({ session, node, frame: `${frame}x` }), 'too_large')
  const [hint] = here.sent
  assert.ok(hint !== undefined && here.sent.length === 1)
  assert.ok(encodeHint(hint).includes(Buffer.from(frame).toString('base64')))
})

test('a node takes what is for it, though nothing came of it, and leaves the rest to its channels', () => {
  const [here, there] = [givenNode(), givenNode()]
  here.emulated.take({ ...there.emulated.name(), frame: '{}' })
  const [hint] = here.sent
  assert.ok(hint !== undefined)
  assert.deepEqual(
    [there.emulated.takeHint(hint), there.emulated.takeHint({ ...hint, data: null }), here.emulated.takeHint(hint)],
    [true, true, false],
  )
})

test('only nodes of the same installation are told anything', () => {
  const here = givenNode()
  const stranger = givenNode(createSeal([randomBytes(32)])).emulated.name()
  const madeUp = ['', 'node-1', 'v1.a.b.c', seal.seal('node-1'), here.emulated.name().node.slice(0, -1)]
  for (const node of [stranger.node, ...madeUp]) {
    assert.equal(here.emulated.take({ session: stranger.session, node, frame: '{}' }), 'absent', node)
  }
  assert.equal(here.emulated.take({ session: '', node: givenNode().emulated.name().node, frame: '{}' }), 'absent')
  assert.deepEqual(here.sent, [])
})
