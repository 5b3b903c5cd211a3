import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { TAPE_FORMAT, type TapeLine } from '../../ports/tape.ts'
import { tapeLine } from './line.ts'

interface NumberedLine {
  readonly number: number
  readonly line: TapeLine
}

/**
 * The lines of a tape, numbered from 1. Empty ones are passed over, and so is what a killed process left of its last
 * one: a damaged line that nothing follows, or a new start.
 * @param passedOver told of such a line
 * @throws Error for any other damage, naming the line
 */
export async function* readTape(path: string, passedOver: (number: number) => void): AsyncGenerator<NumberedLine> {
  let damaged: number | null = null
  let number = 0
  for await (const text of textLines(bytesOf(path))) {
    number += 1
    if (text === '') continue
    const line = tapeLine(text)
    if (damaged !== null && line?.kind !== 'start') throw new Error(`line ${damaged}: this is no line of a tape.`)
    if (damaged !== null) passedOver(damaged)
    damaged = line === null ? number : null
    if (line?.kind === 'start' && line.format !== TAPE_FORMAT) {
      throw new Error(`line ${number}: a tape of format ${line.format}; this program replays format ${TAPE_FORMAT}.`)
    }
    if (line !== null) yield { number, line }
  }
  if (damaged !== null) passedOver(damaged)
}

/** Unpacked, if its name says that it is packed. */
function bytesOf(path: string): AsyncIterable<Buffer> {
  const bytes = createReadStream(path)
  if (!path.endsWith('.gz')) return bytes
  const unpacked = createGunzip()
  bytes.on('error', (error) => unpacked.destroy(error))
  return bytes.pipe(unpacked)
}

async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of bytes) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n')
    for (const piece of pieces.slice(0, -1)) {
      yield rest + piece
      rest = ''
    }
    rest += pieces.at(-1) ?? ''
  }
  if (rest !== '') yield rest
}
