import { answering } from '../harness/answering.ts'
import { ask } from './client.ts'

/** What to ask of a server, and for how long. */
export interface Load {
  readonly url: string
  readonly seconds: number
  readonly headers: Readonly<Record<string, string>>
  /** Every answer must have it. */
  readonly status: number
  /** Each request gets `&<name>=<a new number, below 1>`; null: all are the same. */
  readonly numbered: string | null
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  /** Answers of another status, and connections that broke. */
  readonly failures: number
}

export const CONNECTIONS = 16

/** The load generator, in a process of its own so that it can have a core of its own. */
async function run({ url, seconds, headers, status, numbered }: Load): Promise<LoadResult> {
  const { hostname: host, port, pathname, search } = new URL(url)
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = (target: string) => `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`
  const same = Buffer.from(request(pathname + search))
  const whole = numbered === null ? () => same : () => request(`${pathname}${search}&${numbered}=${newNumber()}`)
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let requests = 0
  let failures = 0
  const onAnswer = (answered: number) => {
    requests += 1
    if (answered !== status) failures += 1
  }
  const onFailure = () => {
    failures += 1
  }
  const next = () => (performance.now() < endMs && failures === 0 ? whole() : null)
  const options = { host, port: Number(port), next, onAnswer, onFailure }
  await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(options)))
  return { requests, perSecond: requests / ((performance.now() - startMs) / 1000), failures }
}

let lastNumber = 0

function newNumber(): string {
  lastNumber += 1
  return (lastNumber / 1e9).toFixed(9)
}

answering({}, (question) => run(question as Load))
