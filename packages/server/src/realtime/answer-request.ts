// Answers requests of a connection that was let in.
import {
  DISCONNECT_CODES,
  type DisconnectCode,
  ERROR_CODES,
  type HistoryRequest,
  type Method,
  type ReceivedCommand,
  type Reply,
  type ReplyError,
} from '@ordertrail/centrifuge-protocol'
import type { StreamReads } from './gather-reads.ts'
import { readHistory } from './read-history.ts'
import type { StreamPlace } from './read-stream.ts'

/** A command that is owed an answer. */
export type AskedCommand = Exclude<ReceivedCommand, { kind: 'pong' }>

/** `nothing`: the protocol has no answer to it. `leave`: the client leaves its channel and is told so. */
export type RequestAnswer =
  | { readonly kind: 'reply' | 'leave'; readonly reply: Reply }
  | { readonly kind: 'disconnect'; readonly disconnect: DisconnectCode }
  | { readonly kind: 'nothing' }

/** What this server has no part in. Clients may not publish, and presence would tell strangers apart. */
const REFUSED: Readonly<Partial<Record<Method, ReplyError>>> = {
  publish: ERROR_CODES.permissionDenied,
  presence: ERROR_CODES.notAvailable,
  presence_stats: ERROR_CODES.notAvailable,
  ping: ERROR_CODES.notAvailable,
  rpc: ERROR_CODES.notAvailable,
  refresh: ERROR_CODES.notAvailable,
  sub_refresh: ERROR_CODES.notAvailable,
}

/**
 * Answers `command`; every one that has an id is answered once.
 *
 * @param place the only channel of the connection, null when it has left it; all others look as if they did not exist
 */
export async function answerRequest(
  streams: StreamReads,
  place: StreamPlace | null,
  command: AskedCommand,
): Promise<RequestAnswer> {
  if (command.kind === 'unknown') return refuse(command.id, ERROR_CODES.methodNotFound)
  const { id, request, method } = command
  if (method === 'history') return answerHistory(streams, place, id, request)
  if (method === 'send') return { kind: 'nothing' }
  if (method === 'subscribe') {
    const isOwn = request.channel === place?.channel
    return refuse(id, isOwn ? ERROR_CODES.alreadySubscribed : ERROR_CODES.permissionDenied)
  }
  if (method === 'unsubscribe') {
    // Anything but success makes clients reconnect, whatever channel they name.
    const reply: Reply = { kind: 'result', id, method, result: {} }
    return { kind: request.channel === place?.channel ? 'leave' : 'reply', reply }
  }
  return refuse(id, REFUSED[method] ?? ERROR_CODES.notAvailable)
}

async function answerHistory(
  streams: StreamReads,
  place: StreamPlace | null,
  id: number,
  request: HistoryRequest,
): Promise<RequestAnswer> {
  if (request.channel === '') return { kind: 'disconnect', disconnect: DISCONNECT_CODES.badRequest }
  if (request.channel !== place?.channel) return refuse(id, ERROR_CODES.permissionDenied)
  const answer = await readHistory(streams, place, request)
  if (answer.kind === 'refused') return refuse(id, answer.error)
  return { kind: 'reply', reply: { kind: 'result', id, method: 'history', result: answer.result } }
}

function refuse(id: number, error: ReplyError): RequestAnswer {
  return { kind: 'reply', reply: { kind: 'error', id, error } }
}
