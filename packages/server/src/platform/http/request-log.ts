// One wide log line for each request that failed, was refused or was slow, and figures of all of them.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LogFields, Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { Caller } from './caller.ts'
import { addressOf } from './request-address.ts'

/** A request that takes longer is logged though it succeeded. */
const SLOW_MS = 1_000
const PATH_CHARS_MAX = 300
const FAILED_STATUS = 500
const REFUSED_STATUS = 400

/** What a request left behind for its log line. */
export interface RequestOutcome {
  readonly operationId: string
  readonly caller: Caller | undefined
  readonly error: Error | undefined
  readonly code: string | undefined
  /** A stream lasts as long as its reader likes, so its time says nothing. */
  readonly isStream: boolean
}

/** Records finished requests. */
export type RecordRequest = (request: FastifyRequest, reply: FastifyReply, outcome: RequestOutcome) => void

/** Makes the recorder of one server. */
export function createRequestLog(logger: Logger, metrics: Metrics): RecordRequest {
  const seconds = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labels: ['operation', 'status'],
  })
  return (request, reply, outcome) => {
    const durationMs = reply.elapsedTime
    if (!outcome.isStream)
      seconds.observe(durationMs / 1000, { operation: outcome.operationId, status: reply.statusCode })
    const isSlow = durationMs >= SLOW_MS && !outcome.isStream
    if (reply.statusCode >= FAILED_STATUS) logger.error('request.failed', fields(request, reply, outcome))
    else if (isSlow) logger.warn('request.slow', fields(request, reply, outcome))
    else if (reply.statusCode >= REFUSED_STATUS) logger.info('request.refused', fields(request, reply, outcome))
  }
}

function fields(request: FastifyRequest, reply: FastifyReply, outcome: RequestOutcome): LogFields {
  return {
    operationId: outcome.operationId,
    method: request.method,
    path: shownPath(request.url),
    status: reply.statusCode,
    code: outcome.code,
    durationMs: Math.round(reply.elapsedTime),
    requestId: request.id,
    ip: addressOf(request),
    ...callerFields(outcome.caller),
    sentence: reply.statusCode >= FAILED_STATUS ? undefined : outcome.error?.message,
    error: reply.statusCode >= FAILED_STATUS ? outcome.error : undefined,
  }
}

/** Who it was, without the player's own id. */
function callerFields(caller: Caller | undefined): LogFields {
  if (caller === undefined || caller.kind === 'anyone' || caller.kind === 'installation')
    return { caller: caller?.kind }
  if (caller.kind === 'key') {
    return { caller: caller.kind, merchantId: caller.merchantId, projectId: caller.projectId ?? undefined }
  }
  return { caller: `${caller.party.kind} by ${caller.proof}`, projectId: caller.party.projectId }
}

/** Path and query with every value hidden that is not a short whole number: tokens travel in queries. */
export function shownPath(url: string): string {
  const [path = '', query] = url.slice(0, PATH_CHARS_MAX).split('?', 2)
  if (query === undefined) return path
  const pairs = query.split('&').map((pair) => {
    const [name = '', value] = pair.split('=', 2)
    return value === undefined || /^\d{1,16}$/.test(value) ? pair : `${name}=(hidden)`
  })
  return `${path}?${pairs.join('&')}`
}
