// The game's server behind the page: hands out the files, and tokens and orders of the player who is signed in.
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { devSession } from '@ordertrail/server/dev-tools'
import { build } from 'esbuild'

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html'],
  '/shop.css': ['shop.css', 'text/css'],
  '/shop.js': ['shop.js', 'text/javascript'],
}

/** A shop that is open. */
export interface WebPage {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Opens the shop.
 *
 * @param storeUrl of an emulator
 */
export async function serveWebPage(storeUrl: string): Promise<WebPage> {
  const session = devSession(storeUrl)
  // A real game takes the player from its own sign-in.
  const userToken = (): Promise<string> => session.userToken(DEV_PROJECT.userId)
  const client = await bundleClient()
  const server = createServer(async ({ method, url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const file = FILES[pathname]
    if (file !== undefined) answer(response, file[1], await readFile(join(import.meta.dirname, file[0])))
    else if (pathname === '/client.js') answer(response, 'text/javascript', client)
    else if (pathname === '/config.json') answerJson(response, { baseUrl: storeUrl, projectId: DEV_PROJECT.projectId })
    else if (method === 'POST' && pathname === '/token') answer(response, 'text/plain', await userToken())
    else if (method === 'POST' && pathname === '/orders') {
      const { orderId, token } = await session.placeOrder(await userToken(), 'gold_100')
      answerJson(response, { orderId, payUrl: `${storeUrl}/paystation4/?token=${token}` })
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** The tracking entry as one file, as a bundler puts it into a game. */
async function bundleClient(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: "export * from '@ordertrail/client/track'", resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['ordertrail-source'],
    write: false,
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

function answerJson(response: ServerResponse, body: object): void {
  answer(response, 'application/json', JSON.stringify(body))
}

function answer(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.setHeader('content-type', type).end(body)
}
