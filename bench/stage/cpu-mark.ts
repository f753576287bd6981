// CPU time so far of everything that the bench has started, and of PostgreSQL among it.
import { cpuMsOf, cpuMsOfProgram } from '../frame/cpu-time.ts'

/** NaN where the machine does not tell. */
export interface CpuMark {
  readonly allMs: number
  readonly databaseMs: number
}

/** Looks now. This process counts too, so it should only wait between two marks. */
export function markCpu(): CpuMark {
  return {
    allMs: cpuMsOf(process.pid) ?? Number.NaN,
    databaseMs: cpuMsOfProgram('postgres') ?? Number.NaN,
  }
}
