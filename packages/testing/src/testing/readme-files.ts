// The files of the README's examples: each block names its own.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Which runner runs which of them. */
export const README_RUNNERS: Readonly<Record<'node' | 'vitest' | 'jest', readonly string[]>> = {
  node: ['node/game.test.js', 'samples/handler.test.js', 'msw/shop.test.js'],
  vitest: ['vitest/game.test.js'],
  jest: ['jest/game.test.js'],
}

const BLOCK = /^```js\n\/\/ (\S+)\n([\s\S]*?)^```/gm

/** Writes every example of `readme` below `folder`, which becomes a package of modules. Gives the paths, without that of the package. */
export async function writeReadmeFiles(readme: string, folder: string): Promise<readonly string[]> {
  const blocks = Array.from(readme.matchAll(BLOCK), ([, path = '', code = '']) => ({ path, code }))
  for (const { path, code } of blocks) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), code)
  }
  return blocks.map(({ path }) => path)
}
