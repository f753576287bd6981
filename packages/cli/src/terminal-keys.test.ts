import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { type KeyBinding, type KeyListener, keysLine, readKeys } from './terminal-keys.ts'

interface Keyboard {
  readonly input: PassThrough & { setRawMode(isRaw: boolean): void }
  readonly rawModes: readonly boolean[]
}

function givenKeyboard(): Keyboard {
  const rawModes: boolean[] = []
  const input = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => void rawModes.push(isRaw) })
  return { input, rawModes }
}

function givenListener(): KeyListener & { readonly said: readonly string[] } {
  const said: string[] = []
  return { said, onDone: (sentence) => said.push(sentence), onError: (sentence) => said.push(`error: ${sentence}`) }
}

const key = (name: string, press: KeyBinding['press']): KeyBinding => ({ key: name, label: `does ${name}`, press })

test('the line of keys names the one that quits', () => {
  assert.equal(keysLine([key('p', async () => undefined)]), '[p] does p  [q] quit')
})

for (const quit of ['q', '\u0003', '\u0004']) {
  test(`${JSON.stringify(quit)} ends the reading and gives the terminal back`, async () => {
    const { input, rawModes } = givenKeyboard()
    const reading = readKeys([], givenListener(), input)
    input.write(quit)
    await reading
    assert.deepEqual([rawModes, input.isPaused(), input.listenerCount('data')], [[true, false], true, 0])
  })
}

test('an aborted signal ends the reading', async () => {
  const { input, rawModes } = givenKeyboard()
  const ending = new AbortController()
  const reading = readKeys([], { ...givenListener(), signal: ending.signal }, input)
  ending.abort()
  await reading
  assert.deepEqual(rawModes, [true, false])
})

test('tells what a key did, and why another one failed', async () => {
  const { input } = givenKeyboard()
  const listener = givenListener()
  const pressed = Promise.withResolvers<void>()
  const keys = [
    key('a', async () => 'done'),
    key('b', async () => {
      queueMicrotask(pressed.resolve)
      throw new Error('no')
    }),
  ]
  const reading = readKeys(keys, listener, input)
  input.write('a')
  await nextTurn()
  input.write('b')
  await pressed.promise
  input.write('q')
  await reading
  assert.deepEqual(listener.said, ['done', 'error: no'])
})

test('drops keys that are pressed while another one is at work', async () => {
  const { input } = givenKeyboard()
  const slow = Promise.withResolvers<undefined>()
  let count = 0
  const keys = [
    key('a', () => {
      count += 1
      return slow.promise
    }),
  ]
  const reading = readKeys(keys, givenListener(), input)
  input.write('aaa')
  input.write('q')
  await reading
  slow.resolve(undefined)
  assert.equal(count, 1)
})

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
