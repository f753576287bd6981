// Takes secrets out of what a listener answered: some show the whole request, or their own settings, when they refuse.
import { createHash } from 'node:crypto'

const HIDDEN = '(hidden)'

/** `text` without the secrets, and without the signature of `body` by any of them. */
export function hideSecrets(text: string, secrets: readonly string[], body: string): string {
  const signatures = secrets.map((secret) => createHash('sha1').update(body).update(secret).digest('hex'))
  return [...signatures, ...secrets]
    .filter((hidden) => hidden !== '')
    .reduce((shown, hidden) => shown.replaceAll(hidden, HIDDEN), text)
}
