// What a child of the bench is given.
import { readFileSync } from 'node:fs'

/** Reads the input of startChild to its end; only once. */
export function readInput<Input>(): Input {
  return JSON.parse(readFileSync(0, 'utf8')) as Input
}
