import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type Visit, visitor } from '../support/browser.ts'
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
import { newEngineFolder, tempFolder } from '../support/stores.ts'

const screenshots = process.env['SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'tickertap-team-'))
const SOL = 'solana:So11111111111111111111111111111111111111112'
const ADMIN_TOKEN = 'an-admin-token-of-enough-characters-1234'
const KEY = 'ttap_live_SeCrEtOfTheTeamWhichNobodyElseMaySee01'

skipUnless(findChromium() !== null, 'no chromium on PATH: install it or set CHROMIUM_BIN')("the team's page", () => {
  let simulator: Awaited<ReturnType<typeof simulated>>
  let service: ServiceProcess
  let browser: Browser
  let folder: Awaited<ReturnType<typeof tempFolder>>
  beforeAll(async () => {
    folder = await tempFolder()
    simulator = await simulated({ tokens: 20 })
    service = await startService({ ...upstreams(simulator.urls), ...QUICK })
    await untilReady(service.url)
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.[Symbol.asyncDispose]()
    await simulator?.close()
    folder?.remove()
  })
  const shoot = (page: Page, name: string) =>
    page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })

  test('is loaded when it is first looked at, and keeps the key to itself', async () => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    const team = await pretend(page)
    await page.goto(service.url)
    await page.getByText('Live', { exact: true }).first().waitFor()
    expect(visit.asked.filter((path) => path.includes('/team-'))).toEqual([])
    await page.getByRole('link', { name: 'Team' }).first().click()
    await enterKey(page)
    await page.getByRole('heading', { name: 'Night market' }).waitFor()
    await page.getByText('87 of 100 queries left').waitFor()
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('heading', { name: /^1,\d+ taps/ }).waitFor()
    await page.getByText('86 of 100 queries left, one more in 12 min').waitFor()
    expect(team.keys()).toEqual([KEY])
    expect(new URL(page.url()).hash).toBe('#team')
    expect(visit.asked.join() + page.url()).not.toContain(KEY)
    const kept = await page.evaluate<string>(EVERYTHING_KEPT)
    expect(kept).toContain('tickertap.settings')
    expect(kept).not.toContain(KEY)
    expect([visit.outside, visit.complaints]).toEqual([[], []])
    await page.reload()
    await page.getByLabel('Key of the team').waitFor()
  })

  test('asks once for each click, and a little after a change', async () => {
    await using visit = await visitor(browser, service.url, { timezoneId: 'Europe/Berlin' })
    const { page } = visit
    const team = await pretend(page)
    await open(visit, service.url)
    expect(team.queries()).toEqual([])
    await page.getByRole('button', { name: 'Show' }).click()
    await page.locator('.chart.taps .bar').last().waitFor()
    await page.getByLabel('Counted by').selectOption('day')
    await page.getByLabel('Time zone').selectOption('Europe/Berlin')
    // It is on the second page of tags.
    await page.getByLabel('Tag', { exact: true }).selectOption('4611686018427387904')
    await eventually(
      async () => team.queries(),
      (asked) => asked.length === 2,
    )
    const [first, second] = team.queries()
    expect(first).toMatch(/^\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d&interval=hour&tz=UTC&group_by=tag$/)
    expect(second).toMatch(/&interval=day&tz=Europe%2FBerlin&tag=4611686018427387904$/)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV' }).click()
    expect((await saved).suggestedFilename()).toBe('taps.csv')
    expect(team.queries().at(-1)).toMatch(/&format=csv$/)
  })

  test('says the counts in words and as a table, and marks what is counted in part', async () => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    await pretend(page)
    await open(visit, service.url)
    await page.getByRole('button', { name: 'Show' }).click()
    const label = /^1\d+ taps in 168 buckets, one for each hour, UTC; most, \d+, at .*; 1 of them only in part\.$/
    await page.getByRole('img', { name: label }).waitFor()
    expect(await page.locator('.bar-in-part').last().getAttribute('d')).toMatch(/Z$/)
    await page.getByText('As a table').click()
    const rows = page.locator('.team details[open] tbody tr')
    expect(await rows.count()).toBe(168)
    expect(await rows.first().textContent()).toContain('in part')
    const sum = (await rows.locator('td').allTextContents()).reduce((total, text) => total + Number(text), 0)
    expect(await page.locator('.team h3').first().textContent()).toContain(sum.toLocaleString('en-US'))
    await page.getByRole('region', { name: 'Taps by tag' }).getByText('Poster at the door').waitFor()
  })

  test.each([
    [401, 'key_invalid', {}, 'This key is not known, or no longer valid.', 'Key of the team'],
    [429, 'quota_exceeded', { 'retry-after': '725' }, 'Ask again in 13 min.', 'Range'],
    [503, 'taps_unavailable', { 'retry-after': '5' }, 'The service cannot tell now.', 'Range'],
  ] as const)('says in words why there is no answer: %i', async (status, code, headers, words, label) => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    const team = await pretend(page)
    await open(visit, service.url)
    // What is asked when it opens is not what is refused.
    await page.locator('button:enabled', { hasText: 'Show' }).waitFor()
    team.refuse({ status, code, headers })
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText(words).first().waitFor()
    await page.getByLabel(label, { exact: true }).waitFor()
    await shoot(page, `team-refused-${status}`)
  })

  test('puts taps beside the price of a token, and says what can be told from it', async () => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    const team = await pretend(page)
    await open(visit, service.url)
    expect(await page.getByLabel('Taps of').locator('option').allTextContents()).toEqual([
      'All tags of solana:So1111…1112',
      'Poster at the door · solana:So1111…1112',
      'Card · solana:So1111…1112',
    ])
    await page.getByRole('button', { name: 'Compare' }).click()
    const strongest = 'Strongest when taps come 2 hours before the price: r = 0.61, between 0.44 and 0.74, n = 160.'
    await page.locator('.told', { hasText: strongest }).waitFor()
    await page.getByRole('img', { name: strongest }).waitFor()
    // Broken where nothing was recorded.
    expect((await page.locator('.price-line').getAttribute('d'))?.match(/M/g)).toHaveLength(2)
    await page.getByText('Lags as a table').click()
    const lag = page.getByRole('row', { name: 'the price comes 1 hour before the taps' })
    expect(await lag.locator('td').allTextContents()).toEqual(['160', '−0.20', '−0.10 to 0.50'])
    await page.getByLabel('Taps of').selectOption('tag=9')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.locator('.told', { hasText: 'Not enough data to compare (n = 4).' }).waitFor()
    expect(team.queries()[0]).toMatch(/^\?token=solana%3ASo1+2&from=[^&]+&to=[^&]+&interval=hour&tz=UTC$/)
    expect(team.queries()[1]).toMatch(/^\?tag=9&from=/)
  })

  test('shows the minutes as they come', async () => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    await pretend(page)
    await open(visit, service.url)
    // The test's stream ends after two frames: what was heard stays, and is not called live.
    await page.getByText(/^Live taps: connecting again… [03] taps this minute, 43 in the last 30$/).waitFor()
    await page.getByRole('img', { name: /taps this minute, 43 in the last 30\.$/ }).waitFor()
    expect(visit.asked.filter((path) => path.includes('ticket=')).every((path) => !path.includes(KEY))).toBe(true)
  })

  test('leaves the board as it was', async () => {
    await using visit = await visitor(browser, service.url)
    const { page } = visit
    await pretend(page)
    await page.goto(`${service.url}/#team`)
    await page.getByLabel('Key of the team').waitFor()
    await page.keyboard.press('2')
    await page.getByRole('heading', { name: 'Taps of your team' }).click()
    await page.keyboard.press('2')
    expect(new URL(page.url()).hash).toBe('#team')
    await page.getByRole('link', { name: 'Board' }).first().click()
    await page.locator('.body .row').nth(5).waitFor()
    await page.goBack()
    await page.getByLabel('Key of the team').waitFor()
  })

  test('is found on a phone, too', async () => {
    await using visit = await visitor(browser, service.url, { viewport: { width: 390, height: 844 } })
    const { page } = visit
    await page.goto(service.url)
    await page.getByLabel('Settings', { exact: true }).first().click()
    await page.locator('#settings').getByRole('link', { name: 'Team' }).click()
    await page.getByLabel('Key of the team').waitFor()
    expect(await page.locator('#settings').isVisible()).toBe(false)
  })

  test('counts what was tapped, for whoever has a key, until it is revoked', async () => {
    const data = await newEngineFolder(`${folder.path}/data`)
    const env = { ...upstreams(simulator.urls), ...QUICK, DATA_DIR: data, ADMIN_TOKEN }
    await using own = await startService(env)
    await untilReady(own.url)
    const { key, id } = await teamWithTaps(own.url)
    await using visit = await visitor(browser, own.url)
    const { page } = visit
    await page.goto(`${own.url}/#team`)
    await enterKey(page, key)
    await page.getByText('100 of 100 queries left').waitFor()
    await page.getByLabel('Range').selectOption('hour')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('heading', { name: /^42 taps by minute/ }).waitFor()
    await page.getByText(/^99 of 100 queries left, one more in \d+ min$/).waitFor()
    const tagged = page.getByRole('region', { name: 'Taps by tag' }).getByRole('row', { name: /Poster/ })
    expect(await tagged.locator('td').allTextContents()).toEqual(['42', '100%'])
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.locator('.told', { hasText: /^Not enough data to compare \(n = \d\)\.$/ }).waitFor()
    await page.getByText('98 of 100 queries left').waitFor()
    await page.getByText(/ 42 in the last 30$/).waitFor()
    await shoot(page, 'team-real')
    await admin(own.url, `/v1/admin/keys/${id}`, { method: 'DELETE' })
    await eventually(
      () => fetch(`${own.url}/v1/me`, { headers: { 'x-api-key': key } }),
      ({ status }) => status === 401,
    )
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('This key is not known, or no longer valid.').waitFor()
    await page.getByLabel('Key of the team').waitFor()
    // A refused answer is what the browser complains of, and nothing else.
    expect(visit.complaints.filter((text) => !text.includes('401'))).toEqual([])
    expect(visit.asked.join() + own.output()).not.toContain(key)
  })

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
    [320, 'light'],
  ] as const)('can be used by everybody at %i pixels, %s', async (width, colorScheme) => {
    const options = { viewport: { width, height: width < 640 ? 844 : 900 }, colorScheme, bypassCSP: true }
    await using visit = await visitor(browser, service.url, options)
    const { page } = visit
    await pretend(page)
    await page.goto(`${service.url}/#team`)
    await page.getByLabel('Key of the team').waitFor()
    await shoot(page, `team-key-${width}-${colorScheme}`)
    expect(await flaws(page, width)).toEqual([])
    await enterKey(page)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.locator('.chart.taps .bar').last().waitFor()
    await page.getByText('As a table').first().click()
    await page.getByLabel('Range').selectOption('dates')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.locator('.price-line').waitFor()
    await shoot(page, `team-${width}-${colorScheme}`)
    expect(await flaws(page, width)).toEqual([])
    await page.getByText('Lags as a table').click()
    await page.locator('.team h3').last().scrollIntoViewIfNeeded()
    await page.locator('.price-line').scrollIntoViewIfNeeded()
    await shoot(page, `team-attention-${width}-${colorScheme}`)
    expect(await flaws(page, width)).toEqual([])
  })
})

