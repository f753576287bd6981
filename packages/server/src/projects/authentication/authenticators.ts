// Proves who calls, one way per kind of access.
import { AppError } from '@ordertrail/core'
import type { Access, Authenticate, Caller } from '../../platform/http/index.ts'
import type { ApiKey } from '../api-keys.ts'
import type { ProjectDirectory } from '../project-directory.ts'
import { hasAdminKey, isFromThisMachine } from './admin-access.ts'
import { basicCredentials, bearerToken, type Headers, singleHeader } from './basic-credentials.ts'
import { isVisitorId } from './party-id.ts'
import { detailsOfVisitorHeader } from './player-details.ts'
import type { PlayerTokens } from './player-tokens.ts'
import type { ResolvedPlayer } from './resolved-player.ts'

/** What authentication needs. `adminKey` null: nobody has one. */
export interface AuthenticationDeps {
  readonly directory: Pick<ProjectDirectory, 'find' | 'apiKey'>
  readonly tokens: PlayerTokens
  readonly adminKey: string | null
  readonly isDev: boolean
}

type Request = Parameters<Authenticate>[0]

/** One way to authenticate per access; routes.ts says which route has which. */
export function createAuthenticators(deps: AuthenticationDeps): Readonly<Record<Access, Authenticate>> {
  return {
    anyone: (request) => authenticateAnyone(deps, request),
    player: (request) => authenticatePlayer(deps, request),
    cart: (request) => authenticateCart(deps, request),
    project: (request) => authenticateProject(deps, request),
    merchant: (request) => authenticateMerchant(deps, request),
    installation: async (request) => authenticateInstallation(deps, request),
    dev: async (request) => authenticateDeveloper(deps, request),
  }
}

/** A token that is sent is looked at, so that a client with an expired one hears of it; nobody has to send one. */
async function authenticateAnyone(deps: AuthenticationDeps, request: Request): Promise<Caller> {
  const token = bearerToken(request.headers)
  if (token === undefined || request.projectId === null) return { kind: 'anyone' }
  return callerOf(await deps.tokens.resolvePlayerToken(token, request.projectId))
}

async function authenticatePlayer(deps: AuthenticationDeps, request: Request): Promise<Caller> {
  if (request.projectId !== null)
    return callerOf(await deps.tokens.resolvePlayerToken(requiredBearer(request.headers), request.projectId))
  // Calls without a project in the path, the events API, also take the token and the project in the query.
  const token = bearerToken(request.headers) ?? queryText(request, 'token') ?? requiredBearer(request.headers)
  const [first] = await deps.tokens.resolvePlayerTokens(token, queryProject(request))
  if (first === undefined) throw new AppError('token_invalid')
  return callerOf(first)
}

async function authenticateCart(deps: AuthenticationDeps, request: Request): Promise<Caller> {
  const visitorId = singleHeader(request.headers, 'x-unauthorized-id')
  if (request.headers.authorization !== undefined || visitorId === undefined) return authenticatePlayer(deps, request)
  if (!isVisitorId(visitorId)) throw new AppError('visitor_id_invalid')
  if (request.projectId === null || (await deps.directory.find(request.projectId)) === undefined)
    throw new AppError('project_not_found')
  return {
    kind: 'player',
    party: { projectId: request.projectId, kind: 'visitor', id: visitorId },
    details: detailsOfVisitorHeader(singleHeader(request.headers, 'x-user')),
    proof: 'visitor_header',
    orderId: null,
  }
}

async function authenticateProject(deps: AuthenticationDeps, request: Request): Promise<Caller> {
  if (hasAdminKey(request.headers, deps.adminKey)) return { kind: 'installation' }
  const key = await apiKeyOf(deps, request.headers)
  const { projectId } = request
  if (projectId === null || !(await speaksForProject(deps, key, projectId))) throw new AppError('basic_auth_failed')
  return { kind: 'key', merchantId: key.merchantId, projectId, keyName: key.name }
}

/** Only a key of the whole merchant speaks for it; a project's key would reach its neighbours. */
async function authenticateMerchant(deps: AuthenticationDeps, request: Request): Promise<Caller> {
  if (hasAdminKey(request.headers, deps.adminKey)) return { kind: 'installation' }
  const key = await apiKeyOf(deps, request.headers)
  if (key.projectId !== null || key.merchantId !== request.merchantId) throw new AppError('basic_auth_failed')
  return { kind: 'key', merchantId: key.merchantId, projectId: null, keyName: key.name }
}

function authenticateInstallation({ adminKey, isDev }: AuthenticationDeps, { headers, ip }: Request): Caller {
  if (hasAdminKey(headers, adminKey) || (isDev && isFromThisMachine(headers, ip))) return { kind: 'installation' }
  throw new AppError('admin_key_invalid')
}

/** Tools of the emulator; in production they are not there. */
function authenticateDeveloper({ adminKey, isDev }: AuthenticationDeps, { headers, ip }: Request): Caller {
  if (!isDev) throw new AppError('not_found')
  if (hasAdminKey(headers, adminKey) || isFromThisMachine(headers, ip)) return { kind: 'installation' }
  throw new AppError('loopback_only')
}

/** The key decides who it is; the number before it must belong to that key. */
async function apiKeyOf(deps: AuthenticationDeps, headers: Headers): Promise<ApiKey> {
  const credentials = basicCredentials(headers)
  const key = credentials === undefined ? undefined : await deps.directory.apiKey(credentials.key)
  if (credentials === undefined || key === undefined) throw new AppError('basic_auth_failed')
  const { number } = credentials
  const isItsOwn = number === key.merchantId || (await speaksForProject(deps, key, number))
  if (!isItsOwn) throw new AppError('basic_auth_failed')
  return key
}

async function speaksForProject({ directory }: AuthenticationDeps, key: ApiKey, projectId: number): Promise<boolean> {
  if (key.projectId !== null) return key.projectId === projectId
  return (await directory.find(projectId))?.merchantId === key.merchantId
}

function requiredBearer(headers: Headers): string {
  const token = bearerToken(headers)
  if (token !== undefined) return token
  throw new AppError(headers.authorization === undefined ? 'authorization_missing' : 'authorization_unsupported')
}

function queryText({ query }: Request, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const PROJECT_ID_MAX = 2_147_483_647

/** null: the query names no project. A name that cannot be one finds nothing. */
function queryProject({ query }: Request): number | null {
  const value = query.project_id
  if (value === undefined || value === '') return null
  const projectId = Number(value)
  return Number.isInteger(projectId) && projectId > 0 && projectId <= PROJECT_ID_MAX ? projectId : 0
}

function callerOf({ party, details, proof, orderId }: ResolvedPlayer): Caller {
  return { kind: 'player', party, details, proof, orderId }
}
