// Which texts may name a player.

/** Longest id of a user or visitor. */
export const PARTY_ID_CHARS_MAX = 255
/** Shorter visitor ids could be guessed or met by accident. */
const VISITOR_ID_CHARS_MIN = 16
/** Webhooks write visitors as `visitor:<id>`, so no user may be called like one. */
const VISITOR_PREFIX = 'visitor:'

/** Control characters break logs and headers, and PostgreSQL keeps no NUL; lone surrogates have no UTF-8 form. */
export function isPlainText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
  return text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text)
}

/** Whether `text` may be the id of a user. */
export function isUserId(text: string): boolean {
  return text.length > 0 && text.length <= PARTY_ID_CHARS_MAX && !text.startsWith(VISITOR_PREFIX) && isPlainText(text)
}

/** Whether `text` may be the id of a visitor: what x-unauthorized-id holds. */
export function isVisitorId(text: string): boolean {
  return text.length >= VISITOR_ID_CHARS_MIN && text.length <= PARTY_ID_CHARS_MAX && isPlainText(text)
}

/** The user id in a claim: a text, or a whole number that JSON holds exactly. */
export function userIdOfClaim(claim: unknown): string | undefined {
  const text = typeof claim === 'number' && Number.isSafeInteger(claim) ? String(claim) : claim
  return typeof text === 'string' && isUserId(text) ? text : undefined
}
