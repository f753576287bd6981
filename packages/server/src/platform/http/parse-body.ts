// Reads the body of a request: JSON where the endpoint has a body schema, bytes where it wants them, else nothing.
import { AppError } from '@ordertrail/core'
import type { EndpointSchema } from './endpoint.ts'
import { JSON_DEPTH_MAX } from './limits.ts'

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i
const BYTE_ORDER_MARK = '\ufeff'

/**
 * What the body of a request is.
 *
 * No content type is taken for JSON: some clients send none. SDKs also send a type and no body, which is no body.
 *
 * @throws {AppError} content_type_refused, body_malformed
 */
export function parseBody(bytes: Buffer, contentType: string | undefined, schema: EndpointSchema): unknown {
  if (schema.bodyBytes === true) return bytes
  if (schema.body === undefined || bytes.length === 0) return undefined
  if (contentType === undefined || JSON_TYPE.test(contentType)) return parseJson(bytes.toString('utf8'))
  throw new AppError('content_type_refused', {
    message: `The content type must be application/json, got ${contentType.slice(0, 100)}.`,
    details: { contentType: contentType.slice(0, 100) },
  })
}

/**
 * JSON that others wrote, without names and depths that harm whoever copies or writes it again; undefined: nothing but space.
 *
 * @throws {AppError} body_malformed; unprocessable where a text holds U+0000
 */
export function parseJson(text: string): unknown {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  if (json.trim() === '') return undefined
  if (isTooDeep(json)) throw malformed(`it is nested deeper than ${JSON_DEPTH_MAX} levels`)
  if (ESCAPED_NUL.test(json)) throw nulRefused()
  try {
    return MAY_NAME_PROTOTYPE.test(json) ? JSON.parse(json, withoutPrototype) : JSON.parse(json)
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause))
  }
}

/** PostgreSQL keeps no text with this character, so no store may be asked to. An escaped backslash before u0000 is no escape of it. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/

/** The name itself, or escapes that could spell it. */
const MAY_NAME_PROTOTYPE = /__proto__|\\u00[57]/i

/** A member of this name would become the prototype of whatever the body is copied onto. */
function withoutPrototype(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value
}

function malformed(reason: string): AppError {
  return new AppError('body_malformed', { message: `The body is not valid JSON: ${reason}.`, details: { reason } })
}

function nulRefused(): AppError {
  const reason = 'a text holds the character U+0000'
  return new AppError('unprocessable', { message: `The body cannot be kept: ${reason}.`, details: { reason } })
}

/** Counts brackets outside of texts, because a parser that nests as deep as the body lets writers of it overflow later. */
function isTooDeep(json: string): boolean {
  let depth = 0
  let isText = false
  for (let index = 0; index < json.length; index += 1) {
    const char = json[index]
    if (isText && char === '\\') index += 1
    else if (char === '"') isText = !isText
    else if (!isText && (char === '{' || char === '[')) depth += 1
    else if (!isText && (char === '}' || char === ']')) depth -= 1
    if (depth > JSON_DEPTH_MAX) return true
  }
  return false
}
