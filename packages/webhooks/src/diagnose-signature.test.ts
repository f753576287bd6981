// What onError is told about a signature that does not fit: one case for each thing that usually goes wrong.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { BAD_SIGNATURE, givenListener, SECRET, TEMPORARY } from './given-listener.test.fixture.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import { sampleUserValidation, signWebhook } from './testing.ts'

const EMULATOR_SECRET = 'dev_webhook_secret_for_your_own_machine_only'
const USER = sampleUserValidation({ userId: 'player-Zoë/1' })
const COMPACT = JSON.stringify(USER)
/** As PHP writes JSON. */
const PHP = COMPACT.replaceAll('/', '\\/').replaceAll('ë', '\\u00eb')

const bytes = (text: string): Buffer => Buffer.from(text)

interface Case {
  readonly name: string
  /** What the sender signed, the compact JSON when absent, and with what. */
  readonly sent?: string
  readonly senderSecret?: string
  readonly authorization?: string
  /** What came, what was sent when absent. */
  readonly came?: Uint8Array
  readonly options?: Partial<WebhookListenerOptions>
  readonly fault: string
}

/** What only a sender with our secret can cause; the sender is asked to send again, and nothing is lost. */
const GENUINE = ['rewritten_body', 'secret_white_space', 'secret_quotes']

const CASES: readonly Case[] = [
  { name: 'another secret', senderSecret: 'nobody knows', fault: 'mismatch' },
  { name: 'a changed body', came: bytes(COMPACT.replace('player-', 'player_')), fault: 'mismatch' },
  { name: 'an emptied body', came: bytes(''), fault: 'empty_body' },
  { name: 'an indented body', came: bytes(JSON.stringify(USER, null, 2)), fault: 'rewritten_body' },
  { name: 'a body with a line break added', came: bytes(`${COMPACT}\n`), fault: 'rewritten_body' },
  { name: 'a body with a line break cut off', sent: `${COMPACT}\n`, came: bytes(COMPACT), fault: 'rewritten_body' },
  { name: 'a body of PHP written by JavaScript', sent: PHP, came: bytes(COMPACT), fault: 'rewritten_body' },
  {
    name: 'a body without its byte order mark',
    sent: `\ufeff${COMPACT}`,
    came: bytes(COMPACT),
    fault: 'rewritten_body',
  },
  { name: 'a body read as Latin-1', came: bytes(bytes(COMPACT).toString('latin1')), fault: 'rewritten_body' },
  { name: 'a trailing newline at the sender', senderSecret: `${SECRET}\n`, fault: 'secret_white_space' },
  { name: 'a space in front at the sender', senderSecret: ` ${SECRET}`, fault: 'secret_white_space' },
  { name: 'quotes around our secret', options: { secret: `"${SECRET}"` }, fault: 'secret_quotes' },
  { name: 'the secret of the emulator', senderSecret: EMULATOR_SECRET, fault: 'other_known_secret' },
  {
    name: 'an HMAC',
    authorization: `Signature ${createHmac('sha1', SECRET).update(COMPACT).digest('hex')}`,
    fault: 'other_algorithm',
  },
  {
    name: 'a hash with the secret in front',
    authorization: `Signature ${createHash('sha1').update(SECRET).update(COMPACT).digest('hex')}`,
    fault: 'other_algorithm',
  },
  { name: 'credentials of a proxy', authorization: 'Basic dXNlcjpwYXNz', fault: 'other_scheme' },
  {
    name: 'a hash of another length',
    authorization: `Signature ${createHash('sha256').update(COMPACT).update(SECRET).digest('hex')}`,
    fault: 'malformed_header',
  },
]

for (const { name, sent = COMPACT, senderSecret = SECRET, authorization, came, options, fault } of CASES) {
  test(`tells ${name} as ${fault}, in the log only`, async () => {
    const { listener, problems } = givenListener(options)
    const signed = await signWebhook(sent, senderSecret)
    const headers = authorization === undefined ? signed.headers : { authorization }
    const answer = await listener.handle({ headers, rawBody: came ?? signed.body })
    assert.deepEqual(answer, GENUINE.includes(fault) ? TEMPORARY : BAD_SIGNATURE)
    assert.deepEqual(
      problems.map((problem) => 'fault' in problem && problem.fault),
      [fault],
    )
  })
}

test('names the other secret that a signature fits, and shows none', async () => {
  const otherSecrets = { 'the test project': 'secret of the test project', 'last year': 'secret of last year' }
  const { listener, problems } = givenListener({ otherSecrets })
  const signed = await signWebhook(COMPACT, 'secret of last year')
  assert.deepEqual(await listener.handle({ headers: signed.headers, rawBody: signed.body }), BAD_SIGNATURE)
  const sentence = 'The signature fits another secret that you told us of. It is that of last year.'
  assert.deepEqual(problems, [{ kind: 'invalid_signature', fault: 'other_known_secret', sentence }])
})

test('looks no deeper into a body that is long, and still tells a wrong secret', async () => {
  const { listener, problems } = givenListener()
  const long = JSON.stringify({ ...USER, padding: 'x'.repeat(65_536) }, null, 1)
  const signed = await signWebhook(JSON.stringify(JSON.parse(long)), SECRET)
  await listener.handle({ headers: signed.headers, rawBody: bytes(long) })
  const pasted = await signWebhook(long, `${SECRET}\n`)
  await listener.handle({ headers: pasted.headers, rawBody: pasted.body })
  assert.deepEqual(
    problems.map((problem) => 'fault' in problem && problem.fault),
    ['mismatch', 'secret_white_space'],
  )
})
