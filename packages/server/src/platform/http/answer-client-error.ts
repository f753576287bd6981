// Answers connections that never became a request: bad bytes, headers that are too large, clients that are too slow.
import type { Socket } from 'node:net'

const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
const BAD_REQUEST = '400 Bad Request'

/** Writes a bare answer and closes; there is no request whose shape of errors could be kept. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const statusLine = STATUS_LINES[error.code ?? ''] ?? BAD_REQUEST
  if (socket.writable) socket.write(`HTTP/1.1 ${statusLine}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.destroy(error)
}
