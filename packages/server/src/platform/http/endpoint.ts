// An endpoint: one operation of an API with its schemas; routes.ts says at which path and for whom.
import type { Static, TSchema } from 'typebox'
import type { Access, Caller } from './caller.ts'

/**
 * Schemas of one operation; the same objects validate, type the handler and make the OpenAPI document. A schema with `$id` may stand
 * anywhere and becomes a component of the document.
 */
export interface EndpointSchema {
  readonly params?: TSchema
  readonly query?: TSchema
  /** JSON, never coerced; an absent body is taken for `{}`. Without it a body is read and ignored, whatever its type. */
  readonly body?: TSchema
  /** The body is any bytes of any content type, given as `rawBody`: forms, callbacks whose signature counts the bytes. */
  readonly bodyBytes?: true
  /** Largest body in bytes; default BODY_BYTES_MAX. */
  readonly bodyBytesMax?: number
  /** By status; null: no body. `Type.String({ contentMediaType: 'text/html' })` is text of that type, everything else JSON. */
  readonly response: Readonly<Record<number, TSchema | null>>
}

type StaticOf<Schema> = Schema extends TSchema ? Static<Schema> : undefined

/** One request, parsed and authenticated. */
export interface Call<Schema extends EndpointSchema = EndpointSchema> {
  readonly params: StaticOf<Schema['params']>
  readonly query: StaticOf<Schema['query']>
  readonly body: StaticOf<Schema['body']>
  /** The body of an endpoint with `bodyBytes`, empty when there was none; null for all others. */
  readonly rawBody: Uint8Array | null
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly caller: Caller
  /** Address of the peer, or what a trusted proxy says. */
  readonly ip: string
  readonly requestId: string
}

/**
 * What a handler gives back; refusals that a caller can cause are AppErrors thrown here at the edge.
 *
 * A `body` of text, bytes or a stream is sent as it is, with the content type of its headers, else of the schema. Any other body becomes
 * JSON by the schema of its status: members that the schema does not know are left out.
 */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  /** Undefined ones are left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** One operation. `operationId` is unique and stable; the documented ones keep the vendor's slug. */
export interface Endpoint<Schema extends EndpointSchema = EndpointSchema> {
  readonly operationId: string
  readonly summary: string
  readonly tag: string
  readonly schema: Schema
  handle(call: Call<Schema>): Promise<Answer>
}

/**
 * A row of the route table.
 *
 * `path` names its parameters in braces: /api/v2/project/{project_id}/order/{order_id}; a colon may follow a fixed segment
 * (payment-events:batch). project_id and merchant_id tell the authentication whose path it is. `errors` picks the shape of
 * error bodies: `store` {statusCode, errorCode, errorMessage, transactionId} as documented, `problem`
 * application/problem+json for our own API. `store` routes answer browsers of any origin.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  readonly path: string
  readonly access: Access
  readonly errors: 'store' | 'problem'
  readonly endpoint: Endpoint
}

/** Keeps the schema's types for the handler and gives what a route table holds. */
export function defineEndpoint<const Schema extends EndpointSchema>(endpoint: Endpoint<Schema>): Endpoint {
  return endpoint as unknown as Endpoint
}

/** Proves who calls. Throws AppError (authorization_missing, basic_auth_failed, token_invalid, …). One per kind of access. */
export type Authenticate = (request: {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly query: Readonly<Record<string, unknown>>
  readonly projectId: number | null
  readonly merchantId: number | null
  readonly ip: string
}) => Promise<Caller>
