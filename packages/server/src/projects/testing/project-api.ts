// The calls of this folder behind a real server, with the real ways to authenticate.
import type { TestContext } from 'node:test'
import { checkEndpointUrl, type Route } from '../../platform/http/index.ts'
import { givenServer } from '../../platform/http/testing/index.ts'
import type { Store } from '../../platform/store/index.ts'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { createAuthenticators } from '../authentication/authenticators.ts'
import { createPlayerTokens, type PlayerTokens } from '../authentication/player-tokens.ts'
import { projectCommands } from '../project-commands.ts'
import { createProjectDirectory, type ProjectDirectory } from '../project-directory.ts'
import { makeProjectEndpoints } from '../project-endpoints.ts'
import {
  type GivenProject,
  type GivenProjectOptions,
  givenProject,
  notedCallbacks,
  testClock,
  testSeal,
} from './given-project.ts'

/** The admin key of the server under test. */
export const ADMIN_KEY = 'admin-key-of-the-tests'

/** What came back. `body` is empty where `text` is. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

/** A request of a test; without `auth` it carries no credentials. */
export interface Asked {
  readonly auth?: string
  readonly body?: unknown
}

/** A server of the calls about projects with one project in it. */
export interface ProjectApi {
  readonly store: Store
  readonly project: GivenProject
  readonly directory: ProjectDirectory
  readonly tokens: PlayerTokens
  readonly callbackCalls: readonly unknown[]
  call(method: Route['method'], path: string, asked?: Asked): Promise<Answered>
  /** The Authorization header of the project's own key. */
  readonly projectAuth: string
}

/** A Basic header. */
export function basicAuth(number: number, key: string): string {
  return `Basic ${Buffer.from(`${number}:${key}`).toString('base64')}`
}

/** Opens the server; it stops with the test. */
export async function givenProjectApi(t: TestContext, options: GivenProjectOptions = {}): Promise<ProjectApi> {
  const { calls, callbacks } = notedCallbacks()
  const { store, stop } = await openTestStore('sqlite memory', { commands: projectCommands(callbacks) })
  t.after(stop)
  const [seal, clock] = [testSeal(), testClock()]
  const directory = createProjectDirectory({ store, seal, clock })
  await directory.start()
  t.after(() => directory.stop())
  const tokens = createPlayerTokens({ store, directory, seal, clock, fetchKeySet: async () => ({ keys: [] }) })
  const authenticators = createAuthenticators({ directory, tokens, adminKey: ADMIN_KEY, isDev: false })
  const checkUrl = (url: string): ReturnType<typeof checkEndpointUrl> =>
    checkEndpointUrl(url, { allowLoopbackHttp: false })
  const endpoints = makeProjectEndpoints({ store, directory, seal, clock, checkUrl })
  const project = await givenProject(store, seal, options)
  const server = await givenServer(t, routesOf(endpoints), { authenticators, rateLimits: 'off' })
  return {
    store,
    project,
    directory,
    tokens,
    callbackCalls: calls,
    projectAuth: basicAuth(project.projectId, project.projectKey),
    call: (method, path, asked) => callServer(server.url, method, path, asked),
  }
}

/** One request to a server under test. */
async function callServer(
  url: string,
  method: Route['method'],
  path: string,
  { auth, body }: Asked = {},
): Promise<Answered> {
  const headers = {
    ...(auth === undefined ? {} : { authorization: auth }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed = text === '' ? {} : (JSON.parse(text) as Answered['body'])
  return { status: response.status, headers: response.headers, text, body: parsed }
}

function routesOf(e: ReturnType<typeof makeProjectEndpoints>): readonly Route[] {
  const own = '/v1/projects/{project_id}'
  const documented = '/api/v2/project/{project_id}/admin/webhook'
  const merchantProjects = '/v1/merchants/{merchant_id}/projects'
  return [
    { method: 'POST', path: '/v1/merchants', access: 'installation', errors: 'problem', endpoint: e.createMerchant },
    { method: 'GET', path: merchantProjects, access: 'merchant', errors: 'problem', endpoint: e.listProjects },
    { method: 'POST', path: merchantProjects, access: 'merchant', errors: 'problem', endpoint: e.createProject },
    { method: 'GET', path: own, access: 'project', errors: 'problem', endpoint: e.getProject },
    { method: 'GET', path: `${own}/settings`, access: 'project', errors: 'problem', endpoint: e.getSettings },
    { method: 'PATCH', path: `${own}/settings`, access: 'project', errors: 'problem', endpoint: e.changeSettings },
    { method: 'GET', path: `${own}/keys`, access: 'project', errors: 'problem', endpoint: e.listKeys },
    { method: 'POST', path: `${own}/keys`, access: 'project', errors: 'problem', endpoint: e.createKey },
    { method: 'DELETE', path: `${own}/keys/{key_name}`, access: 'project', errors: 'problem', endpoint: e.revokeKey },
    { method: 'POST', path: `${own}/user-tokens`, access: 'project', errors: 'problem', endpoint: e.createUserToken },
    {
      method: 'GET',
      path: `${own}/webhook-settings`,
      access: 'project',
      errors: 'problem',
      endpoint: e.getWebhookSettings,
    },
    {
      method: 'PUT',
      path: `${own}/webhook-settings`,
      access: 'project',
      errors: 'problem',
      endpoint: e.putWebhookSettings,
    },
    {
      method: 'POST',
      path: `${own}/webhook-settings:rotate-secret`,
      access: 'project',
      errors: 'problem',
      endpoint: e.rotateWebhookSecret,
    },
    { method: 'GET', path: documented, access: 'project', errors: 'store', endpoint: e.getWebhook },
    { method: 'PUT', path: documented, access: 'project', errors: 'store', endpoint: e.updateWebhook },
    {
      method: 'GET',
      path: '/api/v2/merchant/{merchant_id}/projects',
      access: 'merchant',
      errors: 'store',
      endpoint: e.getMerchantProjects,
    },
  ]
}
