// A game's web server: its page, and the token of the player who looks at it. Run it beside `ordertrail dev`:
//   npm run node -- examples/react-page/server.ts
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { build } from 'esbuild'

/** Where the store is, and which project of it. */
export interface ReactPageOptions {
  readonly storeUrl: string
  /** 0 takes a free one. */
  readonly port: number
}

/** The server while it runs. */
export interface ReactPage {
  readonly url: string
  stop(): Promise<void>
}

const { projectId, apiKey, userId } = DEV_PROJECT

/** Bundles the page and serves it. */
export async function startReactPage({ storeUrl, port }: ReactPageOptions): Promise<ReactPage> {
  const files = await bundledFiles(storeUrl)
  const server = createServer(async (request, response) => {
    if (request.method === 'POST' && request.url === '/token')
      return answer(response, 'text/plain', await userToken(storeUrl))
    const file = files.get(request.url ?? '')
    if (file === undefined) response.writeHead(404).end()
    else answer(response, file.type, file.text)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A real server asks who is signed in; here everybody is the demo player. */
async function userToken(storeUrl: string): Promise<string> {
  const response = await fetch(`${storeUrl}/v1/projects/${projectId}/user-tokens`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${projectId}:${apiKey}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ user_id: userId, country: 'US' }),
  })
  return ((await response.json()) as { readonly token: string }).token
}

interface ServedFile {
  readonly type: string
  readonly text: string
}

async function bundledFiles(storeUrl: string): Promise<ReadonlyMap<string, ServedFile>> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.tsx'), join(import.meta.dirname, 'style.css')],
    bundle: true,
    minify: true,
    write: false,
    outdir: '/',
    format: 'esm',
    jsx: 'automatic',
    conditions: ['ordertrail-source'],
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', text: pageHtml(storeUrl) }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', text: textOf('.js') }],
    ['/style.css', { type: 'text/css; charset=utf-8', text: textOf('.css') }],
  ])
}

function pageHtml(storeUrl: string): string {
  const settings = JSON.stringify({ storeUrl, projectId }).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The armoury</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<div id="root"></div>
<script type="application/json" id="settings">${settings}</script>
<script type="module" src="/page.js"></script>
`
}

function answer(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text)
}

if (import.meta.main) {
  const storeUrl = process.env.ORDERTRAIL_EXAMPLE_STORE ?? 'http://127.0.0.1:4400'
  const { url } = await startReactPage({ storeUrl, port: 3001 })
  console.log(`${url} sells what is at ${storeUrl}`)
}
