import { Agent, get } from 'node:http'
import { answering } from '../harness/answering.ts'

/** How to ask for something over and over. */
export interface Probing {
  readonly url: string
  readonly requests: number
  readonly everyMs: number
}

/**
 * Asks at a steady pace, whether or not the last answer has come: a server that makes everybody wait must not thereby
 * be asked less. Answers with the milliseconds that each answer took.
 */
async function probe({ url, requests, everyMs }: Probing): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const startMs = performance.now()
  const answers: Promise<number>[] = []
  for (let i = 0; i < requests; i++) {
    const waitMs = startMs + i * everyMs - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    answers.push(answerMs(url, agent))
  }
  const taken = await Promise.all(answers)
  agent.destroy()
  return taken
}

function answerMs(url: string, agent: Agent): Promise<number> {
  const startMs = performance.now()
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`))
      response.resume().once('end', () => resolve(performance.now() - startMs))
    })
    request.once('error', reject)
  })
}

answering({}, (question) => probe(question as Probing))
