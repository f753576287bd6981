// Calls of our own API for the emulator's demo project, as commands about webhooks make them.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { callServer, type ServerAddress } from '@ordertrail/server/dev-tools'

/** The project's own calls; `path` goes behind `/v1/projects/{project_id}`. Each throws CallFailed with the server's own sentence. */
export interface ProjectSession {
  get(path: string): Promise<unknown>
  post(path: string, body?: unknown): Promise<unknown>
}

/** A webhook that is sent again is answered when its listener has answered. */
const CALL_TIMEOUT_MS = 60_000

/** Opens a session with the demo project's own key. */
export function projectSession(url: string): ProjectSession {
  const credentials = `${DEV_PROJECT.projectId}:${DEV_PROJECT.apiKey}`
  const address: ServerAddress = { url, credentials, timeoutMs: CALL_TIMEOUT_MS }
  const own = `/v1/projects/${DEV_PROJECT.projectId}`
  return {
    get: (path) => callServer(address, 'GET', own + path),
    post: (path, body) => callServer(address, 'POST', own + path, body),
  }
}
