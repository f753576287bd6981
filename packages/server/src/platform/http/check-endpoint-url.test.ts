import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAddress, checkEndpointUrl, type EndpointPolicy, type UrlRefusal } from './check-endpoint-url.ts'

const START: EndpointPolicy = { allowLoopbackHttp: false }
const DEV: EndpointPolicy = { allowLoopbackHttp: true }
const CONTAINERS: EndpointPolicy = { allowLoopbackHttp: true, networksAllowed: ['172.16.0.0/12', 'fd00::/8'] }

type Expected = UrlRefusal | 'ok'

function verdict(url: string, policy: EndpointPolicy): Expected {
  const check = checkEndpointUrl(url, policy)
  return check.ok ? 'ok' : check.reason
}

const IN_START: readonly (readonly [url: string, expected: Expected])[] = [
  ['https://game.example/webhooks?x=1', 'ok'],
  ['https://game.example:443/', 'ok'],
  ['HTTPS://GAME.EXAMPLE/', 'ok'],
  ['https://münchen.example/', 'ok'],
  ['https://8.8.8.8/', 'ok'],
  ['https://[2606:4700:4700::1111]/', 'ok'],
  ['http://game.example/', 'scheme_not_allowed'],
  ['ftp://game.example/', 'scheme_not_allowed'],
  ['file:///etc/passwd', 'scheme_not_allowed'],
  ['javascript:alert(1)', 'scheme_not_allowed'],
  ['https://game.example:8443/', 'port_not_allowed'],
  ['https://game.example:80/', 'port_not_allowed'],
  ['https://user@game.example/', 'credentials_in_url'],
  ['https://user:pass@game.example/', 'credentials_in_url'],
  ['https://game.example/#part', 'fragment_in_url'],
  ['https://game.example/#', 'fragment_in_url'],
  ['https://game.example#@127.0.0.1/', 'fragment_in_url'],
  ['https://xn--mnchen-3ya.example/', 'ok'],
  ['https://xn--a.example/', 'ok'],
  ['https://game.example:443443/', 'url_malformed'],
  ['https://game.example:0/', 'port_not_allowed'],
  ['https://[fe80::1%25eth0]/', 'url_malformed'],
  ['https://[::1', 'url_malformed'],
  ['https://ga me.example/', 'url_malformed'],
  ['https://game.example/a b', 'url_malformed'],
  ['https://game.example/\r\nX-Other: 1', 'url_malformed'],
  ['https://game.example/%0d%0aX-Other:%201', 'ok'],
  ['https://game.example/\u007f', 'url_malformed'],
  ['https://@game.example/', 'host_spelling'],
  ['https://game.example:/', 'host_spelling'],
  ['https://game.example./', 'host_spelling'],
  ['https://game%2eexample/', 'host_spelling'],
  ['https://127.0.0.1/', 'address_not_public'],
  ['https://127.0.0.1:9999/', 'address_not_public'],
  ['https://localhost/', 'address_not_public'],
  ['https://api.localhost/', 'address_not_public'],
  ['https://10.1.2.3/', 'address_not_public'],
  ['https://169.254.169.254/latest/meta-data', 'address_not_public'],
  ['https://0.0.0.0/', 'address_not_public'],
  ['https://[::1]/', 'address_not_public'],
  ['https://[::]/', 'address_not_public'],
  ['https://[::ffff:8.8.8.8]/', 'address_not_public'],
  ['https://[fe80::1]/', 'address_not_public'],
  ['https://[64:ff9b::808:808]/', 'address_not_public'],
  ['https://8.8.8.8:8443/', 'port_not_allowed'],
  ['https://0x8.8.8.8/', 'host_spelling'],
  ['https://010.8.8.8/', 'host_spelling'],
  ['https://134744072/', 'host_spelling'],
  ['https://8.8.2056/', 'host_spelling'],
  ['https://8.8.8.8./', 'host_spelling'],
  ['https://８.8.8.8/', 'host_spelling'],
  ['https://%38.8.8.8/', 'host_spelling'],
  ['https://game.example\\@evil.example/', 'url_malformed'],
  [' https://game.example/', 'url_malformed'],
  ['https://game.example/\n', 'url_malformed'],
  ['https://ga\tme.example/', 'url_malformed'],
  ['https:game.example', 'url_malformed'],
  ['https:/game.example', 'url_malformed'],
  ['https:///game.example', 'url_malformed'],
  ['game.example', 'url_malformed'],
  ['https://', 'url_malformed'],
  ['', 'url_malformed'],
  [`https://game.example/${'a'.repeat(2048)}`, 'url_too_long'],
]

