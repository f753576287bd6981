// The floors of the house: what lies above what, and which imports that forbids. ARCHITECTURE.md tells why.
import { isTest, isTestSupport, type Mention, packageOf } from './import-graph.ts'

/** Packages by folder, lowest floor first; one package may import another only from a lower floor. */
export const PACKAGE_FLOORS: readonly (readonly string[])[] = [
  ['core', 'centrifuge-protocol'],
  ['webhooks', 'client'],
  ['react'],
  ['server', 'console'],
  ['cli', 'testing'],
]

/** Folders of packages/server/src, lowest floor first. Files beside the folders (main, app, routes …) are the top. */
const SERVER_FLOORS: readonly (readonly string[])[] = [
  ['platform'],
  ['notifications', 'catalog', 'projects'],
  ['webhooks', 'realtime', 'events'],
  ['orders'],
  ['payments', 'console-api', 'store-api'],
]

const SERVER_SOURCE = 'packages/server/src/'
const TOP = SERVER_FLOORS.length

/**
 * Imports that go up or sideways, or into a folder by a door that is not its index.ts. Types count like values.
 *
 * @returns one sentence each, in the order of the mentions; empty when the house stands
 */
export function floorBreaches(mentions: readonly Mention[]): string[] {
  return mentions.flatMap((mention) => {
    const reason = packageBreach(mention) ?? supportBreach(mention) ?? serverBreach(mention)
    return reason === undefined ? [] : [`${mention.from} imports ${mention.to}: ${reason}`]
  })
}

function packageBreach({ from, to }: Mention): string | undefined {
  const [user, used] = [packageOf(from), packageOf(to)]
  if (used === undefined) return user === undefined ? undefined : 'a package imports nothing outside packages/'
  if (user === undefined || user === used) return undefined
  const [floor, below] = [floorOf(PACKAGE_FLOORS, user), floorOf(PACKAGE_FLOORS, used)]
  if (floor === undefined || below === undefined) return 'a package without a floor; give it one in scripts/floors.ts'
  return below < floor ? undefined : `${user} is on floor ${floor}, ${used} on ${below}; imports only go down`
}

function serverBreach({ from, to }: Mention): string | undefined {
  // A test, and what is only there for tests, may build what stands above its subject.
  if (!from.startsWith(SERVER_SOURCE) || !to.startsWith(SERVER_SOURCE) || isForTests(from)) return undefined
  const [user, used] = [folderOf(from), folderOf(to)]
  if (user === used) return undefined
  const [floor, below] = [serverFloor(user), serverFloor(used)]
  if (floor === undefined || below === undefined) return 'a folder without a floor; give it one in scripts/floors.ts'
  if (below >= floor) return `${user} is on floor ${floor}, ${used} on ${below}; imports only go down`
  return isDoor(to, used) ? undefined : `the way into ${used}/ is its index.ts`
}

/** What only tests use is left out of the published packages. A path in a string loads nothing by itself. */
function supportBreach({ from, to, kind }: Mention): string | undefined {
  if (!isTestSupport(to) || !from.startsWith('packages/') || isForTests(from) || kind === 'text') return undefined
  return 'what serves tests is for tests only'
}

function isForTests(file: string): boolean {
  return isTest(file) || isTestSupport(file)
}

/** The folder of the server that a file belongs to; the empty text for files beside the folders. */
function folderOf(file: string): string {
  const path = file.slice(SERVER_SOURCE.length)
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

function serverFloor(folder: string): number | undefined {
  return folder === '' ? TOP : floorOf(SERVER_FLOORS, folder)
}

/** platform/ has no index of its own: each of its files and folders is a thing by itself, and loads alone. */
function isDoor(to: string, folder: string): boolean {
  const path = to.slice(SERVER_SOURCE.length + folder.length + 1)
  return path === 'index.ts' || (folder === 'platform' && /^([^/]+|[^/]+\/index)\.ts$/.test(path))
}

function floorOf(floors: readonly (readonly string[])[], name: string): number | undefined {
  const floor = floors.findIndex((names) => names.includes(name))
  return floor < 0 ? undefined : floor
}
