// Calls about projects: making, listing and reading them.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Seal } from '../platform/seal.ts'
import type { Store } from '../platform/store/index.ts'
import { actorOf } from './actor.ts'
import { newApiKey } from './api-keys.ts'
import { createProject } from './create-project.ts'
import { FIRST_KEY_NAME, shownKeySchema } from './merchants.endpoints.ts'
import { defaultProjectSettings } from './project-settings.ts'
import { randomBase62 } from './random-text.ts'
import { LOGIN_SECRET_CONTEXT } from './secret-contexts.ts'
import { merchantParams, nameSchema, projectParams, strict } from './wire-schemas.ts'

/** Letters of a generated secret: 238 bits. */
export const GENERATED_SECRET_LENGTH = 40

interface Deps {
  readonly store: Store
  readonly seal: Seal
}

const projectSchema = Type.Object({
  project_id: Type.Integer(),
  merchant_id: Type.Integer(),
  name: Type.String(),
  created_at: Type.String(),
})

/** Makes the calls about projects. */
export function makeProjectBasicsEndpoints(
  deps: Deps,
): Readonly<Record<'createProject' | 'listProjects' | 'getProject', Endpoint>> {
  return {
    createProject: createProjectEndpoint(deps),
    listProjects: listProjectsEndpoint(deps),
    getProject: getProjectEndpoint(deps),
  }
}

function createProjectEndpoint({ store, seal }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'create-project',
    summary: 'Make a project with its first API key and a login secret',
    tag: 'projects',
    schema: {
      params: merchantParams,
      body: Type.Object({ name: nameSchema }, strict),
      response: {
        201: Type.Intersect([
          projectSchema,
          Type.Object({
            api_key: shownKeySchema(),
            login_secret: Type.String({ description: 'Signs user JWTs (HS256). Shown only now; it is kept sealed.' }),
          }),
        ]),
      },
    },
    async handle({ params, body, caller }) {
      const { key, keyHash } = newApiKey()
      const loginSecret = randomBase62(GENERATED_SECRET_LENGTH)
      const jwt = { algorithm: 'HS256', secret: seal.seal(loginSecret, LOGIN_SECRET_CONTEXT) } as const
      const result = await store.run(createProject, {
        merchantId: params.merchant_id,
        name: body.name,
        settings: { ...defaultProjectSettings, jwt },
        keyName: FIRST_KEY_NAME,
        keyHash,
        actor: actorOf(caller),
      })
      if (result.kind === 'absent') throw new AppError('merchant_not_found')
      const shown = { api_key: { name: FIRST_KEY_NAME, key }, login_secret: loginSecret }
      const project = projectBody({
        id: result.projectId,
        merchant_id: params.merchant_id,
        name: body.name,
        created_at: result.createdAt,
      })
      return { status: 201, body: { ...project, ...shown } }
    },
  })
}

function listProjectsEndpoint({ store }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'list-projects',
    summary: 'List projects of a merchant',
    tag: 'projects',
    schema: { params: merchantParams, response: { 200: Type.Object({ projects: Type.Array(projectSchema) }) } },
    async handle({ params }) {
      const rows = await store.read
        .selectFrom('projects')
        .where('merchant_id', '=', params.merchant_id)
        .select(['id', 'merchant_id', 'name', 'created_at'])
        .orderBy('id')
        .execute()
      return { status: 200, body: { projects: rows.map(projectBody) } }
    },
  })
}

function getProjectEndpoint({ store }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'get-project',
    summary: 'Read a project',
    tag: 'projects',
    schema: { params: projectParams, response: { 200: projectSchema } },
    async handle({ params }) {
      const row = await store.read
        .selectFrom('projects')
        .where('id', '=', params.project_id)
        .select(['id', 'merchant_id', 'name', 'created_at'])
        .executeTakeFirst()
      if (row === undefined) throw new AppError('project_not_found')
      return { status: 200, body: projectBody(row) }
    },
  })
}

interface ProjectBody {
  readonly project_id: number
  readonly merchant_id: number
  readonly name: string
  readonly created_at: string
}

function projectBody(row: {
  readonly id: number
  readonly merchant_id: number
  readonly name: string
  readonly created_at: number
}): ProjectBody {
  return {
    project_id: row.id,
    merchant_id: row.merchant_id,
    name: row.name,
    created_at: new Date(row.created_at).toISOString(),
  }
}
