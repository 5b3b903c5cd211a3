import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StreamToken } from '../../clients/stream.ts'
import { startBrowser, visitor } from '../support/browser.ts'
import { skipUnless } from '../support/require-all.ts'
import { findChromium } from '../support/runtimes.ts'
import { eventually, type ServiceProcess, simulated, startService, upstreams } from '../support/service.ts'
import { type ToyConnection, toyStream, toyToken } from '../support/toy-stream.ts'
import { readBoard } from './board-reading.ts'

const COUNT = 60
const SILENCE_MS = 36_000
const FRAME_MS = 20
/** No machine stalls so long, and no page calls its connection dead after so short a time. */
const STALL_MS = 10_000

/** A market of invented tokens, largest volume first. */
function market(change: (index: number) => Partial<StreamToken> & { readonly volume?: number } = () => ({})) {
  const observed_at = new Date().toISOString()
  return Array.from({ length: COUNT }, (_, index) =>
    toyToken(`T${index}`, { volume: 1_000_000 - index * 1_000, observed_at, ...change(index) }),
  )
}

skipUnless(findChromium() !== null, 'no chromium on PATH: install it or set CHROMIUM_BIN')(
  'the board page, before a stream that does as it is told',
  () => {
    let simulator: Awaited<ReturnType<typeof simulated>>
    let service: ServiceProcess
    let browser: Browser
    beforeAll(async () => {
      simulator = await simulated({ tokens: 40 })
      service = await startService(upstreams(simulator.urls))
      browser = await startBrowser()
    })
    afterAll(async () => {
      await browser?.close()
      await service?.[Symbol.asyncDispose]()
      await simulator?.close()
    })

    /** A visitor whose stream comes from a toy service in this process. */
    async function visit(options: Parameters<typeof visitor>[2] = {}) {
      const toy = toyStream(10)
      const visited = await visitor(browser, service.url, options)
      const connections: { socket: WebSocketRoute; connection: ToyConnection }[] = []
      await visited.page.routeWebSocket(/\/v1\/stream/, (socket) => {
        const connection = toy.connect((text) => socket.send(text))
        connections.push({ socket, connection })
        socket.onMessage((text) => connection.receive(String(text)))
      })
      toy.tick(market())
      const pump = () => connections.at(-1)?.connection.pump()
      const show = (rows: readonly StreamToken[]) => {
        toy.tick(rows)
        pump()
      }
      const open = async () => {
        await visited.page.goto(service.url)
        await shows(visited.page, ({ rows }) => rows[0]?.id === 'solana:T0')
      }
      /** As `open`; then the time of the page stands still but for what `passes` and `untilThere` let pass. */
      const openStill = async () => {
        await visited.page.clock.install()
        await open()
        await visited.page.clock.pauseAt(Date.now() + STALL_MS)
      }
      const passes = (ms: number) => visited.page.clock.runFor(ms)
      const untilThere = async (selector: string) => {
        const look = async () => {
          await passes(FRAME_MS)
          return visited.page.locator(selector).count()
        }
        return eventually(look, (count) => count > 0)
      }
      const cut = () => connections.at(-1)?.socket.close({ code: 4408 })
      return { ...visited, toy, open, openStill, passes, untilThere, show, cut, pump }
    }

    test('flashes a cell whose value changes, and only for a moment', async () => {
      await using visited = await visit()
      const { page, openStill, passes, untilThere, show } = visited
      await openStill()
      const flashing = page.locator('.flash-up, .flash-down')
      expect(await flashing.count()).toBe(0)
      show(market((index) => (index === 2 ? { price_usd: 2 } : {})))
      await untilThere('[data-id="solana:T2"] .price.flash-up')
      expect(await flashing.count()).toBe(1)
      await passes(500)
      expect(await flashing.count()).toBe(1)
      await passes(500)
      expect(await flashing.count()).toBe(0)
      show(market((index) => (index === 2 ? { price_usd: 0.0000044 } : {})))
      await untilThere('[data-id="solana:T2"] .price.flash-down')
      expect(await page.locator('[data-id="solana:T2"] .price sub').textContent()).toBe('5')
    })

    test('does not flash when everything changes at once, nor for those who want it still', async () => {
      await using visited = await visit()
      await visited.openStill()
      visited.show(market(() => ({ price_usd: 3 })))
      await visited.untilThere('.price.tint-up')
      expect(await visited.page.locator('.flash-up').count()).toBe(0)
      await using still = await visit({ reducedMotion: 'reduce' })
      await still.open()
      still.show(market((index) => (index === 1 ? { price_usd: 2 } : {})))
      await still.page.locator('[data-id="solana:T1"] .price', { hasText: '$2.00' }).waitFor()
      expect(await still.page.locator('.flash-up, .tint-up').count()).toBe(0)
    })

    test('holds the order, never the values, while the pointer is over the rows', async () => {
      await using visited = await visit()
      const { page, openStill, passes, untilThere, show } = visited
      await openStill()
      await page.locator('[data-id="solana:T4"]').hover()
      show(market((index) => (index === 30 ? { volume: 9_000_000 } : { price_usd: 7 })))
      await untilThere('.count:has-text("order held, 1 moved")')
      expect(await page.locator('[data-id="solana:T4"] .price').textContent()).toBe('$7.00')
      await passes(1_500)
      expect((await readBoard(page)).rows[0]?.id).toBe('solana:T0')
      await page.mouse.move(700, 20)
      await untilThere('.body .row:first-child[data-id="solana:T30"]')
      expect(await page.getByText('order held').count()).toBe(0)
      expect(await page.locator('[data-id="solana:T30"] .moved.shown').textContent()).toBe('▲30')
    })

    test('keeps the focus on its row through scrolling and another order', async () => {
      await using visited = await visit()
      const { page, open, show } = visited
      await open()
      for (const key of ['j', 'ArrowDown', 'ArrowDown', 'j', 'k']) await page.keyboard.press(key)
      expect(await focusedId(page)).toBe('solana:T2')
      const before = await page.locator('[data-id="solana:T2"]').boundingBox()
      show(market((index) => (index > 40 ? { volume: 9_000_000 - index } : {})))
      await page.getByText('order held').waitFor()
      await page.keyboard.press('r')
      await shows(page, ({ rows }) => rows.some(({ id }) => id === 'solana:T59'))
      expect(await focusedId(page)).toBe('solana:T2')
      expect((await page.locator('[data-id="solana:T2"]').boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0)
      await page.mouse.move(700, 500)
      await page.mouse.wheel(0, 5_000)
      await shows(page, ({ rows }) => rows.some(({ id }) => id === 'solana:T40'))
      expect(await focusedId(page)).toBe('solana:T2')
      await page.keyboard.press('Home')
      expect(await focusedId(page)).toBe('solana:T41')
      expect(await page.locator('.body a[tabindex="0"]').count()).toBe(1)
    })

    test('shows nothing new while it is paused, and counts what waits', async () => {
      await using visited = await visit()
      const { page, open, show } = visited
      await open()
      await page.keyboard.press('p')
      show(market((index) => (index < 5 ? { price_usd: 9 } : {})))
      await page.getByText(/paused \d:\d\d, [5-9]\d? changes waiting/).waitFor()
      expect(await page.locator('.body .price', { hasText: '$9.00' }).count()).toBe(0)
      await page.keyboard.press('p')
      await page.locator('.body .price', { hasText: '$9.00' }).first().waitFor()
      expect(await page.locator('.flash-up').count()).toBe(0)
    })

    test('tells of a gap until somebody has seen it', async () => {
      await using visited = await visit()
      const { page, open, toy, cut } = visited
      await open()
      toy.restart()
      toy.tick(market((index) => (index === 0 ? { price_usd: 5 } : {})))
      cut()
      const notices = page.locator('.notices')
      await notices
        .getByText(/Reconnected with a gap \d\d:\d\d:\d\d to \d\d:\d\d:\d\d: showing a fresh snapshot/)
        .waitFor()
      await page.locator('[data-id="solana:T0"] .price', { hasText: '$5.00' }).waitFor()
      expect(await page.locator('.flash-up').count()).toBe(0)
      await page.getByRole('button', { name: 'Dismiss' }).click()
      expect(await notices.getByText('with a gap').count()).toBe(0)
    })

    test('marks every row as old when nothing is heard for two heartbeats and a little', async () => {
      await using visited = await visit()
      const { page } = visited
      await visited.openStill()
      // Not a moment longer, or it would have connected again.
      await page.clock.fastForward(SILENCE_MS)
      await page.locator('.scroller.dead').waitFor()
      expect(await page.locator('.body .row').count()).toBeGreaterThan(20)
    })

    test('opens the row that was pressed, and goes back to it', async () => {
      await using visited = await visit()
      const { page, open } = visited
      await open()
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      const title = page.getByRole('heading', { name: 'T0' })
      await title.waitFor()
      await eventually(
        () => page.evaluate('document.activeElement.tagName'),
        (name) => name === 'H2',
      )
      // The toy's tokens are unknown to the real service.
      await page.locator('.details [role=alert] code').waitFor()
      await page.keyboard.press('Escape')
      await title.waitFor({ state: 'detached' })
      expect(await focusedId(page)).toBe('solana:T0')
      await page.locator('[data-id="solana:T3"]').click()
      await page.getByRole('heading', { name: 'T3' }).waitFor()
      await page.goBack()
      await page.getByRole('heading', { name: 'T3' }).waitFor({ state: 'detached' })
    })

    test('keeps no more elements than a screen needs, however long the list', async () => {
      await using visited = await visit()
      await visited.open()
      expect(await visited.page.evaluate('document.querySelectorAll("*").length')).toBeLessThanOrEqual(1_200)
      expect((await readBoard(visited.page)).rows.length).toBeLessThan(COUNT)
      await visited.page.keyboard.press('End')
      await visited.page.keyboard.press('j')
      await visited.page.keyboard.press('End')
      await shows(visited.page, ({ rows }) => rows.at(-1)?.id === `solana:T${COUNT - 1}`)
    })
  },
)

function shows(page: Page, isWanted: (shown: Awaited<ReturnType<typeof readBoard>>) => boolean) {
  return eventually(() => readBoard(page), isWanted)
}

function focusedId(page: Page): Promise<string | undefined> {
  return page.evaluate('document.activeElement.closest(".row")?.dataset.id')
}
