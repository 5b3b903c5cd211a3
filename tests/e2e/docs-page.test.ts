import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type Visit, visitor } from '../support/browser.ts'
import { skipUnless } from '../support/require-all.ts'
import { findChromium } from '../support/runtimes.ts'
import { eventually, type ServiceProcess, simulated, startService, untilReady, upstreams } from '../support/service.ts'

const screenshots = mkdtempSync(join(tmpdir(), 'tickertap-docs-'))

skipUnless(findChromium() !== null, 'no chromium on PATH: install it or set CHROMIUM_BIN')(
  'the documentation page',
  () => {
    let simulator: Awaited<ReturnType<typeof simulated>>
    let service: ServiceProcess
    let browser: Browser
    beforeAll(async () => {
      simulator = await simulated({ tokens: 40 })
      service = await startService(upstreams(simulator.urls))
      await untilReady(service.url)
      browser = await startBrowser()
    })
    afterAll(async () => {
      await browser?.close()
      await service?.[Symbol.asyncDispose]()
      await simulator?.close()
    })

    async function visit(width: number): Promise<Visit> {
      const visited = await visitor(browser, service.url, { viewport: { width, height: 900 } })
      await visited.page.goto(`${service.url}/docs`)
      return visited
    }

    test.each([1440, 390])('shows every operation at a width of %i, asking no other host', async (width) => {
      await using visited = await visit(width)
      const { page, outside, complaints } = visited
      await page.getByRole('heading', { name: 'Tickertap' }).first().waitFor()
      const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document
      const summaries = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ summary }) => summary))
      expect(summaries.length).toBeGreaterThan(8)
      await page.screenshot({ path: join(screenshots, `docs-${width}.png`) })
      // What is out of sight is drawn once one gets there.
      await page.mouse.move(width / 2, 450)
      const seen = new Set<string>()
      const missing = async () => {
        await page.mouse.wheel(0, 700)
        for (const text of await page.locator('h3').allInnerTexts()) seen.add(text.trim())
        return summaries.filter((summary) => !seen.has(summary))
      }
      await eventually(missing, ({ length }) => length === 0)
      expect(outside).toEqual([])
      expect(complaints).toEqual([])
    })

    test('has nothing wider than the screen of a phone', async () => {
      await using visited = await visit(390)
      const { page } = visited
      await page.getByRole('heading', { name: 'Tickertap' }).first().waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    })
  },
)

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>
}
