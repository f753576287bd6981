// Why a signature was refused, and what to do about each: for the developer's log. The answer never tells it.

/** Why a signature was refused, as far as it can be told. */
export type SignatureFault =
  | 'missing_header'
  | 'other_scheme'
  | 'upper_case_hex'
  | 'malformed_header'
  | 'empty_body'
  | 'rewritten_body'
  | 'other_known_secret'
  | 'secret_white_space'
  | 'secret_quotes'
  | 'other_algorithm'
  | 'mismatch'
  | 'standard_headers'
  | 'standard_version'
  | 'standard_time'

const KEEP_BYTES = 'Give the listener the bytes as they came, before any parser.'

/** What happened and what to do, for each fault. Where more is known (`other_known_secret`, `standard_time`), more is said. */
export const FAULT_SENTENCES: Readonly<Record<SignatureFault, string>> = {
  missing_header: 'No single Authorization header came. Does a proxy drop it? If not, this is no webhook.',
  other_scheme:
    'The Authorization header is of another scheme, as a proxy or a sign-in adds it. Let the sender’s through.',
  upper_case_hex: 'The signature is in upper-case hex. The sender must write it in lower case.',
  malformed_header: 'The Authorization header is not "Signature " and 40 hex digits. Look at what the sender makes.',
  empty_body: `The body is empty: something read it before. ${KEEP_BYTES}`,
  rewritten_body: `The signature fits the same JSON in another spelling: the body was parsed and re-serialised. ${KEEP_BYTES}`,
  other_known_secret: 'The signature fits another secret that you told us of.',
  secret_white_space:
    'The signature fits our secret with white space at an end, as a trailing newline. Paste it at the sender again.',
  secret_quotes: 'The signature fits our secret without the quotes around it. Take them out of the setting.',
  other_algorithm:
    'The signature fits our secret, made in another way. It must be SHA-1 over body and then secret, no HMAC.',
  mismatch:
    'The signature fits none of our secrets. Compare them with the sender’s; else the body was changed on its way.',
  standard_headers:
    'webhook-id, webhook-timestamp or webhook-signature is missing or malformed. Does this sender send them?',
  standard_version: 'webhook-signature holds no signature of version 1. Ask the sender for "v1," and base64.',
  standard_time: 'The signature is right, but its time is not. Set the clocks; else it is an old webhook, sent again.',
}

/**
 * Faults that only somebody who holds our secret can cause: the webhook is real and the setup is wrong. They are
 * answered 500, because a 400 is final, and the player's money with it.
 */
const GENUINE: ReadonlySet<SignatureFault> = new Set([
  'rewritten_body',
  'secret_white_space',
  'secret_quotes',
  'standard_time',
])

/** A fault with the sentence that goes to `onError`. */
export interface FoundFault {
  readonly fault: SignatureFault
  readonly sentence: string
  /** The sender holds our secret, so it should send again once the setup is mended. */
  readonly isGenuine: boolean
}

/** The fault, with what more is known about it. */
export function foundFault(fault: SignatureFault, more = ''): FoundFault {
  return { fault, sentence: `${FAULT_SENTENCES[fault]}${more}`, isGenuine: GENUINE.has(fault) }
}
