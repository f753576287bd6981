// The code of the README of @ordertrail/react, as files of somebody who has installed our packages.
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '../..')
const BLOCK = /^```tsx\n\/\/ (\S+)\n([\s\S]*?)^```/gm
const PAGE = `
import { createRoot } from 'react-dom/client'
import { App } from './shop.tsx'
createRoot(document.getElementById('root')).render(<App />)
`

/**
 * Writes the blocks into `folder`, with `storeUrl` in place of the one printed.
 *
 * @returns the names of their files; null for blocks that name none
 */
export async function writeBlocks(folder: string, storeUrl: string): Promise<readonly (string | null)[]> {
  const readme = await readFile(join(ROOT, 'packages/react/README.md'), 'utf8')
  const blocks = Array.from(readme.matchAll(BLOCK), ([, name = '', code = '']) => ({ name, code }))
  for (const { name, code } of blocks)
    await writeFile(join(folder, name), code.replace('http://127.0.0.1:4400', storeUrl))
  await writeFile(join(folder, 'page.tsx'), PAGE)
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const unnamed = (readme.match(/^```tsx$/gm)?.length ?? 0) - blocks.length
  return [...blocks.map(({ name }) => name), ...Array<null>(unnamed).fill(null)]
}

/** One file as a module for a browser or for a server. @returns its path */
export async function bundle(folder: string, name: string, platform: 'browser' | 'node'): Promise<string> {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(folder, name)],
    outfile,
    bundle: true,
    platform,
    format: 'esm',
    jsx: 'automatic',
    conditions: ['ordertrail-source'],
    // React itself is CommonJS and stays outside of a server's bundle, as frameworks do it.
    ...(platform === 'node'
      ? { external: ['react', 'react-dom'] }
      : { define: { 'process.env.NODE_ENV': '"production"' } }),
  })
  return outfile
}
