// What the figures were measured on.
import { cpus, loadavg, release, totalmem } from 'node:os'

/** The machine and its state, as a reader needs it beside the figures. */
export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGib: number
  readonly system: string
  readonly node: string
  /** Programs that wanted a core at the beginning, other people's included. */
  readonly loadBefore: number
}

const GIB = 1024 ** 3

/** Looks at this machine now. */
export function lookAtMachine(): Machine {
  const found = cpus()
  return {
    cores: found.length,
    cpu: found[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / GIB),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    loadBefore: loadavg()[0] ?? 0,
  }
}
