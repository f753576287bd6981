// Reads header fields, whatever brought them.

/** Header fields as node:http gives them, or anything with the `get` of a fetch `Headers`. */
export type WebhookHeaders = Pick<Headers, 'get'> | Readonly<Record<string, string | readonly string[] | undefined>>

/** All values of a header whatever the case of its name; fetch `Headers` join several into one. */
export function headerValues(headers: WebhookHeaders, name: string): readonly string[] {
  if (hasGet(headers)) return [headers.get(name) ?? []].flat()
  const direct = headers[name]
  if (direct !== undefined) return [direct].flat()
  return Object.entries(headers)
    .filter(([known]) => known.toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
}

/** The value of a header; null when absent or sent more than once. */
export function headerValue(headers: WebhookHeaders, name: string): string | null {
  const [value = null, ...others] = headerValues(headers, name)
  return others.length === 0 ? value : null
}

// By shape and not by class: a framework may bring a Headers of its own.
function hasGet(headers: WebhookHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers.get === 'function'
}
