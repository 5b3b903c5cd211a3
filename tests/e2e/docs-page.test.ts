import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { skipUnless } from '../support/require-all.ts'
import { findChromium } from '../support/runtimes.ts'
import { eventually, type ServiceProcess, simulated, startService, untilReady, upstreams } from '../support/service.ts'

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const executablePath = findChromium()
const screenshots = mkdtempSync(join(tmpdir(), 'tickertap-docs-'))

/** The page, and what it should not have done. */
interface Visit {
  readonly page: Page
  readonly outside: readonly string[]
  readonly complaints: readonly string[]
}

skipUnless(executablePath !== null, 'no chromium on PATH: install it or set CHROMIUM_BIN')(
  'the documentation page',
  () => {
    let simulator: Awaited<ReturnType<typeof simulated>>
    let service: ServiceProcess
    let browser: Browser
    beforeAll(async () => {
      simulator = await simulated({ tokens: 40 })
      service = await startService(upstreams(simulator.urls))
      await untilReady(service.url)
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: SWITCHES })
    })
    afterAll(async () => {
      await browser?.close()
      await service?.[Symbol.asyncDispose]()
      await simulator.close()
    })

    /** Opens /docs where the service is the only host there is. */
    async function visit(width: number): Promise<Visit> {
      const context = await browser.newContext({ viewport: { width, height: 900 } })
      const outside: string[] = []
      const complaints: string[] = []
      await context.route('**/*', async (route) => {
        const url = route.request().url()
        if (url.startsWith(`${service.url}/`) || /^(data|blob):/.test(url)) return route.continue()
        outside.push(url)
        return route.abort()
      })
      const page = await context.newPage()
      // Violations of the content security policy are console errors too.
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(`${service.url}/docs`, { waitUntil: 'load' })
      return { page, outside, complaints }
    }

    test.each([1440, 390])('shows every operation at a width of %i, asking no other host', async (width) => {
      const { page, outside, complaints } = await visit(width)
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
      await page.context().close()
    })

    test('has nothing wider than the screen of a phone', async () => {
      const { page } = await visit(390)
      await page.getByRole('heading', { name: 'Tickertap' }).first().waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await page.context().close()
    })
  },
)

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>
}
