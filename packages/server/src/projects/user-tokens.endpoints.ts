// The call that issues a user JWT.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import type { Clock } from '../platform/clock.ts'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Seal } from '../platform/seal.ts'
import { isUserId, PARTY_ID_CHARS_MAX } from './authentication/party-id.ts'
import { issueUserToken } from './issue-user-token.ts'
import type { ProjectDirectory } from './project-directory.ts'
import { projectParams, strict } from './wire-schemas.ts'

const LIFE_SECONDS = 24 * 3_600
const LIFE_SECONDS_MAX = 30 * LIFE_SECONDS
const DETAIL_CHARS_MAX = 255

interface Deps {
  readonly directory: Pick<ProjectDirectory, 'find'>
  readonly seal: Seal
  readonly clock: Clock
}

/** Makes the call. */
export function makeUserTokenEndpoint({ directory, seal, clock }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'create-user-token',
    summary: 'Issue a user JWT signed with the login secret of the project',
    tag: 'projects',
    schema: {
      params: projectParams,
      body: Type.Object(
        {
          user_id: Type.String({ minLength: 1, maxLength: PARTY_ID_CHARS_MAX }),
          email: Type.Optional(Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: DETAIL_CHARS_MAX })),
          name: Type.Optional(Type.String({ minLength: 1, maxLength: DETAIL_CHARS_MAX })),
          country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
          life_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: LIFE_SECONDS_MAX, default: LIFE_SECONDS })),
        },
        strict,
      ),
      response: { 201: Type.Object({ token: Type.String(), expires_at: Type.String() }) },
    },
    async handle({ params, body }) {
      const facts = await directory.find(params.project_id)
      if (facts === undefined) throw new AppError('project_not_found')
      if (!isUserId(body.user_id))
        throw new AppError('unprocessable', {
          message: 'user_id holds characters that no user id may hold, or begins with "visitor:".',
        })
      const { user_id: userId, life_seconds: lifeSeconds = LIFE_SECONDS, ...details } = body
      const request = {
        facts,
        seal,
        player: { userId, ...details },
        lifeMs: lifeSeconds * 1_000,
        nowMs: clock.unskippedNow(),
      }
      const issued = await issueUserToken(request)
      if (issued.kind === 'issued')
        return { status: 201, body: { token: issued.token, expires_at: new Date(issued.expiresAt).toISOString() } }
      throw new AppError('unprocessable', { message: REFUSALS[issued.reason] })
    },
  })
}

const REFUSALS = {
  signed_elsewhere: 'User tokens of this project are signed by its login service (RS256 or ES256). Ask there for one.',
  no_login_secret: 'The project has no login secret. Set one with PATCH …/settings, member jwt.',
} as const