test('allows public https at port 443 and nothing else in start', () => {
  assert.deepEqual(
    IN_START.map(([url]) => [url, verdict(url, START)]),
    IN_START,
  )
})

const IN_DEV: readonly (readonly [url: string, expected: Expected])[] = [
  ['http://localhost:3000/webhooks', 'ok'],
  ['http://game.localhost:3000/', 'ok'],
  ['http://127.0.0.1:8080/', 'ok'],
  ['http://[::1]:8080/', 'ok'],
  ['https://localhost:8443/', 'ok'],
  ['https://game.example/', 'ok'],
  ['http://game.example/', 'scheme_not_allowed'],
  ['http://192.168.1.10:3000/', 'scheme_not_allowed'],
  ['https://192.168.1.10:3000/', 'address_not_public'],
  ['http://2130706433:3000/', 'host_spelling'],
  ['http://127.1:3000/', 'host_spelling'],
]

test('also allows this machine at any port in dev', () => {
  assert.deepEqual(
    IN_DEV.map(([url]) => [url, verdict(url, DEV)]),
    IN_DEV,
  )
})

const WITH_NETWORKS: readonly (readonly [url: string, expected: Expected])[] = [
  ['http://172.17.0.2:3000/', 'ok'],
  ['http://game:3000/', 'ok'],
  ['https://game:8443/', 'ok'],
  ['http://[fd00::5]:3000/', 'ok'],
  ['http://192.168.1.10:3000/', 'scheme_not_allowed'],
  ['https://192.168.1.10/', 'address_not_public'],
  ['http://8.8.8.8/', 'scheme_not_allowed'],
]

test('also allows the networks an operator names, and names that may stand for them', () => {
  assert.deepEqual(
    WITH_NETWORKS.map(([url]) => [url, verdict(url, CONTAINERS)]),
    WITH_NETWORKS,
  )
})

test('allows further ports on public hosts where an operator names them', () => {
  assert.equal(verdict('https://game.example:8443/', { ...START, portsAllowed: [8443] }), 'ok')
  assert.equal(verdict('https://8.8.8.8:8443/', { ...START, portsAllowed: [8443] }), 'ok')
  assert.equal(verdict('https://127.0.0.1:8443/', { ...START, portsAllowed: [8443] }), 'address_not_public')
})

test('says in a sentence what is wrong and what is allowed', () => {
  const sentence = (url: string, policy: EndpointPolicy): string => {
    const check = checkEndpointUrl(url, policy)
    return check.ok ? 'ok' : check.sentence
  }
  assert.equal(sentence('http://game.example/', START), 'The URL must begin with https://, got http://game.example.')
  assert.equal(
    sentence('https://10.0.0.1/', START),
    '10.0.0.1 is a private address; webhooks go to public addresses only.',
  )
  assert.equal(sentence('https://2130706433/', START), 'Write the host of the URL plainly: 2130706433 means 127.0.0.1.')
  assert.equal(sentence('https://game.example:8443/', START), 'The port must be 443, got 8443.')
})

test('holds what a name resolved to against scheme, port and class', () => {
  const https = { protocol: 'https:', port: 443 }
  assert.equal(checkAddress('8.8.8.8', https, START).ok, true)
  assert.equal(checkAddress('8.8.8.8', { protocol: 'https:', port: 22 }, CONTAINERS).ok, false)
  assert.equal(checkAddress('8.8.8.8', { protocol: 'http:', port: 80 }, CONTAINERS).ok, false)
  assert.equal(checkAddress('172.17.0.2', { protocol: 'http:', port: 3000 }, CONTAINERS).ok, true)
  assert.equal(checkAddress('127.0.0.1', https, START).ok, false)
  assert.equal(checkAddress('127.0.0.1', { protocol: 'http:', port: 3000 }, DEV).ok, true)
  assert.equal(checkAddress('', https, START).ok, false)
})

test('a refusal never repeats paths, queries or credentials: they may hold secrets, and refusals are logged', () => {
  const urls = [
    '//game.example/?key=hidden',
    'https://u:hidden@game.example/',
    'ftp://game.example/hidden?hidden',
    'https://game.example/hidden#hidden',
    'a hidden',
  ]
  for (const url of urls) {
    const check = checkEndpointUrl(url, START)
    assert.ok(!check.ok)
    assert.doesNotMatch(JSON.stringify(check), /hidden/)
  }
})
