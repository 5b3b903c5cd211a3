import { crc32 } from 'node:zlib'
import { type Entry, getFileNameLowLevel, openPromise, validateFileName, type ZipFile } from 'yauzl'
import { FileRefused } from '../../domain/csv.ts'
import type { ImportItem } from '../../ports/import-files.ts'
import { csvRows } from './csv-rows.ts'
import { ARCHIVE_BYTES_HARMLESS, ARCHIVE_ENTRIES_MAX, ARCHIVE_RATIO_MAX, FILE_BYTES_MAX } from './limits.ts'
import { isCsv, isHidden, nameOf } from './names.ts'

const STORED = 0
const DEFLATED = 8

/**
 * The CSV files in a zip archive, by name. Nothing is unpacked but into memory, a piece at a time, and never more than
 * the archive said beforehand.
 */
export async function zipItems(path: string, packedBytes: number): Promise<readonly ImportItem[]> {
  const refusal = (reason: string): ImportItem => ({ status: 'refused', name: nameOf(path), reason })
  const listed = await entriesOf(path).catch(unreadable)
  if (listed instanceof FileRefused) return [refusal(listed.message)]
  const unpackedBytes = listed.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  // Also where every entry is modest: many may share the same packed bytes.
  if (isBomb(packedBytes, unpackedBytes)) return [refusal(bombText(unpackedBytes))]
  const named = listed.map((entry) => ({ entry, name: entryName(entry) })).filter(({ name }) => !name.endsWith('/'))
  named.sort((a, b) => (a.name < b.name ? -1 : 1))
  const items = named.map(({ entry, name }) => entryItem(path, entry, name))
  return items.some(({ status }) => status !== 'skipped') ? items : [...items, refusal('it has no CSV file in it')]
}

async function entriesOf(path: string): Promise<readonly Entry[]> {
  const zip = await open(path)
  try {
    if (zip.entryCount > ARCHIVE_ENTRIES_MAX)
      throw new FileRefused(`it has ${zip.entryCount} entries; at most ${ARCHIVE_ENTRIES_MAX} are read`)
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) entries.push(entry)
    return entries
  } finally {
    zip.close()
  }
}

/** Names are decoded here and not by the package, which would give up the whole archive for one bad name. */
function open(path: string): Promise<ZipFile> {
  return openPromise(path, { autoClose: false, decodeStrings: false })
}

function entryName({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
}

function entryItem(path: string, entry: Entry, name: string): ImportItem {
  const label = nameOf(`${path}/${name}`)
  const danger = dangerOf(entry, name)
  if (danger !== null) return { status: 'refused', name: label, reason: danger }
  const rows = () => csvRows(unpacked(path, entry))
  const uselessness = isHidden(name) ? 'a hidden file' : isCsv(name) ? null : 'not .csv'
  if (uselessness !== null) return { status: 'skipped', name: label, reason: uselessness }
  const obstacle = obstacleOf(entry)
  if (obstacle !== null) return { status: 'refused', name: label, reason: obstacle }
  return { status: 'found', name: label, sizeBytes: entry.uncompressedSize, rows }
}

/** What only an archive made to do harm has. */
function dangerOf(entry: Entry, name: string): string | null {
  if (validateFileName(name) !== null) return 'its name leads out of the archive'
  return isLink(entry) ? 'it is a link' : null
}

/** The file type of Unix, in the upper half of the attributes. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170_000) === 0o120_000
}

function obstacleOf(entry: Entry): string | null {
  const { compressionMethod, compressedSize, uncompressedSize } = entry
  if (entry.isEncrypted()) return 'it is encrypted'
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    return `it is packed by method ${compressionMethod}; only deflate is read`
  if (uncompressedSize > FILE_BYTES_MAX) return `it has ${uncompressedSize} bytes; at most ${FILE_BYTES_MAX} are read`
  return isBomb(compressedSize, uncompressedSize) ? bombText(uncompressedSize) : null
}

function isBomb(packedBytes: number, unpackedBytes: number): boolean {
  return unpackedBytes > ARCHIVE_BYTES_HARMLESS && unpackedBytes > packedBytes * ARCHIVE_RATIO_MAX
}

function bombText(unpackedBytes: number): string {
  return `it would unpack to ${unpackedBytes} bytes, more than ${ARCHIVE_RATIO_MAX} times its size`
}

async function* unpacked(path: string, entry: Entry): AsyncGenerator<Buffer> {
  const zip = await open(path).catch(refuse)
  try {
    let checksum = 0
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      checksum = crc32(chunk, checksum)
      yield chunk
    }
    if (checksum !== entry.crc32) throw new FileRefused('its checksum is wrong: the archive is damaged')
  } catch (error) {
    refuse(error)
  } finally {
    zip.close()
  }
}

function refuse(error: unknown): never {
  throw unreadable(error)
}

function unreadable(cause: unknown): FileRefused {
  if (cause instanceof FileRefused) return cause
  return new FileRefused(`it cannot be unpacked: ${cause instanceof Error ? cause.message : 'unknown'}`, null, {
    cause,
  })
}
