// Givens for tests of realtime: a store with one project, tokens of its players, and statuses to publish.
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { type ManualClock, manualClock } from '../../platform/clock.ts'
import { createSeal, type Seal } from '../../platform/seal.ts'
import { type BoundCommand, bind, type Command, oneByOne, rareCommand, type Store } from '../../platform/store/index.ts'
import { openTestStore, seedRows, type TestEngine, type TestStore } from '../../platform/store/testing/index.ts'
import {
  createPlayerTokens,
  createProjectDirectory,
  defaultProjectSettings,
  issueUserToken,
  LOGIN_SECRET_CONTEXT,
  type PlayerTokens,
  type ProjectDirectory,
  type ProjectSettings,
} from '../../projects/index.ts'
import { appendPublications, channelOf, realtimeCommands } from '../index.ts'

/** The project of all these tests. */
export const PROJECT_ID = 44_056
const NOW = 1_780_000_000_000
const TOKEN_LIFE_MS = 3_600_000

/** One status of one order of a user. */
export interface Status {
  readonly userId: string
  readonly orderId: number
  readonly status: string
}

/** A shop without a gateway. */
export interface Shop {
  readonly clock: ManualClock
  readonly store: Store
  readonly tokens: PlayerTokens
  readonly directory: ProjectDirectory
  readonly seal: Seal
  /** A user JWT; `lifeMs` negative: it is over already. */
  token(userId: string, lifeMs?: number): Promise<string>
  publish(status: Status): Promise<void>
  /** Loses rows, as nothing in the product does. */
  deletePublications(): Promise<void>
  deleteChannels(): Promise<void>
  /** Stops the store and opens it again on the same rows. */
  reopen(): Promise<Shop>
}

const publishStatus: Command<Status, null> = rareCommand('test.publish')

/** Publishes as orders do. */
const boundPublishStatus: BoundCommand = bind(
  publishStatus,
  oneByOne(async (tx, { userId, orderId, status }) => {
    const channel = channelOfUser(userId)
    const data = JSON.stringify({ order_id: orderId, status })
    await appendPublications(tx, [
      { projectId: PROJECT_ID, partyKind: 'user', partyId: userId, channel, orderId, data },
    ])
    return null
  }),
)

const deleteRows: Command<'publications' | 'channels', null> = rareCommand('test.delete-rows')

const boundDeleteRows: BoundCommand = bind(
  deleteRows,
  oneByOne(async (tx, table) => {
    await tx.db.deleteFrom(table).execute()
    return null
  }),
)

/** The channel of a user of the project. */
export function channelOfUser(userId: string): string {
  return channelOf({ projectId: PROJECT_ID, kind: 'user', id: userId })
}

/** What the store of a shop is opened with. */
export const SHOP_COMMANDS: readonly BoundCommand[] = [...realtimeCommands(), boundPublishStatus, boundDeleteRows]

/** Opens a shop; its store goes with the test. */
export async function givenShop(
  t: TestContext,
  engine: TestEngine = 'sqlite memory',
  settings: Partial<ProjectSettings> = {},
): Promise<Shop> {
  const opened = await openTestStore(engine, { commands: SHOP_COMMANDS })
  t.after(opened.stop)
  return openShop(opened, settings)
}

/** A shop over an empty store that was opened with SHOP_COMMANDS. */
export async function openShop(
  opened: Pick<TestStore, 'store' | 'reopen'>,
  settings: Partial<ProjectSettings> = {},
): Promise<Shop> {
  const seal = createSeal([randomBytes(32)])
  const jwt = {
    algorithm: 'HS256',
    secret: seal.seal('login secret of the tests, long', LOGIN_SECRET_CONTEXT),
  } as const
  await seedProject(opened.store, { ...defaultProjectSettings, jwt, ...settings })
  const clock = manualClock(NOW)
  const shopOn = (store: Store): Shop => {
    const directory = createProjectDirectory({ store, seal, clock })
    const fetchKeySet = async (): Promise<never> => Promise.reject(new Error('No keys are fetched in these tests.'))
    const tokens = createPlayerTokens({ store, directory, seal, clock, fetchKeySet })
    return {
      clock,
      store,
      tokens,
      directory,
      seal,
      async token(userId, lifeMs = TOKEN_LIFE_MS) {
        const facts = await directory.find(PROJECT_ID)
        if (facts === undefined) throw new Error('The project is not there.')
        const issued = await issueUserToken({ facts, seal, player: { userId }, lifeMs, nowMs: clock.unskippedNow() })
        if (issued.kind === 'refused') throw new Error(issued.reason)
        return issued.token
      },
      publish: async (status) => void (await store.run(publishStatus, status)),
      deletePublications: async () => void (await store.run(deleteRows, 'publications')),
      deleteChannels: async () => void (await store.run(deleteRows, 'channels')),
      reopen: async () => shopOn(await opened.reopen()),
    }
  }
  return shopOn(opened.store)
}

async function seedProject(store: Store, settings: ProjectSettings): Promise<void> {
  const times = { created_at: NOW, updated_at: NOW }
  const merchant = { id: 1001, name: 'Demo studio', registered_at: NOW, created_at: NOW }
  await store.run(seedRows, { table: 'merchants', rows: [merchant] })
  const project = { id: PROJECT_ID, merchant_id: 1001, name: 'Demo game', settings: JSON.stringify(settings), ...times }
  await store.run(seedRows, { table: 'projects', rows: [project] })
}
