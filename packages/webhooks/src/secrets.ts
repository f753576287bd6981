// The secrets a listener holds, checked once when it is made.

// Enough to tell shops apart in one store, and too little to confirm a guessed secret.
const FINGERPRINT_HEX_DIGITS = 8

/**
 * The secrets to try, newest first.
 *
 * @throws {TypeError} when there is none, both options are given, or one is empty or has white space at an end
 */
export function checkedSecrets(options: {
  readonly secret?: string | undefined
  readonly secrets?: readonly string[] | undefined
  readonly signature?: string | undefined
}): readonly [string, ...string[]] {
  if (options.secret !== undefined && options.secrets !== undefined) {
    throw new TypeError('Give the webhook listener either secret or secrets, not both')
  }
  const [first, ...others] = options.secrets ?? [options.secret]
  const secrets = [checkedSecret(first), ...others.map(checkedSecret)] as const
  const isStandard = (options.signature ?? 'documented') !== 'documented'
  if (isStandard && secrets.some((secret) => /^whsec_(?!([A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2,4}={0,2}$)/.test(secret))) {
    throw new TypeError('A secret that begins with whsec_ must go on in base64: was it cut or changed?')
  }
  return secrets
}

function checkedSecret(secret: unknown): string {
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError('The webhook secret is missing or empty: is its environment variable set?')
  }
  // Said here because later it would only look like a wrong signature.
  if (secret !== secret.trim()) {
    throw new TypeError('The webhook secret begins or ends with white space, as a pasted line break: remove it')
  }
  return secret
}

/**
 * What the keys of a listener without `projectId` begin with.
 *
 * The oldest secret held gives it, so that adding a new secret in front does not make old orders look new.
 */
export async function secretScope(secrets: readonly [string, ...string[]]): Promise<string> {
  const oldest = secrets.at(-1) ?? secrets[0]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`ordertrail idempotency ${oldest}`))
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `secret-${hex.slice(0, FINGERPRINT_HEX_DIGITS)}`
}
