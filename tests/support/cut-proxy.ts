import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The way to a service, which can be cut. */
export interface CutProxy extends AsyncDisposable {
  readonly url: string
  /** Paths and queries of HTTP requests that came this way, in order. */
  readonly asked: readonly string[]
  /** Resets every connection, and every new one. */
  cut(): void
  restore(): void
}

/** @param target of an HTTP service on this machine */
export async function cutProxy(target: string): Promise<CutProxy> {
  const port = Number(new URL(target).port)
  const sockets = new Set<Socket>()
  const asked: string[] = []
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.resetAndDestroy()
    const far = connect(port, '127.0.0.1')
    near.on('data', (bytes) => {
      const path = /^[A-Z]+ (\S+) HTTP/.exec(bytes.toString('latin1'))?.[1]
      if (path !== undefined) asked.push(path)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    cut() {
      isCut = true
      drop()
    },
    restore() {
      isCut = false
    },
    async [Symbol.asyncDispose]() {
      server.close()
      drop()
    },
  }
}
