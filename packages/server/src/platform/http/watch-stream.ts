// Answers that are streams end with their reader, and their reader with them.
import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { STREAM_END_MS_MAX } from './limits.ts'

/**
 * Ends a stream of which only the head was asked for, and, STREAM_END_MS_MAX after a stream has ended, the connection of a reader that
 * does not take the rest of it.
 */
export function watchStream(method: string, response: ServerResponse, body: Readable): void {
  if (method === 'HEAD') body.destroy()
  body.once('close', () => {
    if (response.closed) return
    const ending = setTimeout(() => response.destroy(), STREAM_END_MS_MAX)
    response.once('close', () => clearTimeout(ending))
  })
}