/** What a page can keep beyond itself. */
const EVERYTHING_KEPT = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state,
  location.href, document.documentElement.outerHTML])`

async function open({ page }: Visit, origin: string): Promise<void> {
  await page.goto(`${origin}/#team`)
  await enterKey(page)
}

async function enterKey(page: Page, key = KEY): Promise<void> {
  await page.getByLabel('Key of the team').fill(key)
  await page.getByRole('button', { name: 'Use this key' }).click()
  await page.getByRole('button', { name: 'Show' }).waitFor()
}

async function admin(origin: string, path: string, init: RequestInit): Promise<Record<string, string>> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
  const text = await (await fetch(origin + path, { ...init, headers })).text()
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>)
}

/** A team with a key, and a tag that was tapped 42 times. */
async function teamWithTaps(origin: string): Promise<{ readonly key: string; readonly id: string }> {
  const post = (body: object) => ({ method: 'POST', body: JSON.stringify(body) })
  // The store opens while prices are served already; on a busy machine that takes longer than a question may.
  const team = await eventually(
    () => admin(origin, '/v1/admin/teams', post({ name: 'Night market' })).catch(() => ({}) as Record<string, string>),
    ({ id: teamId, code }) => teamId !== undefined || code === 'team_taken',
  )
  const { key = '', id = '' } = await admin(
    origin,
    `/v1/admin/teams/${encodeURIComponent(team['id'] ?? 'Night market')}/keys`,
    post({}),
  )
  const headers = { 'x-api-key': key, 'content-type': 'application/json' }
  const made = await fetch(`${origin}/v1/tags`, { ...post({ name: 'Poster', token_id: SOL }), headers })
  const { uid } = (await made.json()) as { uid: string }
  const recorded = await fetch(`${origin}/v1/taps`, { ...post({ taps: [{ id: 'a', tag: uid, count: 42 }] }), headers })
  expect(await recorded.json()).toMatchObject({ accepted: 1 })
  return { key, id }
}

