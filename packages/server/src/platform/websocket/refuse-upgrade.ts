// Answers to upgrade requests that are not granted.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers with a bare status and ends the connection. 503 asks for a later try. */
export function refuseUpgrade(socket: Duplex, status: 400 | 404 | 405 | 503): void {
  const retry = status === 503 ? 'Retry-After: 1\r\n' : ''
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${retry}Content-Length: 0\r\n\r\n`)
}
