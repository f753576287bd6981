// Every class of forbidden address in every spelling, as a URL and behind a name: no connection is ever opened.
import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { mock, test } from 'node:test'
import fc from 'fast-check'
import { classifyAddress } from './address-class.ts'
import { createSignedSender } from './send-signed-request.ts'

const TARGETS = 10_000
/** Fixed, so that a failure can be repeated. */
const SEED = 20_261_120

/** First and last address of blocks that no webhook may reach, as numbers. */
const V4_BLOCKS: readonly (readonly [first: string, last: string])[] = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '239.255.255.255'],
  ['240.0.0.0', '255.255.255.255'],
]
const V6_PREFIXES = [
  '100::',
  '64:ff9b:1::',
  '2001::',
  '2001:2::',
  '2001:db8::',
  '2002:a00::',
  '3fff::',
  '5f00::',
  'fc00::',
  'fd00::',
  'fe80::',
  'fec0::',
  'ff02::',
]

function numberOf(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

const v4 = fc
  .constantFrom(...V4_BLOCKS)
  .chain(([first, last]) => fc.integer({ min: numberOf(first), max: numberOf(last) }))

/** Ways to write one IPv4 address as the host of a URL. */
const V4_SPELLINGS: readonly ((number: number) => string)[] = [
  (number) => bytesOf(number).join('.'),
  (number) => `${bytesOf(number).join('.')}.`,
  (number) =>
    bytesOf(number)
      .map((byte) => `0${byte.toString(8)}`)
      .join('.'),
  (number) =>
    bytesOf(number)
      .map((byte) => `0000${byte.toString(8)}`)
      .join('.'),
  (number) =>
    bytesOf(number)
      .map((byte) => `0x${byte.toString(16)}`)
      .join('.'),
  (number) =>
    bytesOf(number)
      .map((byte, index) => (index % 2 === 0 ? `0X${byte.toString(16)}` : byte))
      .join('.'),
  (number) => String(number),
  (number) => `0${number.toString(8)}`,
  (number) => `0x${number.toString(16)}`,
  (number) => `${Math.floor(number / 2 ** 24)}.${number % 2 ** 24}`,
  (number) => `${bytesOf(number)[0]}.${bytesOf(number)[1]}.${number % 65_536}`,
  (number) => bytesOf(number).join('%2e'),
  (number) => bytesOf(number).join('。'),
  (number) =>
    [...bytesOf(number).join('.')]
      .map((char) => (char === '.' ? char : String.fromCodePoint(0xff10 + Number(char))))
      .join(''),
  (number) => [...bytesOf(number).join('.')].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(''),
  (number) => `[::ffff:${bytesOf(number).join('.')}]`,
  (number) => `[::FFFF:${groupsOf(number)}]`,
  (number) => `[0:0:0:0:0:ffff:${groupsOf(number)}]`,
  (number) => `[::${groupsOf(number)}]`,
  (number) => `[64:ff9b::${groupsOf(number)}]`,
  (number) => `[2002:${groupsOf(number)}::]`,
  (number) => `[2001:0:1::${groupsOf(number)}]`,
  (number) => `game.example@${bytesOf(number).join('.')}`,
  (number) => `game.example:443@${bytesOf(number).join('.')}`,
  (number) => `${bytesOf(number).join('.')}\\@game.example`,
]

function bytesOf(number: number): number[] {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256)
}

function groupsOf(number: number): string {
  return `${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}`
}

const spelledV4 = fc.tuple(v4, fc.constantFrom(...V4_SPELLINGS)).map(([number, spell]) => spell(number))
const v6 = fc.oneof(
  fc.constantFrom('::', '::1'),
  fc
    .tuple(fc.constantFrom(...V6_PREFIXES), fc.integer({ min: 1, max: 0xffff }))
    .map(([prefix, group]) => prefix + group.toString(16)),
)
/** What a careless parser repairs, or takes for the host. */
const ODDITIES = ['\t', '\n', '\r\n', ' ', '\\', '/', '#@game.example/', '#a']
/** A name, told apart from others by its number, that resolves to something forbidden. */
const name = fc.integer({ min: 0, max: 1_000_000 }).map((number) => `name-${number}.example`)

const url = fc
  .tuple(
    fc.constantFrom('https', 'HTTPS', 'http'),
    fc.oneof(
      { weight: 6, arbitrary: spelledV4 },
      { weight: 2, arbitrary: v6.map((text) => `[${text}]`) },
      { weight: 2, arbitrary: name },
    ),
    fc.constantFrom('', ':443', ':8443', ':22', ':80'),
    fc.constantFrom('/', '/webhooks', '?x=1', ''),
    fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...ODDITIES) }),
  )
  .map(([scheme, host, port, rest, oddity]) =>
    oddity.startsWith('#')
      ? `${scheme}://${host}${port}${rest}${oddity}`
      : `${scheme}:${oddity}//${host}${port}${rest}`,
  )

const badAnswer = fc.oneof(
  v4.map((number) => bytesOf(number).join('.')),
  v6,
  v4.map((number) => `::ffff:${bytesOf(number).join('.')}`),
)

test(`opens no connection for ${TARGETS} forbidden targets`, async (t) => {
  const connects = mock.method(Socket.prototype, 'connect')
  t.after(() => connects.mock.restore())
  const answers = fc.sample(badAnswer, { numRuns: 1_000, seed: SEED })
  assert.deepEqual(
    answers.filter((answer) => classifyAddress(answer) === 'public'),
    [],
  )
  let looked = 0
  const sender = createSignedSender({
    policy: { allowLoopbackHttp: false },
    // Good answers before and after the bad one: one bad answer refuses the name.
    lookup: async (hostname) => {
      looked += 1
      return ['8.8.8.8', answers[Number(/\d+/.exec(hostname)?.[0]) % answers.length] ?? '127.0.0.1', '1.1.1.1']
    },
  })
  t.after(() => sender.stop())
  const targets = fc.sample(url, { numRuns: TARGETS, seed: SEED })
  const reached: string[] = []
  /** What saving the settings would say otherwise than sending. */
  const differing: string[] = []
  for (const target of targets) {
    const exchange = await sender.send({ url: target, secrets: ['s'], body: '{}', deadlineMs: 5_000, webhookId: 'm' })
    if (exchange.kind === 'response' || !/^(url|address)_refused$/.test(exchange.reason)) reached.push(target)
    const saved = await sender.check(target)
    if (saved.ok || exchange.kind === 'response' || saved.sentence !== exchange.sentence) differing.push(target)
  }
  assert.deepEqual({ reached, differing }, { reached: [], differing: [] })
  assert.equal(connects.mock.callCount(), 0)
  assert.ok(looked > 500, `only ${looked} names were resolved`)
})