async function flaws(page: Page, width: number): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
  const wide = await page.evaluate<boolean>(`document.documentElement.scrollWidth > ${width}
    || document.querySelector('.team').scrollWidth > document.querySelector('.team').clientWidth`)
  const small = await page.evaluate<string[]>(`[...document.querySelectorAll('button, input, select, a, summary')]
    .filter((it) => it.checkVisibility())
    .map((it) => [it.textContent, it.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 24 || height < 24).map(([text]) => text)`)
  const broken = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  return [...broken, ...(wide ? ['something is wider than the screen'] : []), ...small]
}

interface Refusing {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
}

/** A team with a key, tags and taps, played by the test: what the page makes of answers, not what the service answers. */
async function pretend(page: Page) {
  const keys = new Set<string>()
  const queries: string[] = []
  let refusing: Refusing | null = null
  await page.route(/\/v1\/(me|tags|taps\/|attention|stream\/tickets|stream\/taps)/, async (route) => {
    const url = new URL(route.request().url())
    if (url.pathname === '/v1/stream/taps') return route.fulfill({ contentType: 'text/event-stream', body: minutes() })
    keys.add(route.request().headers()['x-api-key'] ?? '')
    if (refusing !== null) return refuse(route, refusing)
    if (url.pathname === '/v1/attention') {
      queries.push(url.search)
      return route.fulfill({ json: attention(url.searchParams) })
    }
    if (url.pathname !== '/v1/taps/analytics') return route.fulfill({ json: ANSWERS[url.pathname + url.search] })
    queries.push(url.search)
    const headers = { ratelimit: '"hour";r=86;t=720', 'ratelimit-policy': '"hour";q=100;w=3600' }
    if (url.searchParams.get('format') === 'csv')
      return route.fulfill({ headers, contentType: 'text/csv', body: 'a\n' })
    return route.fulfill({ headers, json: counts(url.searchParams) })
  })
  return {
    keys: () => [...keys],
    queries: () => queries,
    refuse(how: Refusing) {
      refusing = how
    },
  }
}

