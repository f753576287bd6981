// Which integers each kind of number may be.

import type { ScalarKind } from './message-schema.ts'

/** The kinds that are numbers. */
export type NumberKind = Exclude<ScalarKind, 'raw' | 'string' | 'bool'>

// Numbers beyond 2^53 cannot be told apart in JavaScript, so 64-bit fields end there.
const RANGES: Readonly<Record<NumberKind, readonly [min: number, max: number]>> = {
  uint32: [0, 0xffff_ffff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
}

/** Whether a value is an integer of that kind. */
export function isInteger(kind: NumberKind, value: unknown): value is number {
  const [min, max] = RANGES[kind]
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
}

/**
 * The value, if it is an integer of that kind.
 *
 * @throws {RangeError} when it is not: the caller made it up wrongly
 */
export function assertInteger(kind: NumberKind, value: unknown, name: string): number {
  if (isInteger(kind, value)) return value
  throw new RangeError(`${name} must be a ${kind} within 2^53, got ${value}.`)
}
