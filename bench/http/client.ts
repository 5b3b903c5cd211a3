import { connect, type Socket } from 'node:net'

/** One keep-alive connection that asks the next question as soon as an answer is whole. */
export interface ClientOptions {
  readonly host: string
  readonly port: number
  /** The next request, whole; null: enough. */
  readonly next: () => string | Buffer | null
  readonly onAnswer: (status: number) => void
  readonly onFailure: () => void
}

const HEAD_BYTES_MAX = 4096
const CHUNK_BYTES = 128 * 1024

/**
 * As little of HTTP as the bench's own servers need (an answer has a Content-Length, or is a 304), so that the client
 * costs less than the server it measures: one that costs more leaves the server waiting, and waking up for every
 * single request then costs it more than the answers do.
 * @returns once `next` says that it is enough
 */
export function ask(options: ClientOptions): Promise<void> {
  const { host, port, next, onAnswer, onFailure } = options
  return new Promise((resolve) => {
    let missingBytes = 0
    let isLast = false
    let socket: Socket | null = null
    const send = () => {
      const request = next()
      if (request !== null) return void socket?.write(request)
      socket?.destroy()
      return resolve()
    }
    const answered = () => {
      if (!isLast) return send()
      socket?.destroy()
      return open()
    }
    const received = (bytes: number, buffer: Buffer) => {
      if (missingBytes === 0) {
        const head = readHead(buffer.toString('latin1', 0, Math.min(bytes, HEAD_BYTES_MAX)))
        onAnswer(head.status)
        isLast = head.isLast
        missingBytes = head.bytes
      }
      missingBytes -= bytes
      if (missingBytes === 0) answered()
      return true
    }
    const open = () => {
      const onread = { buffer: Buffer.allocUnsafe(CHUNK_BYTES), callback: received as never }
      socket = connect({ host, port, noDelay: true, onread }, send)
      socket.once('error', onFailure)
    }
    open()
  })
}

interface Head {
  readonly status: number
  /** Of the whole answer. */
  readonly bytes: number
  /** The server closes the connection after it. */
  readonly isLast: boolean
}

const LENGTH = /\r\ncontent-length: (\d+)/i

/** @throws Error when the head is not whole: the bench's servers send it in one piece. */
function readHead(text: string): Head {
  const end = text.indexOf('\r\n\r\n')
  const status = Number(text.slice(9, 12))
  const length = status === 304 ? '0' : LENGTH.exec(text)?.[1]
  if (end === -1 || length === undefined) throw new Error(`not an answer: ${text.slice(0, 200)}`)
  const isLast = text.slice(0, end).toLowerCase().includes('\r\nconnection: close')
  return { status, bytes: end + 4 + Number(length), isLast }
}
