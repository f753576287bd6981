// Calls about the settings of a project.
import { AppError } from '@ordertrail/core'
import { type TSchema, Type } from 'typebox'
import { type Answer, defineEndpoint, type Endpoint, type UrlCheck } from '../platform/http/index.ts'
import type { Seal } from '../platform/seal.ts'
import type { Store } from '../platform/store/index.ts'
import { actorOf } from './actor.ts'
import { changeProjectSettings } from './change-settings.ts'
import type { ProjectDirectory } from './project-directory.ts'
import type { JwtSettings, ProjectSettings, ProjectSettingsPatch } from './project-settings.ts'
import { LOGIN_SECRET_CONTEXT } from './secret-contexts.ts'
import { patchFromWire, SETTING_NAMES, settingsToWire, TOGGLE_NAMES } from './settings-names.ts'
import { settingSchemas, toggleSchemas } from './settings-schema.ts'
import { projectParams, strict } from './wire-schemas.ts'

/** Shorter login secrets can be guessed from one token. */
const LOGIN_SECRET_CHARS_MIN = 16
const LOGIN_SECRET_CHARS_MAX = 1_000
const URL_CHARS_MAX = 2_000

interface Deps {
  readonly store: Store
  readonly seal: Seal
  readonly directory: Pick<ProjectDirectory, 'find'>
  /** The rule for addresses that this server may be told to call. */
  readonly checkUrl: (url: string) => UrlCheck | Promise<UrlCheck>
}

const jwtBody = Type.Union([
  Type.Object(
    {
      algorithm: Type.Literal('HS256'),
      secret: Type.String({ minLength: LOGIN_SECRET_CHARS_MIN, maxLength: LOGIN_SECRET_CHARS_MAX }),
    },
    strict,
  ),
  Type.Object(
    {
      algorithm: Type.Union([Type.Literal('RS256'), Type.Literal('ES256')]),
      jwks_url: Type.String({ minLength: 1, maxLength: URL_CHARS_MAX }),
    },
    strict,
  ),
])

const jwtAnswer = Type.Object({
  algorithm: Type.String(),
  has_secret: Type.Optional(Type.Boolean()),
  jwks_url: Type.Optional(Type.String()),
})

/** Members under their wire names; `wrap` makes those of a patch optional. */
function members(
  schemas: Readonly<Record<string, TSchema>>,
  names: Readonly<Record<string, string>>,
  wrap: (schema: TSchema) => TSchema,
): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [names[name] ?? name, wrap(schema)]))
}

const togglesPatch = Type.Object(members(toggleSchemas, TOGGLE_NAMES, Type.Optional), strict)
const togglesAnswer = Type.Object(members(toggleSchemas, TOGGLE_NAMES, (schema) => schema))
const patchSchema = Type.Object(
  members({ ...settingSchemas, toggles: togglesPatch, jwt: jwtBody }, SETTING_NAMES, Type.Optional),
  strict,
)
const answerSchema = Type.Object(
  members({ ...settingSchemas, toggles: togglesAnswer, jwt: jwtAnswer }, SETTING_NAMES, (schema) => schema),
)

/** Makes the calls about settings. */
export function makeSettingsEndpoints(deps: Deps): Readonly<Record<'getSettings' | 'changeSettings', Endpoint>> {
  return { getSettings: getSettingsEndpoint(deps), changeSettings: changeSettingsEndpoint(deps) }
}

function getSettingsEndpoint({ directory }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'get-project-settings',
    summary: 'Read the settings of a project',
    tag: 'projects',
    schema: { params: projectParams, response: { 200: answerSchema } },
    async handle({ params }) {
      const facts = await directory.find(params.project_id)
      if (facts === undefined) throw new AppError('project_not_found')
      return settingsAnswer(facts.settings)
    },
  })
}

function changeSettingsEndpoint(deps: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'change-project-settings',
    summary: 'Change settings of a project; members that are not sent stay as they are',
    tag: 'projects',
    schema: { params: projectParams, body: patchSchema, response: { 200: answerSchema } },
    async handle({ params, body, caller }) {
      const patch: ProjectSettingsPatch = {
        ...patchFromWire(body),
        ...(await jwtPatch(deps, body.jwt as JwtBody | undefined)),
      }
      const result = await deps.store.run(changeProjectSettings, {
        projectId: params.project_id,
        patch,
        actor: actorOf(caller),
      })
      if (result.kind === 'absent') throw new AppError('project_not_found')
      if (result.kind === 'changed') return settingsAnswer(result.settings)
      const isSchedule = result.faults.some(({ path }) => path.startsWith('/schedules'))
      throw new AppError(isSchedule ? 'webhook_schedule_invalid' : 'unprocessable', {
        details: { errors: result.faults },
      })
    },
  })
}

function settingsAnswer(settings: ProjectSettings): Answer {
  return { status: 200, body: settingsToWire(settings) }
}

/** What a schema-checked body says about JWTs. */
type JwtBody =
  | { readonly algorithm: 'HS256'; readonly secret: string }
  | { readonly algorithm: 'RS256' | 'ES256'; readonly jwks_url: string }

async function jwtPatch({ seal, checkUrl }: Deps, body: JwtBody | undefined): Promise<{ readonly jwt?: JwtSettings }> {
  if (body === undefined) return {}
  if (body.algorithm === 'HS256')
    return { jwt: { algorithm: 'HS256', secret: seal.seal(body.secret, LOGIN_SECRET_CONTEXT) } }
  const check = await checkUrl(body.jwks_url)
  if (!check.ok)
    throw new AppError('unprocessable', {
      message: `jwks_url cannot be used. ${check.sentence}`,
      details: { refusal: check.reason },
    })
  return { jwt: { algorithm: body.algorithm, jwksUrl: body.jwks_url } }
}
