// Random texts for keys, tokens and secrets.
import { randomBytes } from 'node:crypto'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Bytes from here up would favour the first letters, so they are thrown away. */
const FAIR_BYTES = 248

/** Gives `count` random bytes; tests hand in their own. */
export type RandomBytes = (count: number) => Uint8Array

/** `length` letters and digits, each as likely as any other: 5.95 bits a letter. */
export function randomBase62(length: number, random: RandomBytes = randomBytes): string {
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < FAIR_BYTES && text.length < length) text += BASE62.charAt(byte % BASE62.length)
    }
  }
  return text
}
