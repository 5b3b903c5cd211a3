import { pino } from 'pino'
import { pinoLog } from '../../../src/adapters/log/pino.ts'
import { compose } from '../../../src/app/compose.ts'
import { readConfig } from '../../../src/app/config.ts'
import { measured } from './measured.ts'
import { serve } from './runtime.ts'

// The service as `npm start` puts it together, with everything on. Its settings are its argument and nothing else: not
// the environment of whoever runs the bench.
const [, , settings = '{}'] = process.argv
// The log is written as always, to where nobody reads: standard output belongs to the bench.
const destination = pino.destination({ dest: '/dev/null', sync: false, maxLength: 2 ** 20 })
const service = compose(readConfig({ DATA_DIR: 'none', ...JSON.parse(settings) }), '0.0.0', {
  log: pinoLog({ level: 'info', destination }),
})
const { fetch, refuse } = service.http
const { port } = await serve(fetch, { port: 0, hostname: '127.0.0.1', refuse })
service.start()
measured({ port })
