// Runs one service for the tests and ends it when whoever started the guard is gone, even by kill -9.
// Usage: node service-guard.mjs <folder> <command> <arguments…>. The end of stdin is the sign to stop:
// the service gets SIGINT, and the folder, which holds all its files, is removed.
import { spawn } from 'node:child_process'
import { openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const STOP_MS_MAX = 5_000

const [folder = '', command = '', ...words] = process.argv.slice(2)
const log = openSync(join(folder, 'service.log'), 'a')
const service = spawn(command, words, { stdio: ['ignore', log, log] })
const isStopping = new Promise((resolve) => process.stdin.resume().once('end', resolve).once('error', resolve))
const hasEnded = new Promise((resolve) => service.once('exit', resolve).once('error', resolve))

// Only the end of stdin stops the guard: a signal meant for the test run may reach the guard too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

isStopping.then(() => {
  service.kill('SIGINT')
  setTimeout(() => service.kill('SIGKILL'), STOP_MS_MAX).unref()
})
await hasEnded
writeFileSync(join(folder, 'service.ended'), '')
// When the service ended by itself the folder stays until the run ends, for its log is the explanation.
await isStopping
rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
process.exit(0)
