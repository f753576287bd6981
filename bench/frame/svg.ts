// Pieces of an SVG as text, and how wide words are in it.

/** Attributes by name; numbers are written with one digit behind the point. */
type Attributes = Readonly<Record<string, string | number>>

/** Mean width of a character of 12 px; measured over the names of all questions in three sans-serif faces, and a little more. */
const CHARACTER_PX = 6.5

/** One element without content. */
export function shape(name: 'rect' | 'line' | 'path', attributes: Attributes): string {
  return `<${name} ${written(attributes)}/>`
}

/** Words with their baseline at x and y. */
export function words(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return `<text ${written({ x, y, ...attributes })}>${escaped(content)}</text>`
}

/** Pixels that `content` takes, about. */
export function widthOf(content: string): number {
  return content.length * CHARACTER_PX
}

/** `content` in lines of at most `charactersMax`, broken at blanks; a word that is longer stays whole. */
export function linesOf(content: string, charactersMax: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of content.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > charactersMax && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function written(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${typeof value === 'number' ? Number(value.toFixed(1)) : escaped(value)}"`)
    .join(' ')
}

/** `content` as text or as the value of an attribute. */
export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
