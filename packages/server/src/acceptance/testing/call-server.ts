// Calls a server over real HTTP, as whoever the test wants to be.
import { DEV_PROJECT } from '../../dev-project.ts'

/** Who calls. `null`: nobody; `project`: the key of the demo project; `admin`: the key of the installation. */
export type CallAs =
  | 'project'
  | 'admin'
  | null
  | { readonly bearer: string }
  | { readonly basic: string }
  | { readonly visitor: string }

/** Who calls and with what. */
export interface CallOptions {
  readonly as?: CallAs
  readonly body?: unknown
  /** Sent as it is instead of `body`. */
  readonly rawBody?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer; `body` is parsed JSON, or text where it is none, and `text` what came. */
export interface CallAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** Key of the installation in dev. */
const ADMIN_KEY = 'dev_admin_key_for_your_own_machine_only'

/** Calls `path` of the server at `url`. */
export async function callServer(
  url: string,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<CallAnswer> {
  const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  const response = await fetch(new URL(path, url), {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...credentialsOf(options.as ?? null),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

/** The headers that prove who calls. */
function credentialsOf(as: CallAs): Readonly<Record<string, string>> {
  if (as === null) return {}
  if (as === 'project') return { authorization: basic(`${DEV_PROJECT.projectId}:${DEV_PROJECT.apiKey}`) }
  if (as === 'admin') return { authorization: `Bearer ${ADMIN_KEY}` }
  if ('visitor' in as) return { 'x-unauthorized-id': as.visitor }
  return { authorization: 'bearer' in as ? `Bearer ${as.bearer}` : basic(as.basic) }
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
