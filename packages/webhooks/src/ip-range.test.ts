import assert from 'node:assert/strict'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesOfAddress, isInRange, rangeOf } from './ip-range.ts'

function isIn(address: string, range: string): boolean | null {
  const [bytes, known] = [bytesOfAddress(address), rangeOf(range)]
  return bytes === null || known === null ? null : isInRange(bytes, known)
}

for (const { range, inside, outside } of [
  { range: '185.30.20.0/22', inside: ['185.30.20.0', '185.30.23.255'], outside: ['185.30.19.255', '185.30.24.0'] },
  { range: '192.0.2.1', inside: ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201'], outside: ['192.0.2.2', '::1'] },
  { range: '0.0.0.0/0', inside: ['255.255.255.255'], outside: ['::', '2001:db8::1'] },
  { range: '::/0', inside: ['::', '2001:db8::1', '192.0.2.1'], outside: [] },
  { range: '2001:db8::/33', inside: ['2001:db8:7fff::1'], outside: ['2001:db8:8000::', '2001:db9::'] },
  { range: 'fe80::/10', inside: ['fe80::1%eth0', 'FEBF::1'], outside: ['fec0::1'] },
]) {
  test(`knows what lies in ${range}`, () => {
    for (const address of inside) assert.equal(isIn(address, range), true, address)
    for (const address of outside) assert.equal(isIn(address, range), false, address)
  })
}

test('takes nothing that is spelled in a way that could mean two things', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '0x1.2.3.4',
    '256.1.1.1',
    '1.2.3.4/33',
    '1.2.3.4/01',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
    '1.2.3.4:80',
    '::1/129',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1.2.3',
    '1.2.3.4::',
    'localhost',
  ]) {
    assert.equal(rangeOf(text), null, JSON.stringify(text))
  }
})

test('reads and compares any addresses as Node does', () => {
  const either = fc.oneof(fc.ipV4(), fc.ipV6())
  fc.assert(
    fc.property(either, either, fc.nat({ max: 128 }), (address, start, bits) => {
      const family = isIPv4(start) ? 'ipv4' : 'ipv6'
      const length = isIPv4(start) ? bits % 33 : bits
      const list = new BlockList()
      list.addSubnet(start, length, family)
      const known = isIn(address, `${start}/${length}`)
      assert.notEqual(known, null)
      if (isIPv4(address) === isIPv4(start)) assert.equal(known, list.check(address, family))
    }),
    { numRuns: 1_000 },
  )
})

test('takes as an address what Node takes, and nothing else', () => {
  const pieces = fc.constantFrom('0', '1', 'ff', 'FFFF', '10000', ':', '::', '.', '255', '256', '1.2.3.4', 'g', '')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('')
      assert.equal(bytesOfAddress(text) !== null, isIPv4(text) || isIPv6(text), text)
    }),
    { numRuns: 3_000 },
  )
})
