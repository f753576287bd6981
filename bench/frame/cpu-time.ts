// CPU time of processes, from /proc: the one figure that other people's work on the machine disturbs least.
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, on every architecture that Node runs on. */
const TICK_MS = 10

interface ProcessStat {
  readonly pid: number
  readonly name: string
  readonly parent: number
  readonly cpuMs: number
}

/**
 * CPU milliseconds that `pid` and everything it started have used so far, children that ended included.
 *
 * @returns null where there is no /proc, or no such process
 */
export function cpuMsOf(pid: number): number | null {
  return cpuMsBelow(readProcesses(), (one) => one.pid === pid)
}

/** The same for a program that this process started, by its name; for a server whose number nobody tells. */
export function cpuMsOfProgram(name: string): number | null {
  return cpuMsBelow(readProcesses(), (one) => one.parent === process.pid && one.name === name)
}

function cpuMsBelow(all: readonly ProcessStat[], isRoot: (one: ProcessStat) => boolean): number | null {
  const root = all.find(isRoot)
  if (root === undefined) return null
  const ofParent = Map.groupBy(all, (one) => one.parent)
  const sum = (one: ProcessStat): number =>
    (ofParent.get(one.pid) ?? []).reduce((total, child) => total + sum(child), one.cpuMs)
  return sum(root)
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
