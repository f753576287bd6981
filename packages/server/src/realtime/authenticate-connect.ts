// Who is connecting: reads the credentials of a connect request and decides whether they open a channel.
import { type ConnectRequest, DISCONNECT_CODES, type DisconnectCode } from '@ordertrail/centrifuge-protocol'
import { AppError } from '@ordertrail/core'
import type { Party } from '../platform/http/index.ts'
import type { PlayerTokens, ProjectDirectory, ResolvedPlayer } from '../projects/index.ts'

/** A connect request is accepted for one party, or ends the connection for good; `reason` is for the log. */
export type ConnectDecision =
  | { readonly kind: 'accepted'; readonly party: Party }
  | { readonly kind: 'refused'; readonly disconnect: DisconnectCode; readonly reason: string }

/** What deciding needs. */
export interface ConnectAuthentication {
  readonly tokens: PlayerTokens
  readonly directory: Pick<ProjectDirectory, 'find'>
}

/** What a connect request says about who sends it. */
export interface Credentials {
  /** User JWT or payment token. */
  readonly token: string
  /** Null: not named; the token says it. */
  readonly projectId: number | null
  /** Null: not named. */
  readonly userExternalId: string | null
}

/**
 * Decides who is connecting.
 *
 * @param origin of the web page that connects; null for everything that is none
 * @throws what says nothing about the credentials: the store or the keys of a project cannot be had right now
 */
export async function authenticateConnect(
  { tokens, directory }: ConnectAuthentication,
  request: ConnectRequest,
  origin: string | null,
): Promise<ConnectDecision> {
  const credentials = readCredentials(request)
  if (typeof credentials === 'string') return refused(credentials)
  const players = await resolvePlayers(tokens, credentials)
  if (typeof players === 'string') return refused(players)
  const player = players.find((one) => isNamed(one, credentials.userExternalId))
  if (player === undefined) return refused('user_external_id_differs')
  const facts = await directory.find(player.party.projectId)
  if (!isOriginAllowed(facts?.settings.allowedOrigins ?? null, origin)) {
    return { kind: 'refused', disconnect: DISCONNECT_CODES.permissionDenied, reason: 'origin_refused' }
  }
  return { kind: 'accepted', party: player.party }
}

function refused(reason: string): ConnectDecision {
  return { kind: 'refused', disconnect: DISCONNECT_CODES.invalidToken, reason }
}

const PROJECT_ID_FORM = /^[1-9]\d{0,14}$/

/**
 * The credentials of a request, or why there are none.
 *
 * They stand in its data, as documented; a client that puts a token where the protocol has one is understood, too. Engine clients
 * send no `user_external_id`.
 */
export function readCredentials(request: ConnectRequest): Credentials | string {
  const data = parseData(request.data)
  if (data === undefined) return 'data_malformed'
  const token = data.auth ?? request.token
  if (typeof token !== 'string' || token === '') return 'token_missing'
  const projectText = textOf(data.project_id)
  if (projectText === undefined || (projectText !== null && !PROJECT_ID_FORM.test(projectText))) {
    return 'project_id_malformed'
  }
  const userExternalId = textOf(data.user_external_id)
  if (userExternalId === undefined) return 'user_external_id_malformed'
  return { token, projectId: projectText === null ? null : Number(projectText), userExternalId }
}

/** Members of connect data that mean something; what they hold is up to the client. */
interface ConnectData {
  readonly auth?: unknown
  readonly project_id?: unknown
  readonly user_external_id?: unknown
}

/** Members of the data, none where there is no data; undefined: it is not an object. */
function parseData(data: string | undefined): ConnectData | undefined {
  try {
    const parsed: unknown = JSON.parse(data ?? '{}')
    if (parsed === null) return {}
    return typeof parsed === 'object' && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Clients write ids as texts and as numbers. Null: absent; undefined: neither. */
function textOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}

async function resolvePlayers(
  tokens: PlayerTokens,
  { token, projectId }: Credentials,
): Promise<readonly ResolvedPlayer[] | string> {
  try {
    return await tokens.resolvePlayerTokens(token, projectId)
  } catch (error) {
    if (error instanceof AppError && error.status === 401) return error.code
    throw error
  }
}

function isNamed(player: ResolvedPlayer, userExternalId: string | null): boolean {
  return userExternalId === null || player.knownIds.includes(userExternalId)
}

/** A client that is no web page has no origin and is not asked for one. */
function isOriginAllowed(allowed: readonly string[] | null, origin: string | null): boolean {
  return allowed === null || origin === null || allowed.includes(origin)
}
