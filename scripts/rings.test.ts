// House rule: no import rings.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readImportGraph } from './import-graph.ts'
import { findRings } from './rings.ts'

test('finds the ring among files that only share a target', () => {
  const mentions = [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'd' },
    { from: 'd', to: 'b' },
  ]
  assert.deepEqual(findRings(mentions), [['b', 'c', 'd', 'b']])
})

test('no file reaches itself through imports', () => {
  const imports = readImportGraph().mentions.filter(({ kind }) => kind === 'runtime' || kind === 'lazy')
  const rings = findRings(imports).map((ring) => ring.join('\n  -> '))
  assert.deepEqual(rings, [], `Break the ring: move what both need one floor down.\n${rings.join('\n')}`)
})
