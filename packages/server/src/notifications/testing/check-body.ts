// Holds a rendered body against the documented fields: unknown and missing ones, types, values, order, spelling.
import { DOCUMENTED_BODIES, type DocumentedBody, documentedFields } from './documented-fields.ts'
import type { FieldFact } from './field-fact.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

interface Facts {
  readonly all: readonly FieldFact[]
  readonly byPath: ReadonlyMap<string, FieldFact>
  readonly rankOf: ReadonlyMap<string, number>
}

const FACTS: ReadonlyMap<DocumentedBody, Facts> = new Map(
  DOCUMENTED_BODIES.map((name) => {
    const all = documentedFields(name)
    const byPath = new Map(all.map((fact) => [fact.path, fact]))
    return [name, { all, byPath, rankOf: new Map(all.map(({ path }, rank) => [path, rank])) }]
  }),
)

function factsOf(name: DocumentedBody): Facts {
  const facts = FACTS.get(name)
  if (facts === undefined) throw new Error(`${name} is not documented.`)
  return facts
}

/** `type` as the field facts name it. */
function isOfType(value: Json, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'integer') return Number.isSafeInteger(value)
  if (type === 'object') return isObject(value)
  if (type.startsWith('array')) return Array.isArray(value)
  return typeof value === type
}

const FREE_KEYS = /(^|\.)(custom_parameters|custom_attributes|payment_account)$/
/** Members that we put among the game's own parameters. */
const OURS_AMONG_FREE_KEYS = ['saved_payment_method', 'payment_type']

/** Every value under `value` with its path, such as `items[].sku`. Of objects with free keys only our own members. */
function* fieldsOf(value: Json, path: string): Generator<readonly [path: string, value: Json]> {
  if (Array.isArray(value)) for (const element of value) yield* fieldsOf(element, `${path}[]`)
  if (!isObject(value)) return
  for (const [key, member] of Object.entries(value)) {
    if (FREE_KEYS.test(path) && !OURS_AMONG_FREE_KEYS.includes(key)) continue
    const memberPath = path === '' ? key : `${path}.${key}`
    yield [memberPath, member]
    yield* fieldsOf(member, memberPath)
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/
const AMOUNTS: Readonly<Record<string, RegExp>> = {
  real: /^((0|[1-9]\d*)\.\d{4}|0)$/,
  virtual: /^(0|[1-9]\d*)$/,
  unknown: /^0$/,
}

/** Texts with a form of their own; amounts depend on what the order was paid with. */
function isOfForm(fact: FieldFact, value: Json, currencyType: string): boolean {
  if (typeof value !== 'string' || fact.form === null) return true
  return fact.form === 'time' ? TIME.test(value) : (AMOUNTS[currencyType] ?? /^$/).test(value)
}

function complaintAbout(fact: FieldFact | undefined, path: string, value: Json, currencyType: string): string | null {
  if (fact === undefined) return `${path} is not documented`
  if (!fact.types.some((type) => isOfType(value, type)))
    return `${path} is ${JSON.stringify(value)}, not ${fact.types.join(' or ')}`
  if (fact.values.length > 0 && !fact.values.includes(String(value)))
    return `${path} is ${String(value)}, not ${fact.values.join(' or ')}`
  if (!isOfForm(fact, value, currencyType)) return `${path} is ${JSON.stringify(value)}, which is no ${fact.form}`
  return null
}

/** Members of every object that should be there and are not, and objects whose members stand in another order than documented. */
function* complaintsAboutObjects(facts: Facts, value: Json, path: string): Generator<string> {
  if (FREE_KEYS.test(path)) return
  if (Array.isArray(value)) for (const element of value) yield* complaintsAboutObjects(facts, element, `${path}[]`)
  if (!isObject(value)) return
  const pathOf = (key: string) => (path === '' ? key : `${path}.${key}`)
  const ranks = Object.keys(value).map((key) => facts.rankOf.get(pathOf(key)) ?? -1)
  if (ranks.some((rank, index) => rank < (ranks[index - 1] ?? -1))) {
    yield `${path || 'the body'} has its members in another order: ${Object.keys(value).join(' ')}`
  }
  for (const fact of facts.all) {
    const key = fact.path.slice(path === '' ? 0 : path.length + 1)
    const isMember = fact.path === pathOf(key) && !/[.[]/.test(key)
    if (isMember && fact.isAlways && !Object.hasOwn(value, key)) yield `${fact.path} is missing`
  }
  for (const [key, member] of Object.entries(value)) yield* complaintsAboutObjects(facts, member, pathOf(key))
}

/** What a receiver could trip over before it looks at a field. */
function* complaintsAboutText(body: string): Generator<string> {
  if (JSON.stringify(JSON.parse(body)) !== body) yield 'the body is not compact JSON'
  if (Buffer.from(body, 'utf8').toString('utf8') !== body) yield 'the body is not UTF-8'
}

/** Everything in the JSON text `body` that the documentation of `name` does not allow; empty when all is well. */
export function complaintsAbout(name: DocumentedBody, body: string): readonly string[] {
  const facts = factsOf(name)
  const parsed = JSON.parse(body) as { readonly [key: string]: Json }
  const currencyType = isObject(parsed.order ?? null)
    ? String((parsed.order as { currency_type?: Json }).currency_type)
    : ''
  const complaints = [...fieldsOf(parsed, '')].map(([path, value]) =>
    complaintAbout(facts.byPath.get(path), path, value, currencyType),
  )
  return [
    ...complaintsAboutText(body),
    ...complaints.filter((complaint) => complaint !== null),
    ...complaintsAboutObjects(facts, parsed, ''),
  ]
}

/** The documented paths that `body` has. */
export function pathsIn(body: string): ReadonlySet<string> {
  return new Set([...fieldsOf(JSON.parse(body) as Json, '')].map(([path]) => path))
}
