// Calls about the API keys of a project.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { actorOf } from './actor.ts'
import { newApiKey } from './api-keys.ts'
import { createApiKey, KEYS_PER_PROJECT_MAX, revokeApiKey } from './manage-api-keys.ts'
import type { ProjectDirectory } from './project-directory.ts'
import { pathNameSchema, projectIdSchema, projectParams, strict } from './wire-schemas.ts'

interface Deps {
  readonly store: Store
  readonly directory: Pick<ProjectDirectory, 'find'>
}

/** Makes the calls about keys. */
export function makeApiKeyEndpoints(deps: Deps): Readonly<Record<'createKey' | 'listKeys' | 'revokeKey', Endpoint>> {
  return { createKey: createKeyEndpoint(deps), listKeys: listKeysEndpoint(deps), revokeKey: revokeKeyEndpoint(deps) }
}

function createKeyEndpoint({ store, directory }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'create-api-key',
    summary: 'Make an API key of a project',
    tag: 'projects',
    schema: {
      params: projectParams,
      body: Type.Object({ name: pathNameSchema }, strict),
      response: { 201: Type.Object({ name: Type.String(), key: Type.String(), created_at: Type.String() }) },
    },
    async handle({ params, body, caller }) {
      const facts = await directory.find(params.project_id)
      if (facts === undefined) throw new AppError('project_not_found')
      const { key, keyHash } = newApiKey()
      const { projectId, merchantId } = facts
      const result = await store.run(createApiKey, {
        projectId,
        merchantId,
        name: body.name,
        keyHash,
        actor: actorOf(caller),
      })
      if (result.kind === 'refused') throw keyRefusal(result.reason, body.name)
      return { status: 201, body: { name: body.name, key, created_at: new Date(result.createdAt).toISOString() } }
    },
  })
}

function keyRefusal(reason: 'name_taken' | 'too_many', name: string): AppError {
  if (reason === 'name_taken')
    return new AppError('id_taken', { message: `The project has a key named ${name} already. Choose another name.` })
  return new AppError('unprocessable', {
    message: `The project has ${KEYS_PER_PROJECT_MAX} keys already. Revoke one first.`,
  })
}

function listKeysEndpoint({ store }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'list-api-keys',
    summary: 'List the API keys of a project; their texts are not kept',
    tag: 'projects',
    schema: {
      params: projectParams,
      response: {
        200: Type.Object({ keys: Type.Array(Type.Object({ name: Type.String(), created_at: Type.String() })) }),
      },
    },
    async handle({ params }) {
      const rows = await store.read
        .selectFrom('api_keys')
        .where('project_id', '=', params.project_id)
        .where('revoked_at', 'is', null)
        .select(['name', 'created_at'])
        .orderBy('created_at')
        .orderBy('name')
        .execute()
      return {
        status: 200,
        body: { keys: rows.map((row) => ({ name: row.name, created_at: new Date(row.created_at).toISOString() })) },
      }
    },
  })
}

function revokeKeyEndpoint({ store }: Deps): Endpoint {
  return defineEndpoint({
    operationId: 'revoke-api-key',
    summary: 'Revoke an API key at once',
    tag: 'projects',
    schema: { params: Type.Object({ project_id: projectIdSchema, key_name: pathNameSchema }), response: { 204: null } },
    async handle({ params, caller }) {
      const result = await store.run(revokeApiKey, {
        projectId: params.project_id,
        name: params.key_name,
        actor: actorOf(caller),
      })
      if (result.kind === 'absent') throw new AppError('api_key_not_found')
      return { status: 204 }
    },
  })
}
