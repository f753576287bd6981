// Import rings: files that reach themselves by following imports.
import type { Mention } from './import-graph.ts'

/**
 * The rings of a graph, by depth-first search.
 *
 * @param mentions only those that count as an import
 * @returns each ring once as the files along it, the first repeated at the end; empty when there is none
 */
export function findRings(mentions: readonly Pick<Mention, 'from' | 'to'>[]): string[][] {
  const targets = new Map<string, Set<string>>()
  for (const { from, to } of mentions) targets.set(from, (targets.get(from) ?? new Set()).add(to))
  const rings: string[][] = []
  const finished = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const start = path.indexOf(file)
    if (start >= 0) rings.push([...path.slice(start), file])
    if (start >= 0 || finished.has(file)) return
    path.push(file)
    for (const target of targets.get(file) ?? []) visit(target)
    path.pop()
    finished.add(file)
  }
  for (const file of targets.keys()) visit(file)
  return rings
}
