import { expect, test } from 'vitest'
import { readConfig } from '../../../src/app/config.ts'

test('prices that need a key are not given to Socket.IO clients, which have none', () => {
  expect(() => readConfig({ PUBLIC_READS: 'false', SOCKETIO_PORT: '3001' })).toThrow(/^SOCKETIO_PORT: must be unset/)
  expect(readConfig({ PUBLIC_READS: 'true', SOCKETIO_PORT: '3001' }).socketioPort).toBe(3001)
  expect(readConfig({ PUBLIC_READS: 'false' }).publicReads).toBe(false)
})
