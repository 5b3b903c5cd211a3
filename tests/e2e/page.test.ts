import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { priceText } from '../../web/format/price.ts'
import { atBest } from '../support/at-best.ts'
import { startBrowser, visitor } from '../support/browser.ts'
import { cutProxy } from '../support/cut-proxy.ts'
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
import { readBoard } from './board-reading.ts'

const screenshots = mkdtempSync(join(tmpdir(), 'tickertap-page-'))
const ROWS_MIN = 8
/** The page says nothing of a connection that comes back sooner. */
const GRACE_MS = 3_000

skipUnless(findChromium() !== null, 'no chromium on PATH: install it or set CHROMIUM_BIN')('the board page', () => {
  let simulator: Awaited<ReturnType<typeof simulated>>
  let service: ServiceProcess
  let browser: Browser
  beforeAll(async () => {
    simulator = await simulated({ tokens: 60 })
    service = await startService({ ...upstreams(simulator.urls), ...QUICK })
    await untilReady(service.url)
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.[Symbol.asyncDispose]()
    await simulator?.close()
  })

  test('shows live rows, asks no other host, and breaks no rule of its policy', async () => {
    await using visit = await visitor(browser, service.url)
    await visit.page.goto(service.url)
    await untilLive(visit.page)
    const before = await readBoard(visit.page)
    await eventually(
      () => readBoard(visit.page),
      ({ position }) => position !== before.position,
    )
    expect(await visit.page.title()).toBe('Tickertap')
    expect(visit.outside).toEqual([])
    expect(visit.complaints).toEqual([])
    expect(visit.asked.length).toBeGreaterThanOrEqual(3)
  })

  test('serves its files to be kept for ever, itself to be asked for again', async () => {
    const page = await fetch(service.url)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'")
    const names = (await page.text()).match(/\/assets\/[\w.-]+/g) ?? []
    expect(names.length).toBeGreaterThanOrEqual(3)
    for (const name of names) {
      const file = await fetch(service.url + name)
      expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    }
    expect((await fetch(`${service.url}/assets/index-00000000.js`)).status).toBe(404)
    expect((await fetch(`${service.url}/assets/..%2findex.html`)).status).toBe(404)
  })

  test('sorts, searches and changes window, unit and network without another HTTP request', async () => {
    await using proxy = await cutProxy(service.url)
    await using visit = await visitor(browser, proxy.url)
    const { page } = visit
    await page.goto(proxy.url)
    await untilLive(page)
    expect(proxy.asked).toContain('/v1/stream')
    // A browser fetches the icon of a page when it sees fit.
    const asked = () => proxy.asked.filter((path) => !path.includes('favicon'))
    const before = asked()
    await page.getByRole('button', { name: '1h', exact: true }).first().click()
    await page.getByRole('columnheader', { name: '1h', exact: true }).getByRole('button').click()
    await page.locator('.change.w1h[aria-sort=descending]').waitFor()
    const sorted = await eventually(
      () => changesOf(page),
      (values) => values.length >= ROWS_MIN && isFalling(values),
    )
    expect(sorted.length).toBeGreaterThanOrEqual(ROWS_MIN)
    await page.getByRole('button', { name: 'SOL', exact: true }).click()
    await page.locator('.body .row .price', { hasText: '◎' }).first().waitFor()
    await page.getByLabel('Network').selectOption('solana')
    await page.keyboard.press('/')
    await page.keyboard.type('no such token anywhere')
    await page.getByText('No token matches').waitFor()
    await page.getByRole('button', { name: 'Clear search' }).click()
    await untilLive(page)
    await page.waitForURL(`${proxy.url}/?sort=price_change&window=1h&unit=sol`)
    await page.goBack()
    await page.getByText('No token matches').waitFor()
    expect(asked()).toEqual(before)
  })

  test('says nothing of a connection that is away for a moment', async () => {
    await using proxy = await cutProxy(service.url)
    await using visit = await visitor(browser, proxy.url)
    const { page } = visit
    await page.addInitScript('Math.random = () => 0.5')
    await page.addInitScript(WATCH_SOCKETS)
    await page.goto(proxy.url)
    await untilLive(page)
    await page.evaluate(WATCH_TEXTS)
    // A stall of the machine makes the moment long, and then something is rightly said.
    const awayMs = await atBest(GRACE_MS, async () => {
      await notices(page, /Reconnecting|Resumed/).waitFor({ state: 'detached' })
      await page.evaluate('sockets.length = texts.length = 0')
      proxy.cut()
      await pause(1_000)
      proxy.restore()
      return eventually(
        () => page.evaluate<number>(AWAY_MS),
        (ms) => ms > 0,
      )
    })
    expect(awayMs).toBeLessThan(GRACE_MS)
    const { position } = await readBoard(page)
    await eventually(
      () => readBoard(page),
      (shown) => seqOf(shown.position) > seqOf(position),
    )
    const texts = await page.evaluate<string[]>('texts')
    expect(texts.join()).toContain('Live')
    expect(texts.filter((text) => /Reconnect|Resumed/.test(text))).toEqual([])
  })

  test('says so when the connection stays away, and then shows exactly what the service has', async () => {
    await using proxy = await cutProxy(service.url)
    await using visit = await visitor(browser, proxy.url)
    const { page } = visit
    await page.goto(proxy.url)
    await untilLive(page)
    const before = await readBoard(page)
    proxy.cut()
    await page.getByText('Reconnecting…').first().waitFor()
    expect((await readBoard(page)).rows.length).toBeGreaterThanOrEqual(before.rows.length)
    await page.screenshot({ path: join(screenshots, 'away.png') })
    proxy.restore()
    await notices(page, /Resumed without a gap after \d+ s: \d+ changes?/).waitFor()
    await page.screenshot({ path: join(screenshots, 'resumed.png') })
    await untilEqual(page, service.url)
  })

  test('names a source that fails, keeps the prices, and forgets it when it answers again', async () => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    await page.goto(service.url)
    await untilLive(page)
    const { length } = (await readBoard(page)).rows
    simulator.fault({ source: 'jupiter', mode: 'status', status: 500 })
    await page
      .getByText(/Jupiter .*: prices still from 2 sources/)
      .first()
      .waitFor()
    await page.locator('.facts').click()
    await page.locator('#sources .failing', { hasText: 'Jupiter' }).waitFor()
    await page.screenshot({ path: join(screenshots, 'source-down.png') })
    expect((await readBoard(page)).rows.length).toBeGreaterThanOrEqual(length)
    simulator.fault({ source: 'jupiter', mode: 'ok' })
    await page.locator('#sources .failing').waitFor({ state: 'detached' })
  })

  test('in two windows side by side, one cut and restored, ends the same at the same position', async () => {
    await using proxy = await cutProxy(service.url)
    await using left = await visitor(browser, service.url)
    await using right = await visitor(browser, proxy.url)
    await Promise.all([left.page.goto(service.url), right.page.goto(proxy.url)])
    await Promise.all([untilLive(left.page), untilLive(right.page)])
    proxy.cut()
    await right.page.getByText('Reconnecting…').first().waitFor()
    await Promise.all([shoot(left.page, 'left-cut'), shoot(right.page, 'right-cut')])
    proxy.restore()
    await notices(right.page, 'Resumed without a gap').waitFor()
    const both = async () => Promise.all([readBoard(left.page), readBoard(right.page)])
    const [one, other] = await eventually(both, ([a, b]) => a.position === b.position && sameOrder(a.rows, b.rows))
    expect(other).toEqual(one)
    await Promise.all([shoot(left.page, 'left'), shoot(right.page, 'right')])
  })

  const shoot = (page: Page, name: string) => page.screenshot({ path: join(screenshots, `${name}.png`) })

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('can be used by everybody at %i pixels, %s', async (width, colorScheme) => {
    const options = { viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme, bypassCSP: true }
    await using visit = await visitor(browser, service.url, options)
    const { page } = visit
    await page.goto(service.url)
    await untilLive(page)
    await shoot(page, `board-${width}-${colorScheme}`)
    expect(await violations(page)).toEqual([])
    await page.locator('.body .row').nth(2).click()
    await page.getByText(/price that \w+ reported/).waitFor()
    await shoot(page, `details-${width}-${colorScheme}`)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByLabel('Settings', { exact: true }).first().click()
    expect(await violations(page)).toEqual([])
    await page.goto(`${service.url}/?q=nothing+is+called+this`)
    await page.getByText('No token matches').waitFor()
    expect(await violations(page)).toEqual([])
  })

  test.each([320, 390, 640, 700, 800, 900, 1000, 1150, 1280])(
    'has nothing wider than a screen of %i pixels',
    async (width) => {
      await using visit = await visitor(browser, service.url, { viewport: { width, height: 800 } })
      for (const view of [
        '',
        '?sort=market_cap&window=5m',
        '?sort=age&window=1h&unit=sol',
        '?sort=liquidity&window=7d',
      ]) {
        await visit.page.goto(`${service.url}/${view}`)
        await untilLive(visit.page)
        const wide = await visit.page.evaluate(`document.documentElement.scrollWidth > ${width}
        || document.querySelector('.scroller').scrollWidth > document.querySelector('.scroller').clientWidth`)
        expect(wide, view).toBe(false)
      }
      const small = await visit.page.evaluate(`[...document.querySelectorAll('button, input, select, a')]
      .filter((it) => it.checkVisibility() && it.closest('.body') === null)
      .map((it) => [it.textContent, it.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 24 || height < 24).map(([text]) => text)`)
      expect(small).toEqual([])
    },
  )
})

