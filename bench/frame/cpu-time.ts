// CPU time of processes: the one figure that other people's work on the machine disturbs least.
import { type ProcessStat, processTree } from './process-tree.ts'

/**
 * CPU milliseconds that `pid` and everything it started have used so far, children that ended included.
 *
 * @returns null where there is no /proc, or no such process
 */
export function cpuMsOf(pid: number): number | null {
  return cpuMsBelow((one) => one.pid === pid)
}

/** The same for a program that this process started, by its name; for a server whose number nobody tells. */
export function cpuMsOfProgram(name: string): number | null {
  return cpuMsBelow((one) => one.parent === process.pid && one.name === name)
}

function cpuMsBelow(isRoot: (one: ProcessStat) => boolean): number | null {
  return processTree(isRoot)?.reduce((sum, { cpuMs }) => sum + cpuMs, 0) ?? null
}
