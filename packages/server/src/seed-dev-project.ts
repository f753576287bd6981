// Puts the dev project and its catalog into the emulator's store; repeats change nothing.
import { importCatalog, loadDemoCatalog } from './catalog/index.ts'
import { DEV_PROJECT } from './dev-project.ts'
import type { Seal } from './platform/seal.ts'
import type { Store } from './platform/store/index.ts'
import { defaultProjectSettings, hashOfApiKey, LOGIN_SECRET_CONTEXT, seedProject } from './projects/index.ts'

const ACTOR = 'emulator'

/** Seeds merchant, project, key and, for a new project, the demo catalog; the ids of a new project begin `idOffset` later than usual. */
export async function seedDevProject(store: Store, seal: Seal, idOffset: number): Promise<void> {
  const { created } = await store.run(seedProject, {
    merchant: {
      id: DEV_PROJECT.merchantId,
      name: DEV_PROJECT.merchantName,
      registeredAt: DEV_PROJECT.merchantRegisteredAt,
    },
    project: {
      id: DEV_PROJECT.projectId,
      name: DEV_PROJECT.projectName,
      settings: {
        ...defaultProjectSettings,
        jwt: { algorithm: 'HS256', secret: seal.seal(DEV_PROJECT.loginSecret, LOGIN_SECRET_CONTEXT) },
      },
    },
    key: { name: 'dev', keyHash: hashOfApiKey(DEV_PROJECT.apiKey), speaksFor: 'project' },
    webhook: null,
    actor: ACTOR,
    idOffset,
  })
  if (!created.includes('project')) return
  const catalog = loadDemoCatalog()
  await store.run(importCatalog, { projectId: DEV_PROJECT.projectId, mode: 'replace', catalog, actor: ACTOR })
}
