#!/usr/bin/env node
// Entry of the `ordertrail` command: checks Node's version before it loads anything that an older Node cannot read.
export {}

const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  console.error(`ordertrail needs Node ${NODE_MAJOR_MIN} or newer; this is Node ${process.versions.node}.`)
  process.exit(1)
}
// Compiled code is kept in the system's temporary folder: from the second start on, a quarter of the waiting is saved.
const { enableCompileCache } = await import('node:module')
enableCompileCache()
const { runProgram } = await import('./program.ts')
await runProgram(process.argv)