function refuse(route: Route, { status, code, headers }: Refusing) {
  const quota = code === 'quota_exceeded' && {
    ratelimit: '"hour";r=0;t=725',
    'ratelimit-policy': '"hour";q=100;w=3600',
  }
  const problem = { title: 'No', status, detail: 'The store is away.', code, request_id: 'req-1' }
  const all = { ...headers, ...quota }
  return route.fulfill({ status, headers: all, contentType: 'application/problem+json', body: JSON.stringify(problem) })
}

const ANSWERS: Readonly<Record<string, object>> = {
  '/v1/me': {
    team: { id: '1', name: 'Night market' },
    key: { id: 'key_1', name: 'till', prefix: 'ttap_live_SeCr', ending: 'ee01', scopes: ['read'] },
    quota: { limit: 100, window_seconds: 3600, left: 87, more_in_seconds: 720 },
  },
  '/v1/tags': {
    data: [
      { uid: '7', name: 'Poster at the door', token_id: SOL },
      { uid: '9', name: 'Card', token_id: SOL },
    ],
    next_cursor: '5-9',
  },
  '/v1/tags?cursor=5-9': { data: [{ uid: '4611686018427387904', name: null, token_id: null }], next_cursor: null },
  '/v1/stream/tickets': { ticket: 'good-for-one', expires_at: '2026-11-20T12:00:30.000Z' },
}

