import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { priceText } from '../../web/format/price.ts'
import { startBrowser, visitor } from '../support/browser.ts'
import { skipUnless } from '../support/require-all.ts'
import { findChromium } from '../support/runtimes.ts'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { pageOf, type Page as TokenPage } from '../support/wire.ts'

const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }
interface Explained {
  readonly published: { price_usd: number | null }
}
const SOURCES = ['dexscreener', 'jupiter', 'geckoterminal'] as const

skipUnless(findChromium() !== null, 'no chromium on PATH: install it or set CHROMIUM_BIN')(
  'a token on the page',
  () => {
    let simulator: Awaited<ReturnType<typeof simulated>>
    let service: ServiceProcess
    let browser: Browser
    let first: TokenPage['data'][number]
    beforeAll(async () => {
      // The market stands still, so that what is read twice is the same.
      simulator = await simulated({ tokens: 40, tickMs: null })
      service = await startService({ ...upstreams(simulator.urls), ...QUICK })
      await untilReady(service.url)
      const { data } = await eventually(
        () => pageOf(service.url),
        ({ data: rows, snapshot }) => (rows[0]?.sources.length ?? 0) > 1 && snapshot.sources.every(({ ok }) => ok),
      )
      first = data[0] as typeof first
      browser = await startBrowser()
    })
    afterAll(async () => {
      await browser?.close()
      await service?.[Symbol.asyncDispose]()
      await simulator?.close()
    })

    const rowOf = (page: Page) => page.locator(`[data-id="${first.id}"]`)
    const openFirst = async (page: Page) => {
      await page.goto(`${service.url}/?token=${encodeURIComponent(first.id)}`)
      await page.getByText(/price that \w+ reported/i).waitFor()
    }

    test('tells who said what, drawn and as a table, and where it is traded', async () => {
      await using visit = await visitor(browser, service.url)
      const { page } = visit
      await openFirst(page)
      await page.getByText('As a table').last().click()
      const statements = page.locator('.details details[open] tbody tr')
      expect(await page.locator('.strips li').count()).toBe(await statements.count())
      const weights = await statements.locator('td:nth-child(4)').allTextContents()
      const sum = weights.reduce((total, text) => total + Number(text.replace(/[<%\s]/g, '')), 0)
      // Each is rounded by itself.
      expect(Math.abs(sum - 100)).toBeLessThanOrEqual(weights.length)
      expect(await page.locator('.details .now').textContent()).toContain(priceText(first.price_usd).head)
      await page.getByRole('heading', { name: 'Pools' }).waitFor()
      await page.locator('.details table').last().locator('tbody tr').first().waitFor()
    })

    test('says how old the explanation is, and which price it explains where that is not the one shown', async () => {
      await using visit = await visitor(browser, service.url)
      const { page } = visit
      let factor = 1
      await page.route(/\/explain$/, async (route) => {
        const body = (await (await fetch(route.request().url())).json()) as Explained
        const { published } = body
        published.price_usd = published.price_usd === null ? null : published.price_usd * factor
        await route.fulfill({ json: body })
      })
      await openFirst(page)
      await page.getByText(/^Decided \d+ s ago\.$/).waitFor()
      factor = 2
      await openFirst(page)
      const words = await page.getByText(/^Decided \d+ s ago, for/).textContent()
      expect(words).toContain(priceText((first.price_usd ?? 0) * 2).head)
    })

    test('has a chart of the length and the zone that were chosen, and says so when no history is kept', async () => {
      await using visit = await visitor(browser, service.url, { timezoneId: 'Europe/Berlin' })
      const { page } = visit
      await openFirst(page)
      const refused = (await (await fetch(`${service.url}${pathOf(first)}/candles`)).json()) as { detail: string }
      await page.locator('.chart-note', { hasText: refused.detail }).waitFor()
      const asked: string[] = []
      await page.route(/\/candles\?/, (route) => {
        asked.push(new URL(route.request().url()).search)
        return route.fulfill({ json: { data: candles(), next_cursor: null } })
      })
      await page.getByRole('button', { name: '15m' }).click()
      await page.getByLabel('Time zone').selectOption('Europe/Berlin')
      const chart = page.getByRole('img', { name: /^30 candles of 15m, .*Europe\/Berlin; lowest \$0\.0000039/ })
      await chart.waitFor()
      expect(await page.locator('.chart .growing').getAttribute('d')).toMatch(/Z$/)
      expect(await page.locator('.chart text').first().textContent()).toBe('0.0₅495')
      expect(asked.at(-1)).toMatch(/^\?interval=15m&from=[^&]+&limit=\d+&tz=Europe%2FBerlin&fill=null$/)
    })

    test.each(['lends its clipboard', 'keeps its clipboard to itself'])(
      'lets its address be copied where the browser %s',
      async (how) => {
        await using visit = await visitor(browser, service.url)
        const { page } = visit
        if (how.startsWith('lends')) {
          await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.url })
        } else await page.addInitScript(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
        await openFirst(page)
        const button = page.locator('.details').getByRole('button', { name: 'Copy the address' })
        await button.click()
        await button.getByText('copied', { exact: true }).waitFor()
        await page.locator('#search').focus()
        await page.keyboard.press('ControlOrMeta+V')
        expect(await page.locator('#search').inputValue()).toBe(first.address)
      },
    )

    test('is shown in full where the pointer rests, where the keyboard is, and where a finger stays', async () => {
      await using visit = await visitor(browser, service.url, { bypassCSP: true })
      const { page } = visit
      await page.goto(service.url)
      await rowOf(page).hover()
      await page.locator('.card:popover-open').getByText(first.address).waitFor()
      expect(await page.locator('.card').textContent()).toMatch(/\d\d:\d\d:\d\d UTC, \d+ \w ago/)
      await page.evaluate(axe.source)
      const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
      expect(violations.map(({ id }) => id)).toEqual([])
      await page.keyboard.press('Escape')
      await page.locator('.card:popover-open').waitFor({ state: 'detached' })
      await page.mouse.move(700, 20)
      await page.keyboard.press('j')
      await page.locator('.card:popover-open').getByText(first.address).waitFor()

      await using phone = await visitor(browser, service.url, PHONE)
      await phone.page.goto(service.url)
      await rowOf(phone.page).waitFor()
      const touch = await phone.page.context().newCDPSession(phone.page)
      const { x = 0, y = 0 } = (await rowOf(phone.page).boundingBox()) ?? {}
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + 40, y: y + 20 }] })
      await phone.page.locator('.card:popover-open').getByText(first.address).waitFor()
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
      expect(await phone.page.locator('.details').count()).toBe(0)
    })

    test('of which two sources say two things shows both', async () => {
      await using other = await simulated({ tokens: 40, tickMs: null })
      other.fault({ source: 'jupiter', mode: 'outlier' })
      const env = { ...upstreams(other.urls), ...QUICK, SOURCES: 'dexscreener,jupiter' }
      await using torn = await startService(env)
      await untilReady(torn.url)
      const { data } = await eventually(
        () => pageOf(torn.url),
        (list) => list.data.some(({ status }) => status === 'disputed'),
      )
      const id = data.find(({ status }) => status === 'disputed')?.id ?? ''
      await using visit = await visitor(browser, torn.url)
      await visit.page.goto(`${torn.url}/?token=${encodeURIComponent(id)}`)
      await visit.page.locator('.disputed .now').nth(1).waitFor()
      expect(await visit.page.locator('.disputed small').allTextContents()).toEqual(['DexScreener', 'Jupiter'])
      await visit.page.getByText(/statements? (is|are) rejected/).waitFor()
    })

    test('stays readable when no source answers: it says that it is the sources, and nothing is wider than a phone', async () => {
      await using visit = await visitor(browser, service.url, PHONE)
      const { page } = visit
      await page.goto(service.url)
      await rowOf(page).waitFor()
      for (const source of SOURCES) simulator.fault({ source, mode: 'status', status: 503 })
      await page.locator('.notices', { hasText: 'The connection is live, but no source answers' }).waitFor()
      expect(await page.locator('.lamp').first().textContent()).toBe('Live')
      await page.locator('.source.narrow', { hasText: '! 3' }).waitFor()
      expect(await page.evaluate(WIDER_THAN_SCREEN)).toEqual([])
      expect(await rowOf(page).count()).toBe(1)
      simulator.fault({ source: 'all', mode: 'ok' })
    })
  },
)

const pathOf = ({ network, address }: TokenPage['data'][number]) => `/v1/tokens/${network}/${address}`

/** What sticks out of the screen on its right. */
const WIDER_THAN_SCREEN = `[...document.querySelectorAll('body *')]
  .filter((it) => it.checkVisibility() && it.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map((it) => it.className || it.tagName)`

/** Thirty of a tiny price, the last one growing. */
function candles() {
  return Array.from({ length: 30 }, (_, index) => {
    const open = 0.0000044 + (index % 3) * 1e-8
    const close = open + (index % 2 === 0 ? 2e-8 : -2e-8)
    const bar = { open, close, high: 0.00000495, low: 0.0000039, volume: 1000 + index, market_cap: null }
    const open_time = new Date(Date.UTC(2026, 10, 20, 0, index * 15)).toISOString()
    return { ...bar, open_time, closed: index < 29, coverage: 1, revision: 1 }
  })
}
