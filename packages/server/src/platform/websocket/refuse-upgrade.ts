// Answers to upgrade requests that are not granted.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers with a status, and a sentence for whoever looks into it, and ends the connection. 503 asks for a later try. */
export function refuseUpgrade(socket: Duplex, status: 400 | 404 | 405 | 503, sentence = ''): void {
  const retry = status === 503 ? 'Retry-After: 1\r\n' : ''
  const length = `Content-Length: ${Buffer.byteLength(sentence)}`
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${retry}${length}\r\n\r\n${sentence}`)
}
