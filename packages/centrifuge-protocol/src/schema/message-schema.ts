// How messages are described: one table per message drives both encodings, in both directions.

import { JSON_NULL, type RawJson } from '../raw-json.ts'

declare const CARRIED: unique symbol

/** `raw` is RawJson: a JSON value in JSON, its UTF-8 text in a `bytes` field of Protobuf. */
export type ScalarKind = 'string' | 'raw' | 'bool' | 'uint32' | 'int32' | 'uint64' | 'int64'

type Shape =
  | { readonly shape: 'scalar'; readonly scalar: ScalarKind }
  | { readonly shape: 'message' | 'list' | 'map'; readonly schema: MessageSchema }
  | { readonly shape: 'text map' }

/** A field whose value is a V; `number` is its Protobuf field number. */
export type Field<V> = Shape & { readonly number: number; readonly required: boolean; readonly [CARRIED]?: V }

/** A field with its name and what is written in front of its value. */
export type NamedField = Shape & {
  readonly name: string
  readonly number: number
  /** Never absent after decoding and written in JSON even when it is zero. */
  readonly required: boolean
  readonly jsonKey: string
  /** Field number and wire type in one number. */
  readonly tag: number
}

/** The description of a message whose value is a T. */
export interface MessageSchema<T = unknown> {
  readonly name: string
  /** In the order of their numbers, which is the order both encodings write. */
  readonly fields: readonly NamedField[]
  readonly required: readonly NamedField[]
  readonly byName: ReadonlyMap<string, NamedField>
  readonly byNumber: readonly (NamedField | undefined)[]
  readonly [CARRIED]?: T
}

/** The compiler asks for a field for every member of T, required where the member is. */
type FieldsOf<T> = {
  readonly [K in keyof T]-?: Field<NonNullable<T[K]>> & { readonly required: undefined extends T[K] ? false : true }
}

type Optional<V> = Field<V> & { readonly required: false }

/** Wire types of Protobuf that the protocol uses. */
export const WIRE_VARINT = 0
export const WIRE_FIXED64 = 1
export const WIRE_BYTES = 2
export const WIRE_FIXED32 = 5

export const string = (number: number): Optional<string> => scalar(number, 'string')
export const raw = (number: number): Optional<RawJson> => scalar(number, 'raw')
export const bool = (number: number): Optional<boolean> => scalar(number, 'bool')
export const uint32 = (number: number): Optional<number> => scalar(number, 'uint32')
export const int32 = (number: number): Optional<number> => scalar(number, 'int32')
export const uint64 = (number: number): Optional<number> => scalar(number, 'uint64')
export const int64 = (number: number): Optional<number> => scalar(number, 'int64')

/** A message inside the message. */
export const message = <T>(number: number, schema: MessageSchema<T>): Optional<T> => ({
  number,
  required: false,
  shape: 'message',
  schema,
})

/** Any number of messages. */
export const list = <T>(number: number, schema: MessageSchema<T>): Optional<readonly T[]> => ({
  number,
  required: false,
  shape: 'list',
  schema,
})

/** Messages by name. */
export const map = <T>(number: number, schema: MessageSchema<T>): Optional<ReadonlyMap<string, T>> => ({
  number,
  required: false,
  shape: 'map',
  schema,
})

/** Strings by name. */
export const textMap = (number: number): Optional<ReadonlyMap<string, string>> => ({
  number,
  required: false,
  shape: 'text map',
})

/** The same field, never absent. */
export function required<V>(field: Field<V>): Field<V> & { readonly required: true } {
  return { ...field, required: true }
}

function scalar<V>(number: number, kind: ScalarKind): Optional<V> {
  return { number, required: false, shape: 'scalar', scalar: kind }
}

/**
 * Makes the table of a message.
 *
 * @param name the message's name in the protocol, for sentences about broken frames
 * @param fields one field for each member of T
 */
export function defineMessage<T>(name: string, fields: FieldsOf<T>): MessageSchema<T> {
  const entries = Object.entries(fields as Readonly<Record<string, Field<unknown>>>)
  const named = entries.map(([key, field]) => nameField(key, field)).sort((a, b) => a.number - b.number)
  const byNumber: (NamedField | undefined)[] = []
  for (const field of named) byNumber[field.number] = field
  return {
    name,
    fields: named,
    required: named.filter((field) => field.required),
    byName: new Map(named.map((field) => [field.name, field])),
    byNumber,
  }
}

function nameField(name: string, field: Field<unknown>): NamedField {
  return { ...field, name, jsonKey: `${JSON.stringify(name)}:`, tag: field.number * 8 + wireTypeOf(field) }
}

function wireTypeOf(field: Shape): number {
  if (field.shape !== 'scalar') return WIRE_BYTES
  return field.scalar === 'string' || field.scalar === 'raw' ? WIRE_BYTES : WIRE_VARINT
}

/** Members by name, before a message has its type. */
export type Members = Record<string, unknown>

/** Puts the zero value of every required field that the frame left out. */
export function complete<T>(schema: MessageSchema<T>, members: Members): T {
  for (const field of schema.required) members[field.name] ??= zeroOf(field)
  return members as T
}

function zeroOf(field: NamedField): unknown {
  if (field.shape === 'message') return complete(field.schema, {})
  if (field.shape === 'list') return []
  if (field.shape !== 'scalar') return new Map()
  if (field.scalar === 'raw') return JSON_NULL
  if (field.scalar === 'string') return ''
  return field.scalar === 'bool' ? false : 0
}

/** Whether a value goes without saying: absent, empty, 0 or false. A message that is there always says something. */
export function isZero(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true
  return Array.isArray(value) ? value.length === 0 : value instanceof Map && value.size === 0
}
