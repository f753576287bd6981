// The page of the browser's tests: what the test calls from outside.
import { createElement } from 'react'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { App, type AppProps, given } from './components.ts'
import { doneOf, type FakeClient, fakeClient } from './fake-client.ts'

/** The page, as `page.evaluate` sees it. */
export interface PageHandle {
  readonly clients: readonly FakeClient[]
  readonly given: readonly unknown[]
  /** Renders into the page; `client` counts the clients, so that another number is another player. */
  render(props: Omit<AppProps, 'client'>, client?: number): void
  /** Takes over what a server rendered. */
  hydrate(props: Omit<AppProps, 'client'>): void
  unmount(): void
  done(orderId: number): void
  fail(orderId: number): void
  /** What is on the page: the text of every status and of the shop. */
  texts(): readonly string[]
  /** Resolves when everything that was put off for a moment has happened. */
  rest(): Promise<void>
}

const clients = [fakeClient(), fakeClient()]
let root: Root | null = null
const container = (): HTMLElement => document.getElementById('root') as HTMLElement
const app = (props: Omit<AppProps, 'client'>, client: number) =>
  createElement(App, { ...props, client: clients[client] as FakeClient })

const handle: PageHandle = {
  clients,
  given,
  render(props, client = 0) {
    root ??= createRoot(container())
    root.render(app(props, client))
  },
  hydrate(props) {
    root = hydrateRoot(container(), app(props, 0))
  },
  unmount() {
    root?.unmount()
    root = null
  },
  done(orderId) {
    for (const client of clients) client.end(orderId, doneOf(orderId))
  },
  fail(orderId) {
    const failed = {
      kind: 'failed',
      orderId,
      status: null,
      code: 'unreachable',
      advice: 'Try again',
      cause: null,
    } as const
    for (const client of clients) client.end(orderId, failed)
  },
  texts: () => Array.from(document.querySelectorAll('p'), ({ textContent }) => textContent ?? ''),
  rest: () => new Promise((resolve) => setTimeout(() => setTimeout(resolve, 0), 0)),
}
Object.assign(globalThis, { handle })
