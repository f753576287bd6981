import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ORDERTRAIL, runToEnd } from './testing/spawn-program.ts'

const COMMANDS = ['dev', 'start', 'config', 'orders', 'token', 'time']

test('--help names every command', async () => {
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, '--help'])
  assert.deepEqual([code, stderr], [0, ''])
  for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, 'm'))
})

test('--version tells the version of the package', async () => {
  const { code, stdout } = await runToEnd([...ORDERTRAIL, '--version'])
  assert.equal(code, 0)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('an unknown command is refused with its likely spelling', async () => {
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'stat'])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /unknown command 'stat'\n\(Did you mean start\?\)/)
})

test('an older Node is told what is needed, before anything is loaded that it cannot read', async () => {
  const asNode20 = "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.20.2' })"
  const [node = '', ...rest] = ORDERTRAIL
  const ended = await runToEnd([node, '--import', asNode20, ...rest, 'dev'])
  const sentence = 'ordertrail needs Node 24 or newer; this is Node 20.20.2.\n'
  assert.deepEqual(ended, { code: 1, stdout: '', stderr: sentence })
})
