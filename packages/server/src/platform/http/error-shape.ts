// Which shape an error has at a path where no route says it.
import type { Route } from './endpoint.ts'

/** Shape of error bodies. */
export type ErrorShape = Route['errors']

/** Gives the shape of errors at a URL. */
export type ShapeOfUrl = (url: string) => ErrorShape

/** The first segment of a path decides: where routes under /api and /events speak like the store, everything below does. */
export function shapeByPath(routes: readonly Route[]): ShapeOfUrl {
  const store = new Set(routes.filter((route) => route.errors === 'store').map((route) => firstSegment(route.path)))
  return (url) => (store.has(firstSegment(url)) ? 'store' : 'problem')
}

function firstSegment(path: string): string {
  return /^\/[^/?]*/.exec(path)?.[0] ?? ''
}
