import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { devSession } from '@ordertrail/server/dev-tools'
import { givenEmulator } from '../testing/given-emulator.ts'
import { givenListener } from '../testing/given-listener.ts'
import { type Ended, ORDERTRAIL, runToEnd } from '../testing/spawn-program.ts'

const run = (url: string, ...words: readonly string[]): Promise<Ended> =>
  runToEnd([...ORDERTRAIL, 'webhooks', 'test', ...words, '--url', url])

/** An emulator whose webhooks go to a listener that answers 204 to everything. */
async function givenTrusting(t: TestContext): Promise<string> {
  const { url } = await givenEmulator(t)
  await devSession(url).setWebhook((await givenListener(t)).url)
  return url
}

test('says what passed, and exits with 0', async (t) => {
  const url = await givenTrusting(t)
  const { code, stdout } = await run(
    url,
    '--user',
    'ann',
    '--check',
    'user_validation',
    'order_paid',
    '--sku',
    'sword_1',
    '--transaction',
    '7',
  )
  const [address, ...lines] = stdout.trimEnd().split('\n')
  assert.match(address ?? '', /^http:\/\/127\.0\.0\.1:\d+/)
  assert.deepEqual(
    lines.map((line) => line.replace(/\d+ ms/, '# ms')),
    ['ok      user_validation  204  # ms', 'ok      order_paid       204  # ms', 'All checks passed.'],
  )
  assert.equal(code, 0)
})

test('says what to change, and exits with 1', async (t) => {
  const url = await givenTrusting(t)
  const { code, stdout } = await run(url)
  const lines = stdout.trimEnd().split('\n')
  assert.match(lines[2] ?? '', /^FAILED {2}unknown_user {5}204 {2}\d+ ms$/)
  assert.match(lines[5] ?? '', /^ {8}Your listener answered 204 to a wrong signature/)
  assert.deepEqual([code, lines.at(-1)], [1, '2 of 3 checks failed.'])
})

test('prints everything as JSON', async (t) => {
  const url = await givenTrusting(t)
  const { code, stdout } = await run(url, '--all', '--json', '--public-id', 'Ann#7')
  const { is_passed, checks } = JSON.parse(stdout) as { is_passed: boolean; checks: { request: { body: string } }[] }
  assert.deepEqual([code, is_passed, checks.length], [1, false, 11])
  assert.deepEqual(JSON.parse(checks[3]?.request.body ?? '').user, { public_id: 'Ann#7' })
})

test('without a listener it says that there is none', async (t) => {
  const { url } = await givenEmulator(t)
  const { code, stderr } = await run(url)
  assert.equal(code, 1)
  assert.match(stderr, /refused with 404: The project has no webhook settings/)
})

const REFUSED: readonly (readonly [words: readonly string[], reason: RegExp])[] = [
  [['--check', 'dispute'], /Allowed choices are user_validation/],
  [['--all', '--check', 'payment'], /cannot be used with option/],
  [['--transaction', '1.5'], /Expected a whole number above 0\./],
]
for (const [words, reason] of REFUSED) {
  test(`refuses webhooks test ${words.join(' ')}`, async () => {
    const { code, stderr } = await runToEnd([...ORDERTRAIL, 'webhooks', 'test', ...words])
    assert.equal(code, 1)
    assert.match(stderr, reason)
  })
}
