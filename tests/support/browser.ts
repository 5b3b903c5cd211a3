import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findChromium } from './runtimes.ts'

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser on a machine that stalls for seconds is slow to start and slow to answer, and nothing is wrong. */
const PATIENCE_MS = 90_000

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? '', args: SWITCHES, timeout: PATIENCE_MS })
}

/** A page, what it asked for, and what it should not have done. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  /** Paths and queries asked of the service, in order. */
  readonly asked: string[]
  /** Addresses of other hosts that it tried. */
  readonly outside: string[]
  /** Errors of the console and of scripts; violations of the content security policy are among them. */
  readonly complaints: string[]
}

/** A new visitor of the service at `origin`. */
export async function visitor(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const visit = { page, asked: [] as string[], outside: [] as string[], complaints: [] as string[] }
  // Watched, not intercepted: that would switch off the cache.
  page.on('request', (request) => {
    const url = request.url()
    if (url.startsWith(`${origin}/`)) visit.asked.push(url.slice(origin.length))
    else if (!/^(data|blob):/.test(url)) visit.outside.push(url)
  })
  page.on('console', (message) => message.type() === 'error' && visit.complaints.push(message.text()))
  page.on('pageerror', (error) => visit.complaints.push(String(error)))
  return { ...visit, [Symbol.asyncDispose]: () => context.close() }
}
