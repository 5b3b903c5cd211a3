import { setTimeout as pause } from 'node:timers/promises'
import type { Ledger, SentTap } from './taps-ledger.ts'

/** A team, and what its clients may tap. */
export interface Team {
  readonly key: string
  readonly tags: readonly string[]
}

export interface ClientsFigures {
  /** Requests, retries included. */
  readonly attempts: number
  readonly tapsSent: number
  /** Of the attempts, by status; `none` when there was no answer. */
  readonly answers: Readonly<Record<string, number>>
  /** Answers that a correct service never gives, the first few in words. */
  readonly wrongAnswers: readonly string[]
}

export interface ClientsPlan {
  readonly url: string
  readonly teams: readonly Team[]
  readonly clients: number
  readonly taps: number
  readonly ledger: Ledger
}

const BATCH_MAX = 200
const TIMEOUT_MS = 15_000
const RETRY_MS = 100
const DAY_MS = 86_400_000
const DAYS_BACK = 60
/** Shares of the requests. */
const KEYED = 0.3
const SENT_AGAIN = 0.1
/** When these are not answered, the client never asks again. */
const IMPATIENT = 0.1

/** Clients that send all taps, each request again until it is answered. */
export async function tapClients(plan: ClientsPlan): Promise<ClientsFigures> {
  const figures = { attempts: 0, tapsSent: 0, answers: {} as Record<string, number>, wrongAnswers: [] as string[] }
  const wrong = (text: string) => figures.wrongAnswers.length < 10 && figures.wrongAnswers.push(text)
  const note = (status: string, taps: number) => {
    figures.attempts += 1
    figures.tapsSent += taps
    figures.answers[status] = (figures.answers[status] ?? 0) + 1
  }
  const share = Math.floor(plan.taps / plan.clients)
  const live = async (client: number) => {
    const team = plan.teams[client % plan.teams.length] ?? { key: '', tags: [] }
    const size = share + (client < plan.taps % plan.clients ? 1 : 0)
    for (let sent = 0; sent < size; ) {
      const taps = newTaps(team.tags, { client, from: sent, most: size - sent })
      sent += taps.length
      await deliver({ ...plan, key: team.key, taps, note, wrong })
    }
  }
  await Promise.all(Array.from({ length: plan.clients }, (_, client) => live(client)))
  return figures
}

interface Delivery extends Pick<ClientsPlan, 'url' | 'ledger'> {
  readonly key: string
  readonly taps: readonly SentTap[]
  readonly note: (status: string, taps: number) => void
  readonly wrong: (text: string) => void
}

async function deliver({ url, ledger, key, taps, note, wrong }: Delivery): Promise<void> {
  const retryKey = Math.random() < KEYED ? { 'idempotency-key': `batch-of-${taps[0]?.id.replaceAll(' ', '-')}` } : {}
  const isImpatient = Math.random() < IMPATIENT
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, ...retryKey },
    body: JSON.stringify({ taps }),
  }
  const ask = async () => {
    const answer = await post(`${url}/v1/taps`, request)
    note(answer.status, taps.length)
    return answer
  }
  for (;;) {
    const answer = await ask()
    if (answer.status === '200') {
      if (!isWhole(answer.text, taps.length)) wrong(answer.text)
      ledger.acknowledged(taps)
      return Math.random() < SENT_AGAIN ? again(answer.text) : undefined
    }
    if (!MAY_COME.has(answer.status)) wrong(`${answer.status} ${answer.text}`)
    if (isImpatient) return ledger.abandoned(taps)
    await pause(RETRY_MS * (0.5 + Math.random()))
  }

  /** What was acknowledged is sent once more, as by a client that has forgotten the answer. */
  async function again(before: string): Promise<void> {
    const { status, text } = await ask()
    if (status !== '200') return
    if ('idempotency-key' in retryKey ? text !== before : accepted(text) !== 0) wrong(`sent again: ${text}`)
  }
}

/** No answer; a retry key whose first request is still at work; no storage, or too much that waits. */
const MAY_COME: ReadonlySet<string> = new Set(['none', '409', '503'])

async function post(url: string, request: RequestInit): Promise<{ readonly status: string; readonly text: string }> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { text: (await response.text()).slice(0, 500), status: `${response.status}` }
  } catch {
    return { text: '', status: 'none' }
  }
}

function isWhole(text: string, taps: number): boolean {
  const { accepted, duplicates, rejected } = JSON.parse(text)
  return accepted + duplicates === taps && rejected.length === 0
}

function accepted(text: string): unknown {
  return JSON.parse(text).accepted
}

/** Some are of now, some of the last weeks, most stand for one tap. */
function newTaps(
  tags: readonly string[],
  { client, from, most }: { readonly client: number; readonly from: number; readonly most: number },
): readonly SentTap[] {
  const length = Math.min(most, 1 + Math.floor(Math.random() * BATCH_MAX))
  return Array.from({ length }, (_, index) => ({
    id: `client ${client} tap ${from + index}`,
    tag: tags[Math.floor(Math.random() * tags.length)] ?? '',
    count: Math.random() < 0.8 ? 1 : 2 + Math.floor(Math.random() * 3),
    ...(Math.random() < 0.5 ? {} : { at: new Date(Date.now() - Math.random() * DAYS_BACK * DAY_MS).toISOString() }),
  }))
}
