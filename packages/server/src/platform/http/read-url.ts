// URLs of listeners, taken apart and checked once and not at every request.
import { checkEndpointUrl, type EndpointPolicy, type UrlCheck } from './check-endpoint-url.ts'

/** A URL as requests need it. Origin and path are empty where the URL is refused. */
export interface ReadUrl {
  readonly check: UrlCheck
  readonly origin: string
  /** With the query. */
  readonly path: string
}

/** URLs that are remembered: more than one process sends to within a moment. */
const URLS_MAX = 1_000

/** Makes a reader; what a URL says is the same as long as the policy is. Addresses behind names are checked at every connection. */
export function makeUrlReader(policy: EndpointPolicy): (url: string) => ReadUrl {
  const known = new Map<string, ReadUrl>()
  return (url) => {
    const found = known.get(url)
    if (found !== undefined) return found
    if (known.size >= URLS_MAX) known.clear()
    const read = readUrl(url, policy)
    known.set(url, read)
    return read
  }
}

function readUrl(url: string, policy: EndpointPolicy): ReadUrl {
  const check = checkEndpointUrl(url, policy)
  if (!check.ok) return { check, origin: '', path: '' }
  const { origin, pathname, search } = new URL(url)
  return { check, origin, path: `${pathname}${search}` }
}