/** Everything that the header and the line of notices ever say. */
const WATCH_TEXTS = `window.texts = []
for (const place of document.querySelectorAll('.top, .notices')) {
  const look = () => texts.push(place.innerText)
  new MutationObserver(look).observe(place, { childList: true, characterData: true, subtree: true })
}`

/** When each connection was opened and closed. */
const WATCH_SOCKETS = `window.sockets = []
window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how)
    for (const type of ['open', 'close']) this.addEventListener(type, () => sockets.push([type, performance.now()]))
  }
}`
const AWAY_MS = `(() => {
  const at = (type) => sockets.find(([told]) => told === type)?.[1] ?? NaN
  return at('open') - at('close') || 0
})()`

/** Where a notice is shown; the same words are told to screen readers elsewhere. */
function notices(page: Page, text: string | RegExp) {
  return page.locator('.notices').getByText(text)
}

async function untilLive(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).first().waitFor()
  await eventually(
    () => readBoard(page),
    ({ rows }) => rows.length >= ROWS_MIN,
  )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function seqOf(position: string): number {
  return Number(position.slice(position.lastIndexOf('-') + 1))
}

/** Percent in the column of the last hour, from the top. */
function changesOf(page: Page): Promise<number[]> {
  return page.evaluate(`[...document.querySelectorAll('.body .w1h')]
    .map((cell) => Number(cell.textContent.replace('−', '-').replace(/[%+,]/g, '')))`)
}

