// Bodies that nobody writes and that are right all the same: valid JSON with all that the listener needs.
import { NOTIFICATION_TYPES } from '@ordertrail/core'
import { sampleWebhook } from '@ordertrail/webhooks/testing'
import { below, pick } from './pick.ts'

type Random = () => number

const DEPTH_MAX = 2_000
const UNKNOWN_MEMBERS_MAX = 5
const WHITE_SPACE = ['', '', ' ', '\n', '\t', '\r\n', '   ']
const NUMBERS = [
  '0',
  '-0',
  '1E400',
  '-1e-400',
  '12345678901234567890123',
  '0.1000000000000000055',
  '9007199254740993',
  '1.0',
]
const LETTERS = [
  '',
  'a',
  '\\u0000',
  '\\ud83d',
  '\\/',
  '/',
  '\\"',
  'ß',
  '玩家',
  '🎮',
  '\u2028',
  '\u202e',
  '\ufffd',
  '\u0301',
  '__proto__',
]

/** JSON text of one webhook of any type, with odd but harmless things in it. */
export function oddBody(random: Random): string {
  const mode = pick(random, ['combined', 'separate'] as const)
  const userId = pick(random, [
    'player-1',
    'player-Zoë',
    'player-🎮',
    'player- ',
    'player-"\\',
    'player-1234567890'.repeat(9),
  ])
  const sample = {
    mode,
    userId,
    version: pick(random, [1, 2] as const),
    isFull: random() < 0.3,
    orderId: 1 + below(random, 2 ** 31),
  }
  const body = sampleWebhook(pick(random, NOTIFICATION_TYPES), sample)
  return `${random() < 0.1 ? '\ufeff' : ''}${space(random)}${oddObject(random, body)}${space(random)}`
}

/** The members in another order, spelled oddly, some twice (the last counts), and some that nobody knows. */
function oddObject(random: Random, object: object): string {
  const known = shuffled(
    random,
    Object.entries(object).filter(([, value]) => value !== undefined),
  )
  const members = known.flatMap(([name, value]) => {
    const member = `${oddText(random, name)}${space(random)}:${space(random)}${oddValue(random, value)}`
    return random() < 0.05 ? [`${JSON.stringify(name)}:${unknownValue(random)}`, member] : [member]
  })
  const unknown = Array.from({ length: below(random, UNKNOWN_MEMBERS_MAX) }, (_, index) => {
    return `"unknown ${index}${pick(random, LETTERS)}":${unknownValue(random)}`
  })
  return `{${space(random)}${[...unknown, ...members].join(`${space(random)},${space(random)}`)}${space(random)}}`
}

function oddValue(random: Random, value: unknown): string {
  if (typeof value === 'string') return oddText(random, value)
  if (typeof value === 'number') return oddNumber(random, value)
  if (Array.isArray(value)) return `[${value.map((item: unknown) => oddValue(random, item)).join(`${space(random)},`)}]`
  return typeof value === 'object' && value !== null ? oddObject(random, value) : JSON.stringify(value)
}

/** The same text, some letters of it as escapes. */
function oddText(random: Random, text: string): string {
  const spelled = Array.from({ length: text.length }, (_, index) => {
    const hex = text.charCodeAt(index).toString(16).padStart(4, '0')
    return random() < 0.1 ? `\\u${random() < 0.5 ? hex : hex.toUpperCase()}` : null
  })
  // Escaped by halves, a letter of two code units would fall apart.
  const isWhole = [...text].every((letter) => letter.length === 1)
  if (!isWhole) return JSON.stringify(text)
  return `"${Array.from(text, (letter, index) => spelled[index] ?? JSON.stringify(letter).slice(1, -1)).join('')}"`
}

/** The same number: 1990, 199e1, 1990.0. */
function oddNumber(random: Random, value: number): string {
  const text = String(value)
  if (!Number.isInteger(value)) return random() < 0.3 ? `${text}0` : text
  return pick(random, [text, text, `${text}.0`, `${text}e0`, `${text}E+0`])
}

function unknownValue(random: Random): string {
  const depth = below(random, random() < 0.05 ? DEPTH_MAX : 5)
  const inner = pick(random, [
    () => pick(random, NUMBERS),
    () => `"${Array.from({ length: below(random, 20) }, () => pick(random, LETTERS)).join('')}"`,
    () => pick(random, ['null', 'true', '{}', '[]', '""', '{"":""}', '{"__proto__":{"id":1}}', '{"constructor":null}']),
  ])()
  return random() < 0.5
    ? `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}${inner}${'}'.repeat(depth)}`
}

function space(random: Random): string {
  return pick(random, WHITE_SPACE)
}

function shuffled<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
