// What the documents claim about this repository: paths, commands and error codes, read out of their text.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './import-graph.ts'

const FILE_NAME = /(?<![\w/.*<>{}-])((?:[\w.@-]+\/)*[\w.@-]+\.(?:tsx?|mjs|md|json|ya?ml|sql))(?![\w/*-])/g
const FOLDER_FROM_ROOT =
  /(?<![\w/.@-])((?:packages|scripts|examples|docs|deploy|bench|chaos|\.ci)(?:\/[\w.@-]*\w)+)(?![\w*<{-])/g
const FOLDER_IN_CODE = /`((?:[\w.@-]+\/)+)`/g

/**
 * The text of a document.
 *
 * @param path from the root of the repository
 * @throws {Error} when it is not there
 */
export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** @returns each path that a text names, once, without the slash at the end of a folder; patterns with * are left out */
export function pathsNamedIn(text: string): string[] {
  const matches = [FILE_NAME, FOLDER_FROM_ROOT, FOLDER_IN_CODE].flatMap((pattern) => [...text.matchAll(pattern)])
  return [...new Set(matches.map(([, path = '']) => path.replace(/\/$/, '')))].sort()
}

/**
 * Command lines of a Markdown text: the lines of its sh, bash, shell and console blocks, and code spans that begin
 * with npm, npx, node or ordertrail.
 *
 * @returns the lines without `$` in front and without a comment behind
 */
export function commandsNamedIn(text: string): string[] {
  const blocks = Array.from(text.matchAll(/^```(?:sh|bash|shell|console)\n([\s\S]*?)^```/gm), ([, block = '']) =>
    block.split('\n'),
  )
  const spans = Array.from(text.matchAll(/`((?:npm|npx|node|ordertrail) [^`\n]+)`/g), ([, span = '']) => span)
  const lines = [...blocks.flat(), ...spans].map((line) =>
    line
      .replace(/^\$ /, '')
      .replace(/\s+#.*$/, '')
      .trim(),
  )
  return lines.filter((line) => line !== '' && !line.startsWith('#'))
}

/** @returns the error codes that a list in Markdown explains: code spans that begin a heading, row or list item */
export function codesListedIn(text: string): string[] {
  return Array.from(text.matchAll(/^(?:#+|\||[-*]) *`([^`\n]+)`/gm), ([, code = '']) => code)
}

/** @returns the targets of relative links and images, without anchor and title; links in code do not count */
export function linksIn(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '')
  const targets = Array.from(prose.matchAll(/\]\(([^()\s#]*)[^()]*\)/g), ([, target = '']) => target)
  return targets.filter((target) => target !== '' && !/^[a-z]+:/i.test(target))
}
