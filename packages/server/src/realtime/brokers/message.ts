// What travels over a wire between nodes, as text: hints, and the word that some were lost.
import type { PublicationHint } from '../broker.ts'

/** What a text says. `unreadable`: nothing of ours, or of a version that we do not know. */
export type BrokerMessage =
  | { readonly kind: 'hint'; readonly hint: PublicationHint }
  | { readonly kind: 'lost' }
  | { readonly kind: 'unreadable' }

/** Longer texts do not travel; NOTIFY takes less than 8,000 bytes. */
const MESSAGE_BYTES_MAX = 7_900

/** Tells all nodes that hints were lost on their way. */
export const LOST = 'lost'

const UNREADABLE: BrokerMessage = { kind: 'unreadable' }
/** Changed when older versions must not read it; nodes of both versions then live by comparing positions. */
const VERSION = 1

/** One line of text; a hint whose data does not fit travels without them. */
export function encodeHint(hint: PublicationHint): string {
  const text = lineOf(hint, hint.data)
  return Buffer.byteLength(text) <= MESSAGE_BYTES_MAX ? text : lineOf(hint, null)
}

function lineOf({ projectId, channel, epoch, offset }: PublicationHint, data: string | null): string {
  return JSON.stringify([VERSION, projectId, channel, epoch, offset, data])
}

/** Reads a line. Never throws, whatever it is given. */
export function decodeMessage(line: string): BrokerMessage {
  if (line === LOST) return { kind: 'lost' }
  if (!line.startsWith('[') || line.length > MESSAGE_BYTES_MAX) return UNREADABLE
  try {
    return hintOf(JSON.parse(line))
  } catch {
    return UNREADABLE
  }
}

function hintOf(parts: unknown): BrokerMessage {
  if (!Array.isArray(parts) || parts.length !== 6 || parts[0] !== VERSION) return UNREADABLE
  const [, projectId, channel, epoch, offset, data]: unknown[] = parts
  if (!isCount(projectId) || !isCount(offset)) return UNREADABLE
  if (typeof channel !== 'string' || typeof epoch !== 'string' || epoch === '') return UNREADABLE
  if (typeof data !== 'string' && data !== null) return UNREADABLE
  return { kind: 'hint', hint: { kind: 'publication', projectId, channel, epoch, offset, data } }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}

/** Puts lines together into as few texts as hold them; `lines` of one text are read by `split`. */
export function packLines(lines: readonly string[]): readonly string[] {
  const texts: string[] = []
  let packed = ''
  let bytes = 0
  for (const line of lines) {
    const lineBytes = Buffer.byteLength(line) + 1
    if (packed !== '' && bytes + lineBytes > MESSAGE_BYTES_MAX) {
      texts.push(packed)
      packed = ''
      bytes = 0
    }
    packed = packed === '' ? line : `${packed}\n${line}`
    bytes += lineBytes
  }
  return packed === '' ? texts : [...texts, packed]
}

/** The lines of a text of `packLines`. JSON has no line ends of its own. */
export function splitLines(text: string): readonly string[] {
  return text.split('\n')
}
