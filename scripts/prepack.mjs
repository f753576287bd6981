// Before a package is packed, in its folder: no stale dist (tsc -b never removes a file), and the licence beside it.
import { copyFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

rmSync('dist', { recursive: true, force: true })
copyFileSync(fileURLToPath(new URL('../LICENSE', import.meta.url)), 'LICENSE')
