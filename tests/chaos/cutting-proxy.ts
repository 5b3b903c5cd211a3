import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** A way to the service on which no connection lives long. */
export interface CuttingProxy {
  readonly url: string
  cuts(): number
  stopCutting(): void
  close(): void
}

const BYTES_MAX = 24_000

/**
 * Resets each connection after a random number of bytes from the service, wherever in a message that is.
 * @param from the address that the service sees
 */
export async function cuttingProxy(target: string, from: string): Promise<CuttingProxy> {
  const port = Number(new URL(target).port)
  const sockets = new Set<{ destroy(): unknown }>()
  let cuts = 0
  let isCutting = true
  const server = createServer((near) => {
    const far = connect({ port, host: '127.0.0.1', localAddress: from })
    // Mostly little: in the middle of a handshake, a head, a first frame.
    let left = Math.floor(Math.random() ** 3 * BYTES_MAX)
    const cut = () => {
      cuts += 1
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    near.pipe(far)
    far.on('data', (bytes: Buffer) => {
      if (!isCutting || bytes.length <= left) near.write(bytes)
      else near.write(bytes.subarray(0, left), cut)
      left -= bytes.length
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    stopCutting() {
      isCutting = false
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
