// The calls of a test to its emulator: as the project's own server, as a player, as nobody.

import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { callServer } from '@ordertrail/server/dev-tools'

/** Who calls: the project by its key, nobody, or whoever holds a token. */
export type CallAs = 'project' | 'nobody' | { readonly token: string }

/** Calls a path; gives the JSON of the answer, undefined for none. Rejects with the server's own sentence. */
export type Call = (as: CallAs, method: string, path: string, body?: unknown) => Promise<unknown>

/** Everything that falls due on the way is sent before a skip is answered. */
const CALL_TIMEOUT_MS = 120_000

/** Paths of the demo project: the documented ones of both versions, and our own. */
export const PATHS: Readonly<Record<'v2' | 'v3' | 'own', string>> = {
  v2: `/api/v2/project/${DEV_PROJECT.projectId}`,
  v3: `/api/v3/project/${DEV_PROJECT.projectId}`,
  own: `/v1/projects/${DEV_PROJECT.projectId}`,
}

/** Makes the caller of one emulator. */
export function createCall(url: string): Call {
  return (as, method, path, body) => {
    const credentials = as === 'project' ? `${DEV_PROJECT.projectId}:${DEV_PROJECT.apiKey}` : null
    const token = typeof as === 'string' ? {} : { token: as.token }
    return callServer({ url, credentials, timeoutMs: CALL_TIMEOUT_MS, ...token }, method, path, body)
  }
}
