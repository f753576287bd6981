// The version of this package, as its package.json says.
import { readFileSync } from 'node:fs'

/** Such as 0.1.0. */
export function ownVersion(): string {
  const file = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
