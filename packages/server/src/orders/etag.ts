// Conditional requests: has the caller what it asks for?

/**
 * True where `ifNoneMatch` names `etag`, so that 304 is the whole answer.
 *
 * Weak tags match as well, because proxies that compress weaken ours; undefined: the caller has nothing.
 */
export function isNoneMatch(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
