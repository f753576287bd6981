// Checks the signature, or the two signatures, that a listener asks for.

import type { StandardDigest } from './digest.ts'
import type { FoundFault } from './signature-fault.ts'
import { signingSecret } from './verify-signature.ts'
import { digestOfSecret, signingSecretOfStandard, TOLERANCE_SECONDS } from './verify-standard.ts'
import { headerValue, type WebhookHeaders } from './webhook-headers.ts'

/** How a listener checks signatures. */
export interface SignatureRules {
  readonly secrets: readonly string[]
  readonly otherSecrets: Readonly<Record<string, string>>
  readonly signature: 'documented' | 'standard' | 'both'
  readonly toleranceSeconds: number
  readonly now: () => number
  /** One for each secret; none when only the documented signature is asked for. */
  readonly digests: readonly StandardDigest[]
}

/**
 * The place of the secret that signed, or why none did.
 *
 * With `both` it is the secret of the documented signature: a sender that rotates signs the other with all it has.
 */
export async function checkSignature(
  rules: SignatureRules,
  headers: WebhookHeaders,
  rawBody: Uint8Array,
): Promise<number | FoundFault> {
  const { signature, digests, toleranceSeconds } = rules
  const documented = signature === 'standard' ? null : await checkDocumented(rules, headers, rawBody)
  if (documented !== null && (signature === 'documented' || typeof documented !== 'number')) return documented
  const nowSeconds = Math.floor(rules.now() / 1000)
  const found = await signingSecretOfStandard(headers, rawBody, { digests, nowSeconds, toleranceSeconds })
  if (typeof found === 'number') return documented ?? found
  const { diagnoseStandard } = await import('./diagnose-signature.ts')
  return diagnoseStandard(found, rawBody, rules)
}

async function checkDocumented(
  rules: SignatureRules,
  headers: WebhookHeaders,
  rawBody: Uint8Array,
): Promise<number | FoundFault> {
  const authorization = headerValue(headers, 'authorization')
  const place = await signingSecret(authorization, rawBody, rules.secrets)
  if (place >= 0) return place
  // Loaded when it is needed, which is a third of the listener saved for all others.
  const { diagnoseDocumented } = await import('./diagnose-signature.ts')
  return diagnoseDocumented(authorization, rawBody, rules)
}

/**
 * The rules that options ask for.
 *
 * @throws {TypeError} when they make no sense
 */
export function signatureRules(
  secrets: readonly string[],
  options: {
    readonly signature?: 'documented' | 'standard' | 'both'
    readonly toleranceSeconds?: number
    readonly otherSecrets?: Readonly<Record<string, string>>
    readonly now?: () => number
  },
): SignatureRules {
  const { signature = 'documented', toleranceSeconds = TOLERANCE_SECONDS, otherSecrets = {}, now = Date.now } = options
  if (!['documented', 'standard', 'both'].includes(signature)) {
    throw new TypeError(`signature must be documented, standard or both, got ${signature}`)
  }
  if (!(toleranceSeconds > 0)) throw new TypeError(`toleranceSeconds must be above 0, got ${toleranceSeconds}`)
  const digests = signature === 'documented' ? [] : secrets.map(digestOfSecret)
  return { secrets, signature, toleranceSeconds, otherSecrets, now, digests }
}
