// How a NATS server is named in settings.

const PORT = 4_222

/** One server of a cluster. `token` and `user` null: none is needed. */
export interface NatsServer {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly user: { readonly name: string; readonly password: string } | null
  readonly token: string | null
}

/**
 * Reads nats://[user:password@|token@]host[:port], or the same with tls://.
 *
 * @returns undefined when it is none
 */
export function parseNatsServer(text: string): NatsServer | undefined {
  if (!/^(nats|tls):\/\/\S+$/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.hostname === '' || !['', '/'].includes(url.pathname) || url.search !== '') return undefined
  const [name, password] = [url.username, url.password].map(decodeURIComponent)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORT : Number(url.port),
    isTls: url.protocol === 'tls:',
    user: name && password ? { name, password } : null,
    token: name && !password ? name : null,
  }
}
