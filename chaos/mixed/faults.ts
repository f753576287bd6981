// The faults of a run: how each begins, and how it is undone.
import { spawnSync } from 'node:child_process'
import type { SmallDisk } from '../stage/small-disk.ts'
import type { Wire, WireState } from '../stage/wire.ts'
import type { ChaosNode } from './chaos-node.ts'
import type { FaultKind, FaultTarget } from './fault-plan.ts'
import { BACKEND_MOODS, type GameBackend } from './game-backend.ts'

/** Ends a fault; what was taken away is there again when it resolves. */
export type Undo = () => Promise<void>

/** A fault that can be done. `isKill`: it ends processes by kill -9. */
export interface Fault extends FaultKind {
  readonly isKill: boolean
  /** `pick` from 0 to 1 chooses among several. */
  begin(pick: number): Promise<Undo>
}

/** A server below the nodes. */
export interface Outage {
  kill(): Promise<void>
  start(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
}

const MINUTE_MS = 60_000
/** Where there is one node, it is all that can be killed. */
const KILL_WEIGHT = 10
const LONE_KILL_WEIGHT = 24
const SHORT: FaultKind['lastsMs'] = [50, 1_200]
const LONG: FaultKind['lastsMs'] = [1_500, 4_500]

function fault(
  name: string,
  target: FaultTarget,
  weight: number,
  begin: Fault['begin'],
  more: Partial<Fault> = {},
): Fault {
  return { name, target, weight, begin, isKill: false, lastsMs: LONG, ...more }
}

/** kill -9, silence and wrong clocks of nodes. `onClock` is told how far off a clock is. */
export function nodeFaults(nodes: readonly ChaosNode[], onClock: (offsetMs: number) => void): readonly Fault[] {
  const one = (pick: number): ChaosNode => nodes[Math.floor(pick * nodes.length)] as ChaosNode
  const kill = async (pick: number): Promise<Undo> => {
    const node = one(pick)
    await node.kill()
    return () => node.start()
  }
  const killAll = async (): Promise<Undo> => {
    await Promise.all(nodes.map((node) => node.kill()))
    return async () => void (await Promise.all(nodes.map((node) => node.start())))
  }
  const freeze = async (pick: number): Promise<Undo> => {
    const node = one(pick)
    node.freeze()
    return async () => node.thaw()
  }
  const jump =
    (minutes: number) =>
    async (pick: number): Promise<Undo> => {
      const node = one(pick)
      const offsetMs = minutes * MINUTE_MS * (0.5 + pick)
      node.setClock(offsetMs)
      onClock(offsetMs)
      return async () => node.setClock(0)
    }
  return [
    fault('a node killed', 'node', nodes.length > 1 ? KILL_WEIGHT : LONE_KILL_WEIGHT, kill, {
      isKill: true,
      lastsMs: SHORT,
    }),
    ...(nodes.length > 1 ? [fault('all nodes killed', 'node', 2, killAll, { isKill: true, lastsMs: SHORT })] : []),
    fault('a node frozen', 'node', 2, freeze),
    fault('a clock minutes fast', 'clock', 1.5, jump(2)),
    fault('a clock minutes slow', 'clock', 1.5, jump(-2)),
  ]
}

/** kill -9 and silence of what nodes stand on. */
export function outageFaults(name: string, target: FaultTarget, server: Outage, weight: number): readonly Fault[] {
  const kill = async (): Promise<Undo> => {
    await server.kill()
    return () => server.start()
  }
  const freeze = async (): Promise<Undo> => {
    await server.freeze()
    return () => server.thaw()
  }
  return [
    fault(`${name} killed`, target, weight, kill, { isKill: true, lastsMs: SHORT }),
    fault(`${name} frozen`, target, weight / 3, freeze, { lastsMs: [3_000, 6_500] }),
  ]
}

/** Backends that misbehave in every way. */
export function listenerFaults(backend: GameBackend): readonly Fault[] {
  return BACKEND_MOODS.filter((mood) => mood !== 'fair').map((mood) =>
    fault(`listeners ${mood}`, 'listener', 0.8, async () => {
      backend.turn(mood)
      return async () => backend.turn('fair')
    }),
  )
}

const WIRE_STATES: readonly WireState[] = ['refusing', 'stalled', 'lost', 'deaf', 'mute']

/** Wires that are cut, or that misbehave in every way: all of a kind, or one of them. */
export function wireFaults(
  name: string,
  target: FaultTarget,
  wires: readonly Wire[],
  weight: number,
): readonly Fault[] {
  const some = (pick: number): readonly Wire[] => {
    const index = Math.floor(pick * (wires.length + 1))
    return index === wires.length ? wires : wires.slice(index, index + 1)
  }
  const cut = async (pick: number): Promise<Undo> => {
    for (const wire of some(pick)) {
      wire.turn('refusing')
      wire.cut()
    }
    return async () => some(pick).forEach((wire) => void wire.turn('fair'))
  }
  const turn =
    (state: WireState) =>
    async (pick: number): Promise<Undo> => {
      for (const wire of some(pick)) wire.turn(state)
      return async () => some(pick).forEach((wire) => void wire.turn('fair'))
    }
  return [
    fault(`${name} cut`, target, weight, cut),
    ...WIRE_STATES.map((state) => fault(`${name} ${state}`, target, weight / WIRE_STATES.length, turn(state))),
  ]
}

/** A full disk. `recover`: what stood on it may have ended. */
export function diskFault(what: string, disk: SmallDisk, recover: () => Promise<void>): Fault {
  return fault(`${what} on a full disk`, 'disk', 2, async () => {
    disk.fill()
    return async () => {
      disk.free()
      await recover()
    }
  })
}

/** Files that may not grow, as at a quota; needs no rights. Null where there is no program that sets limits. */
export function fileSizeFault(node: ChaosNode): Fault | null {
  if (spawnSync('prlimit', ['--version']).status !== 0) return null
  const limit = (bytes: string): void => {
    const pid = node.process()?.pid
    if (pid !== undefined) spawnSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:unlimited`])
  }
  return fault('files that may not grow', 'disk', 1.5, async () => {
    limit('4096')
    return async () => limit('unlimited')
  })
}