function isFalling(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value <= (values[index - 1] ?? value))
}

function sameOrder(one: readonly { readonly id: string }[], other: readonly { readonly id: string }[]): boolean {
  return one.length === other.length && one.every(({ id }, index) => id === other[index]?.id)
}

/** Waits for a moment in which page and service stand at one position; then every price must be the same. */
async function untilEqual(page: Page, url: string): Promise<void> {
  const both = async () => {
    const [shown, answer] = await Promise.all([readBoard(page), fetch(`${url}/v1/tokens?limit=250`)])
    return { shown, list: (await answer.json()) as List }
  }
  const isSettled = ({ shown, list: { snapshot, data } }: Awaited<ReturnType<typeof both>>) =>
    shown.position === `${snapshot.epoch}-${snapshot.seq}` && sameOrder(shown.rows, data.slice(0, shown.rows.length))
  const { shown, list } = await eventually(both, isSettled)
  const prices = list.data.slice(0, shown.rows.length).map(({ id, price_usd }) => {
    const { plain, head, zeros } = priceText(price_usd)
    return { id, price: price_usd === null ? head : `$${zeros === '' ? head : plain}` }
  })
  expect(shown.rows).toEqual(prices)
}

interface List {
  readonly snapshot: { readonly epoch: string; readonly seq: number }
  readonly data: readonly { readonly id: string; readonly price_usd: number | null }[]
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate('axe.run()')
  return (found as axe.AxeResults).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
