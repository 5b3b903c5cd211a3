import { createInterface } from 'node:readline'

/**
 * The child's side of harness/child.ts: says that it is ready, then answers questions in order until its standard
 * input closes, and ends. Nothing else may write to standard output.
 */
export function answering(ready: unknown, answer: (question: unknown) => unknown): void {
  say(ready)
  let last: Promise<void> = Promise.resolve()
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    last = last.then(async () => say(await answer(JSON.parse(line))))
  })
  lines.on('close', () => process.exit(0))
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
