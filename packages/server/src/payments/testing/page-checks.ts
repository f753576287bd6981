// What tests ask inside a page. The questions are texts, because only a browser knows the words of a page.
import type { Page } from 'playwright-core'

/** What has the focus, as a screen reader says it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.activeElement
    return element.tagName.toLowerCase() + ' ' + (element.labels?.[0] ?? element).textContent.trim()
  })()`)
}

/** How wide the page is; more than the window means scrolling sideways. */
export function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth')
}

/** Contrast of each text with what is behind it, as WCAG counts it; the lowest one. 4.5 is what readers with weak eyes need. */
export function lowestContrast(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number)
    const light = (color) => {
      const [r, g, b] = color.slice(0, 3).map((value) => {
        const part = value / 255
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor)
        if (color[3] !== 0) return color
      }
      return [255, 255, 255]
    }
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    const contrasts = [...document.querySelectorAll('body *')].filter(hasText).map((element) => {
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))]
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    })
    return Math.min(...contrasts)
  })()`)
}

/** Puts a script into the page, as a fault of ours could. */
export async function smuggle(page: Page, script: string): Promise<void> {
  await page.evaluate(`(() => {
    const element = document.createElement('script')
    element.textContent = ${JSON.stringify(script)}
    document.body.append(element)
  })()`)
}
