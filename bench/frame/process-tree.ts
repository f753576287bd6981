// Processes and what they started, from /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, on every architecture that Node runs on. */
const TICK_MS = 10

/** A process; `cpuMs` with its children that ended. */
export interface ProcessStat {
  readonly pid: number
  readonly name: string
  readonly parent: number
  readonly cpuMs: number
}

/** The first process that `isRoot` finds with everything that it started and that still runs; null: none, or there is no /proc. */
export function processTree(isRoot: (one: ProcessStat) => boolean): readonly ProcessStat[] | null {
  const all = readProcesses()
  const root = all.find(isRoot)
  if (root === undefined) return null
  const ofParent = Map.groupBy(all, (one) => one.parent)
  const below = (one: ProcessStat): readonly ProcessStat[] => [one, ...(ofParent.get(one.pid) ?? []).flatMap(below)]
  return below(root)
}

function readProcesses(): readonly ProcessStat[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readStat(name))
  } catch {
    return []
  }
}

function readStat(pid: string): readonly ProcessStat[] {
  try {
    return [parseStat(Number(pid), readFileSync(`/proc/${pid}/stat`, 'utf8'))]
  } catch {
    // It ended in between.
    return []
  }
}

/** Fields after the name in brackets, which may hold blanks itself: state, parent, …, own and children's user and system ticks. */
export function parseStat(pid: number, line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  const name = line.slice(line.indexOf('(') + 1, line.lastIndexOf(')'))
  return { pid, name, parent: Number(fields[1]), cpuMs: ticks * TICK_MS }
}
