import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInNetwork, parseIp, parseNetwork } from './ip-address.ts'

const BYTES: readonly (readonly [text: string, hex: string | undefined])[] = [
  ['127.0.0.1', '7f000001'],
  ['255.255.255.255', 'ffffffff'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['1::', '00010000000000000000000000000000'],
  ['2001:db8::8:800:200c:417a', '20010db80000000000080800200c417a'],
  ['::ffff:192.168.0.1', '00000000000000000000ffffc0a80001'],
  ['64:ff9b::10.0.0.1', '0064ff9b00000000000000000a000001'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['010.0.0.1', undefined],
  ['0x7f.0.0.1', undefined],
  ['127.1', undefined],
  ['2130706433', undefined],
  ['127.0.0.1.', undefined],
  ['[::1]', undefined],
  ['fe80::1%eth0', undefined],
  ['1::2::3', undefined],
  ['localhost', undefined],
  ['', undefined],
]

test('reads the bytes of canonical addresses and nothing else', () => {
  for (const [text, hex] of BYTES) {
    const bytes = parseIp(text)
    assert.equal(bytes && Buffer.from(bytes).toString('hex'), hex, text)
  }
})

test('reads back any IPv6 address from its eight groups', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(groups, (numbers) => {
      const plain = numbers.map((number) => number.toString(16)).join(':')
      const canonical = new URL(`http://[${plain}]/`).hostname.slice(1, -1)
      assert.deepEqual(parseIp(canonical), parseIp(plain))
      assert.deepEqual(parseIp(plain), Uint8Array.from(numbers.flatMap((number) => [number >> 8, number & 0xff])))
    }),
  )
})

test('reads networks, and refuses bits that do not fit', () => {
  assert.equal(parseNetwork('10.0.0.0/8')?.prefixBits, 8)
  assert.equal(parseNetwork('10.0.0.1')?.prefixBits, 32)
  assert.equal(parseNetwork('fc00::/7')?.prefixBits, 7)
  for (const text of [
    '10.0.0.0/33',
    'fc00::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'ten/8',
    '10.0.0.0/8x',
  ]) {
    assert.equal(parseNetwork(text), undefined, text)
  }
})

const MEMBERS: readonly (readonly [address: string, network: string, isMember: boolean])[] = [
  ['10.255.255.255', '10.0.0.0/8', true],
  ['11.0.0.0', '10.0.0.0/8', false],
  ['172.31.255.255', '172.16.0.0/12', true],
  ['172.32.0.0', '172.16.0.0/12', false],
  ['1.2.3.4', '0.0.0.0/0', true],
  ['fdff::1', 'fc00::/7', true],
  ['fe00::1', 'fc00::/7', false],
  ['::ffff:10.0.0.1', '10.0.0.0/8', false],
  ['1.2.3.4', '1.2.3.4/32', true],
  ['1.2.3.5', '1.2.3.4/32', false],
]

test('knows which addresses lie in a network', () => {
  for (const [address, cidr, isMember] of MEMBERS) {
    const bytes = parseIp(address)
    const network = parseNetwork(cidr)
    assert.ok(bytes && network)
    assert.equal(isInNetwork(bytes, network), isMember, `${address} in ${cidr}`)
  }
})