const HOUR_MS = 3_600_000

/** A week of hours, whatever was asked for; the last one is not over. */
function counts(query: URLSearchParams) {
  const startMs = Date.UTC(2026, 10, 14)
  const data = Array.from({ length: 168 }, (_, i) => ({
    start: new Date(startMs + i * HOUR_MS).toISOString(),
    end: new Date(startMs + (i + 1) * HOUR_MS).toISOString(),
    count: Math.round(8 + 8 * Math.sin(i / 3.8)),
    partial: i === 167,
  }))
  const total = data.reduce((sum, { count }) => sum + count, 0)
  const tags = [
    { tag: '7', total: total - 100, counts: [] },
    { tag: '4611686018427387904', total: 100, counts: [] },
  ]
  const range = { from: data[0]?.start, to: data.at(-1)?.end, interval: 'hour', tz: query.get('tz') }
  return { data, total, ...range, ...(query.get('group_by') === 'tag' && { tags }) }
}

/** The same hours beside a price that nobody recorded for a while. */
function attention(query: URLSearchParams) {
  const { data, interval, tz } = counts(query)
  const lags = [-1, 0, 1].map((lead) => ({ taps_lead_by: lead, n: 160, r: 0.2 * lead, low: -0.1, high: 0.5 }))
  const strongest = { taps_lead_by: 2, n: 160, r: 0.61, low: 0.44, high: 0.74, rank_r: 0.58 }
  const isSilent = query.get('tag') === '9'
  return {
    token_id: SOL,
    interval,
    tz,
    data: data.map(({ count, ...bucket }, i) => ({
      ...bucket,
      taps: count,
      close: i > 40 && i < 50 ? null : 0.0000044 * (1 + i / 500 + Math.sin(i / 9) / 10),
    })),
    correlation: {
      lags: isSilent ? lags.map((lag) => ({ ...lag, n: 4, r: null, low: null, high: null })) : lags,
      strongest: isSilent ? null : strongest,
      reason: isSilent ? 'not_enough_data' : null,
      note: 'Changes that come together need not have to do with each other.',
    },
  }
}

/** Two frames, after which the stream ends. */
function minutes(): string {
  const minute = (ago: number) => new Date(Math.floor(Date.now() / 60_000 - ago) * 60_000).toISOString()
  const rows = Array.from({ length: 20 }, (_, i) => ({ bucket: minute(i + 1), tag: '7', count: (i * 7) % 5 }))
  const delta = { type: 'delta', upsert: [{ bucket: minute(0), tag: '7', count: 3 }] }
  return `event: snapshot\ndata: ${JSON.stringify({ data: rows })}\n\nevent: delta\ndata: ${JSON.stringify(delta)}\n\n`
}
