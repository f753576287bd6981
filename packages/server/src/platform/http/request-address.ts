// The address of the client of a request.
import type { FastifyRequest } from 'fastify'

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Address of the peer, or what a trusted proxy says; IPv4 in its own form, also where a socket of both families took it. */
export function addressOf(request: FastifyRequest): string {
  return MAPPED_IPV4.exec(request.ip)?.[1] ?? request.ip
}
