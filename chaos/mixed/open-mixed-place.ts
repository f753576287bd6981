// Where a mixed run takes place: its nodes with what they stand on, the wires between all of them, and the faults they can suffer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePrivatePostgres } from '../../packages/server/src/platform/store/testing/private-postgres.ts'
import { makePrivateNats } from '../../packages/server/src/realtime/brokers/testing/private-nats.ts'
import { postgresReader, type RowReader, sqliteReader } from '../deliveries/delivery-rows.ts'
import { freezeConnections } from '../stage/freeze-connections.ts'
import { makeSmallDisk, type SmallDisk } from '../stage/small-disk.ts'
import { startWire, type Wire } from '../stage/wire.ts'
import { type ChaosNode, makeNode, type NodeRole } from './chaos-node.ts'
import { diskFault, type Fault, fileSizeFault, nodeFaults, outageFaults, wireFaults } from './faults.ts'

/** Stores and brokers by the names of the options. */
export const MIXED_STORES = ['sqlite', 'postgres'] as const
export const MIXED_BROKERS = ['nats', 'postgres'] as const

/** The place. */
export interface MixedPlace {
  readonly name: string
  readonly nodes: readonly ChaosNode[]
  /** To any node that answers calls, and to any that holds connections. */
  readonly api: Wire
  readonly sockets: Wire
  readonly reader: RowReader
  readonly faults: readonly Fault[]
  /** Faults that are not tried here, and why. */
  readonly leftOut: readonly string[]
  /** True where the nodes' own clock is that of the store. */
  readonly hasOwnClock: boolean
  /** How far forward the clock of the store ever was. */
  readonly clockMs: () => number
  /** Logs of the nodes. */
  readonly folder: string
  /** `isKept`: logs stay. */
  close(isKept: boolean): Promise<void>
}

/** Keys of the installation under test. */
export const ADMIN_KEY = 'chaos-admin-key-of-at-least-32-characters'
const SETTINGS = {
  ORDERTRAIL_ADMIN_KEY: ADMIN_KEY,
  ORDERTRAIL_SECRET_KEY: Buffer.from('chaos-secret-key-of-32-bytes-ok!').toString('base64'),
  ORDERTRAIL_RATE_LIMITS: 'off',
  ORDERTRAIL_WEBHOOK_NETWORKS_ALLOWED: '127.0.0.0/8',
  ORDERTRAIL_DELIVERY_DEADLINE_MS: '1000',
  ORDERTRAIL_DELIVERY_LEASE_MARGIN_MS: '1000',
}
const DISK_MB = 900
const NO_DISK =
  'a full disk: this user may not mount a small one (mount of a tmpfs and of an ext4 in a file were refused)'
const NO_LIMIT = 'files that may not grow: there is no prlimit here'
const NO_DATABASE_CLOCK = "a wrong clock of PostgreSQL's machine: it is this machine's, which must not be moved"

/** @throws {Error} when a server is not on this machine */
export function openMixedPlace(
  store: (typeof MIXED_STORES)[number],
  broker: (typeof MIXED_BROKERS)[number],
): Promise<MixedPlace> {
  return store === 'sqlite' ? openSqlitePlace() : openPostgresPlace(broker)
}

/** Undone in reverse. */
interface Parts {
  readonly folder: string
  readonly disk: SmallDisk | undefined
  readonly undoes: (() => unknown)[]
}

function openParts(): Parts {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-mixed-'))
  const disk = makeSmallDisk(DISK_MB)
  return { folder, disk, undoes: disk === undefined ? [] : [() => disk.remove()] }
}

async function close({ folder, undoes }: Parts, isKept: boolean): Promise<void> {
  for (const undo of undoes.toReversed()) await undo()
  if (!isKept) rmSync(folder, { recursive: true, force: true })
}

async function openSqlitePlace(): Promise<MixedPlace> {
  const parts = openParts()
  const { folder, disk, undoes } = parts
  const path = disk?.folder ?? join(folder, 'store')
  const node = makeNode({ name: 'server', role: 'all', store: { path }, settings: SETTINGS, folder })
  undoes.push(() => node.close())
  const wires = await startNodeWires([node], undoes)
  let clockMs = 0
  const onClock = (offsetMs: number): void => {
    clockMs = Math.max(clockMs, offsetMs)
  }
  const limited = fileSizeFault(node)
  const full = disk === undefined ? null : diskFault('the store', disk, async () => undefined)
  return {
    name: `SQLite on ${disk?.way ?? 'the disk'}`,
    nodes: [node],
    ...wires,
    reader: sqliteReader(join(path, 'ordertrail.db')),
    faults: [
      ...nodeFaults([node], onClock),
      ...wireFaults('the way to the server', 'clients', [wires.api, wires.sockets], 1.5),
      ...[limited, full].filter((one) => one !== null),
    ],
    leftOut: [...(full === null ? [NO_DISK] : []), ...(limited === null ? [NO_LIMIT] : [])],
    hasOwnClock: true,
    clockMs: () => clockMs,
    folder,
    close: (isKept) => close(parts, isKept),
  }
}

