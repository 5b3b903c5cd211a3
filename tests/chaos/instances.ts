/** `npm run chaos`: instances on one Redis, harmed while subscribers watch. `--help` names the flags. */
import { parseArgs } from 'node:util'
import { type ChaosOptions, chaos } from './run.ts'

const USAGE = `Starts a private Redis, a simulated market and some instances of the service, kills the instance that
decides again and again (kill -9) while subscribers watch who come back to any instance, and prints what they saw.

  --instances N      2 or more (default 2)
  --subscribers N    default 200
  --seconds N        how long (default 120)
  --kill-every N     seconds between two kills; 0 for none (default 5)
  --redis-kills N    how often Redis is killed and started again, empty, meanwhile (default 0)
  --quiet            only the figures, as JSON
`

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '2' },
    subscribers: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '120' },
    'kill-every': { type: 'string', default: '5' },
    'redis-kills': { type: 'string', default: '0' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function options(): ChaosOptions | null {
  const counts = [values.instances, values.subscribers, values.seconds, values['kill-every'], values['redis-kills']]
  const [instances = 0, subscribers = 0, seconds = 0, killEvery = 0, redisKills = 0] = counts.map(Number)
  if (counts.some((text) => !/^\d+$/.test(text)) || instances < 1 || seconds < 1) return null
  const startedMs = performance.now()
  const say = (line: string) => {
    process.stderr.write(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`)
  }
  const killEverySeconds = killEvery === 0 ? null : killEvery
  return { instances, subscribers, seconds, killEverySeconds, redisKills, ...(values.quiet ? {} : { log: say }) }
}

const asked = values.help ? null : options()
if (asked === null) {
  process.stdout.write(USAGE)
  process.exitCode = values.help ? 0 : 2
} else {
  process.stdout.write(`${JSON.stringify(await chaos(asked), null, 2)}\n`)
}
