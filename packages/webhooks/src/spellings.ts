// Other spellings of a body: what a sender may have written before something on the way wrote it anew.

const UTF8 = new TextEncoder()

/** Each spelling once, most likely first; a byte order mark is what decoders of text drop. Nothing is thrown for a body that is no JSON. */
export function spellingsOf(rawBody: Uint8Array): readonly Uint8Array[] {
  const text = new TextDecoder().decode(rawBody)
  const trimmed = text.trim()
  const texts = [...jsonSpellings(trimmed), trimmed, `${trimmed}\n`, `${trimmed}\r\n`, `\ufeff${text}`]
  const latin1 = latin1Bytes(text)
  return [...[...new Set(texts)].map((spelling) => UTF8.encode(spelling)), ...(latin1 === null ? [] : [latin1])]
}

/** Compact, as senders write; with or without the escapes of PHP, which writes "\/" and "\u00e9". */
function jsonSpellings(text: string): readonly string[] {
  try {
    const compact = JSON.stringify(JSON.parse(text))
    const slashes = compact.replaceAll('/', '\\/')
    return [compact, slashes, asciiOnly(compact), asciiOnly(slashes)]
  } catch {
    return []
  }
}

function asciiOnly(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The bytes of a body that was read as Latin-1 and written as UTF-8; null when it holds other letters. */
function latin1Bytes(text: string): Uint8Array | null {
  return /^[\0-\xff]*$/.test(text) ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : null
}