/** Whatever dies, each part of the work has one that is left. */
const ROLES: readonly NodeRole[] = ['all', 'api', 'gateway', 'dispatcher']

async function openPostgresPlace(broker: (typeof MIXED_BROKERS)[number]): Promise<MixedPlace> {
  const parts = openParts()
  const { folder, disk, undoes } = parts
  const database = makePrivatePostgres(['max_wal_size=96MB', 'min_wal_size=32MB', 'max_connections=200'], disk?.folder)
  if (database === undefined) throw new Error('There is no PostgreSQL on this machine; npm brings one.')
  undoes.push(() => database.remove())
  const nats = broker === 'nats' ? makePrivateNats() : null
  if (nats === undefined) throw new Error('There is no nats-server on this machine; use --broker postgres.')
  undoes.push(() => nats?.kill())
  await Promise.all([database.start(), nats?.start()])
  const nodes: ChaosNode[] = []
  const storeWires: Wire[] = []
  const brokerWires: Wire[] = []
  for (const [index, role] of ROLES.entries()) {
    const storeWire = await startWire(() => ({ path: database.socketPath }))
    const brokerWire = nats === null ? null : await startWire(() => ({ port: Number(new URL(nats.url).port) }))
    storeWires.push(storeWire)
    if (brokerWire !== null) brokerWires.push(brokerWire)
    undoes.push(() => Promise.all([storeWire.stop(), brokerWire?.stop()]))
    const brokerSettings: Record<string, string> =
      brokerWire === null
        ? { ORDERTRAIL_BROKER: 'postgres' }
        : { ORDERTRAIL_BROKER: 'nats', ORDERTRAIL_NATS_URL: `nats://127.0.0.1:${brokerWire.port}` }
    const store = { databaseUrl: `postgresql://postgres@127.0.0.1:${storeWire.port}/postgres` }
    const settings = { ...SETTINGS, ...brokerSettings, ORDERTRAIL_ROLE: role }
    const node = makeNode({ name: `node-${index}-${role}`, role, store, settings, folder })
    nodes.push(node)
    undoes.push(() => node.close())
  }
  const wires = await startNodeWires(nodes, undoes)
  const revive = async (): Promise<void> => {
    if (!database.isAlive()) await database.start()
  }
  let thaw = (): void => undefined
  const silence = {
    freeze: async () => {
      thaw = await freezeConnections(database.url)
    },
    thaw: async () => thaw(),
  }
  return {
    name: `nodes ${ROLES.join(', ')} on PostgreSQL on ${disk?.way ?? 'the disk'}, over ${broker}`,
    nodes,
    ...wires,
    reader: postgresReader(database.url),
    faults: [
      ...nodeFaults(nodes, () => undefined),
      ...outageFaults('PostgreSQL', 'store', { ...database, ...silence }, 4),
      ...(nats === null ? [] : outageFaults('NATS', 'broker', nats, 3)),
      ...wireFaults('the way to PostgreSQL', 'store wire', storeWires, 1.5),
      ...wireFaults('the way to NATS', 'broker wire', brokerWires, nats === null ? 0 : 1),
      ...wireFaults('the way to the nodes', 'clients', [wires.api, wires.sockets], 1),
      ...(disk === undefined ? [] : [{ ...diskFault('PostgreSQL', disk, revive), target: 'store' as const }]),
    ],
    leftOut: [...(disk === undefined ? [NO_DISK] : []), NO_DATABASE_CLOCK],
    hasOwnClock: false,
    clockMs: () => 0,
    folder,
    close: (isKept) => close(parts, isKept),
  }
}

async function startNodeWires(
  nodes: readonly ChaosNode[],
  undoes: (() => unknown)[],
): Promise<Pick<MixedPlace, 'api' | 'sockets'>> {
  const anyOf = (roles: readonly NodeRole[]) => {
    let turn = 0
    const fitting = nodes.filter(({ role }) => roles.includes(role))
    return () => {
      const there = fitting.flatMap((node) => node.end() ?? [])
      turn += 1
      return there[turn % there.length] ?? null
    }
  }
  const api = await startWire(anyOf(['all', 'api']))
  const sockets = await startWire(anyOf(['all', 'gateway']))
  undoes.push(() => Promise.all([api.stop(), sockets.stop()]))
  return { api, sockets }
}
