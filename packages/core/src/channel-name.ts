// The name of a party's channel, and the text it is derived from.

/** No channel name is longer; all of its characters are ASCII letters, digits and underscores. */
export const CHANNEL_NAME_LENGTH_MAX = 64

// 160 bits: nobody finds two parties with one channel, and the name stays short enough for every broker.
const HASH_CHARACTERS = 40
const SHA256_HEX = /^[0-9a-f]{64}$/

/**
 * The text whose SHA-256 names a party's channel. Visitors have their own namespace, so a visitor whose id equals a
 * user's id hears nothing of that user.
 */
export function partyText(party: { readonly kind: 'user' | 'visitor'; readonly id: string }): string {
  return `${party.kind}:${party.id}`
}

/**
 * Name of the channel that carries one party's orders in one project. Clients must not read anything out of it.
 *
 * @param partySha256Hex SHA-256 of partyText in UTF-8, 64 lower-case hex characters
 * @throws {RangeError} when the hash is not one, or the project id is not a positive whole number
 */
export function channelName(projectId: number, partySha256Hex: string): string {
  if (!Number.isSafeInteger(projectId) || projectId <= 0) {
    throw new RangeError(`A project id must be a positive whole number, got ${projectId}.`)
  }
  if (!SHA256_HEX.test(partySha256Hex)) {
    throw new RangeError(`A party hash must be 64 lower-case hex characters, got ${partySha256Hex.length} characters.`)
  }
  return `p${projectId}_${partySha256Hex.slice(0, HASH_CHARACTERS)}`
}
