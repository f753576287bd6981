// A route made ready for requests: its validators, its serializers and its path as the router wants it.
import type { TSchema } from 'typebox'
import type { Route } from './endpoint.ts'
import { type PlainSchema, plainSchema } from './plain-schema.ts'
import { lazyValidator } from './validate-request.ts'

type Validator = ReturnType<typeof lazyValidator>

/** One answer of an operation: how its body is written. */
export type PreparedResponse =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly contentType: string }
  | { readonly kind: 'json'; readonly schema: PlainSchema }

/** A route and what is derived from it once. */
export interface PreparedRoute {
  readonly route: Route
  readonly params: Validator | undefined
  readonly query: Validator | undefined
  readonly body: Validator | undefined
  responseOf(status: number): PreparedResponse
  /** Compiles the validators now; throws when a schema is none. */
  compile(): void
}

/** Derives what requests need; schemas are compiled when they are first used. */
export function prepareRoute(route: Route): PreparedRoute {
  const { params, query, body, response } = route.endpoint.schema
  const responses = new Map<number, PreparedResponse>()
  const validators = {
    params: params && lazyValidator(params, 'text'),
    query: query && lazyValidator(query, 'text'),
    body: body && lazyValidator(body, 'body'),
  }
  return {
    route,
    ...validators,
    compile() {
      for (const validator of Object.values(validators)) validator?.compile()
    },
    responseOf(status) {
      const prepared = responses.get(status) ?? prepareResponse(response[status] ?? null)
      responses.set(status, prepared)
      return prepared
    },
  }
}

function prepareResponse(schema: TSchema | null): PreparedResponse {
  if (schema === null) return { kind: 'none' }
  const plain = plainSchema(schema)
  const mediaType = plain.contentMediaType
  if (typeof mediaType !== 'string') return { kind: 'json', schema: plain }
  const isText = mediaType.startsWith('text/')
  return { kind: 'text', contentType: isText ? `${mediaType}; charset=utf-8` : mediaType }
}

/** `/a/{b}:c` as the router writes it: `/a/:b::c`. */
export function routerPath(path: string): string {
  return path.replaceAll(':', '::').replaceAll(/\{(\w+)\}/g, ':$1')
}
