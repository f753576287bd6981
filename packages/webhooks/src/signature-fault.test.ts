import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FAULT_SENTENCES, foundFault, type SignatureFault } from './signature-fault.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the README explains each fault, in order, with the answer it gets', () => {
  const table = README.slice(README.indexOf('## When a signature fails'), README.indexOf('## Testing your handlers'))
  const rows = Array.from(table.matchAll(/^\| `(\w+)` \|.*\| (\d+) \|$/gm), ([, fault, status]) => [
    fault,
    Number(status),
  ])
  const faults = Object.keys(FAULT_SENTENCES) as SignatureFault[]
  assert.deepEqual(
    rows,
    faults.map((fault) => [fault, foundFault(fault).isGenuine ? 500 : 400]),
  )
})
