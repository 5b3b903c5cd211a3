import { expect, onTestFinished, test } from 'vitest'
import { compose } from '../../../src/app/compose.ts'
import { readConfig } from '../../../src/app/config.ts'
import type { Caller } from '../../../src/ports/caller.ts'
import { memoryLog } from '../../support/log.ts'

test('an address may hold as many streams as STREAMS_PER_ADDRESS says, and so may another', async () => {
  const service = compose(readConfig({ STREAMS_PER_ADDRESS: '2', DATA_DIR: 'none' }), '0.0.0', { log: memoryLog() })
  onTestFinished(service.close)
  /** @returns the code that the socket was closed with; null while it is open */
  const open = async (address: string) => {
    const said: { code: number | null } = { code: null }
    const caller: Caller = {
      address,
      holdOpen() {},
      cut: () => false,
      wantsSocket: true,
      upgrade(opened) {
        const close = (code: number) => {
          said.code = code
        }
        opened({ send() {}, bufferedBytes: () => 0, ping: null, close, terminate() {} })
      },
    }
    await service.http.fetch(new Request('http://here/v1/stream'), caller)
    return said.code
  }
  const codes = []
  for (const last of [1, 1, 1, 2]) codes.push(await open(`192.0.2.${last}`))
  expect(codes).toEqual([null, null, 4429, null])
})
