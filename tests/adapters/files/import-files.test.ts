import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { importFiles } from '../../../src/adapters/files/import-files.ts'
import type { ImportItem } from '../../../src/ports/import-files.ts'
import { type ZipEntry, zipOf } from './zip-builder.ts'

const root = mkdtempSync(join(tmpdir(), 'tickertap-files-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let count = 0
/** A new folder with these files in it; null makes a folder. */
function folderOf(files: Readonly<Record<string, string | Buffer | null>>): string {
  count += 1
  const folder = join(root, String(count))
  mkdirSync(folder)
  for (const [name, content] of Object.entries(files)) {
    if (content === null) mkdirSync(join(folder, name))
    else writeFileSync(join(folder, name), content)
  }
  return folder
}

/** Each item as one line, names from the folder on, and what reading it gives. */
async function told(path: string): Promise<string[]> {
  const items = await importFiles().find(path)
  return Promise.all(items.map(async (item) => `${item.name.replace(`${path}/`, '')}: ${await outcome(item)}`))
}

async function outcome(item: ImportItem): Promise<string> {
  if (item.status !== 'found') return `${item.status}, ${item.reason}`
  const rows: string[] = []
  try {
    for await (const piece of item.rows()) rows.push(...piece.rows.map(({ cells }) => cells.join()))
  } catch (error) {
    return `fault, ${(error as Error).message}`
  }
  return `${item.sizeBytes} bytes, ${rows.join(' ')}`
}

const zipped = (...entries: readonly ZipEntry[]) => join(folderOf({ 'a.zip': zipOf(...entries) }), 'a.zip')
const CSV = 'a,b\n1,2\n'

describe('a file', () => {
  test('that is named is read, whatever its name', async () => {
    const folder = folderOf({ 'prices.txt': CSV })
    expect(await told(join(folder, 'prices.txt'))).toEqual([`${join(folder, 'prices.txt')}: 8 bytes, a,b 1,2`])
  })

  test('that is not there, or is no file, is told', async () => {
    const folder = folderOf({})
    const pipe = join(folder, 'pipe.csv')
    execFileSync('mkfifo', [pipe])
    symlinkSync('loop', join(folder, 'loop'))
    expect(await told(join(folder, 'none.csv'))).toEqual([expect.stringMatching(/refused, it does not exist$/)])
    expect(await told(pipe)).toEqual([expect.stringMatching(/refused, it is no regular file$/)])
    expect(await told(join(folder, 'loop'))).toEqual([expect.stringMatching(/refused, its links lead in a circle$/)])
  })

  test('that vanishes before it is read is told', async () => {
    const path = join(folderOf({ 'a.csv': CSV }), 'a.csv')
    const [item] = await importFiles().find(path)
    rmSync(path)
    expect(item && (await outcome(item))).toBe('fault, it does not exist')
  })
})

describe('a folder', () => {
  test('is its CSV files and archives, by name; everything else is told', async () => {
    const folder = folderOf({
      'b.csv': CSV,
      'a.CSV': CSV,
      'c.zip': zipOf({ name: 'x.csv', data: CSV }),
      '.hidden.csv': CSV,
      'read.me': 'text',
      'sub.csv': null,
    })
    symlinkSync(join(folder, 'b.csv'), join(folder, 'link.csv'))
    expect(await told(folder)).toEqual([
      '.hidden.csv: skipped, a hidden file',
      'a.CSV: 8 bytes, a,b 1,2',
      'b.csv: 8 bytes, a,b 1,2',
      'c.zip/x.csv: 8 bytes, a,b 1,2',
      'link.csv: 8 bytes, a,b 1,2',
      'read.me: skipped, neither .csv nor .zip',
      'sub.csv: skipped, a folder: name it to import what is in it',
    ])
  })

  test('without any is refused', async () => {
    const folder = folderOf({ 'read.me': 'text' })
    expect((await told(folder)).at(-1)).toBe(`${folder}: refused, it has no CSV file in it`)
  })
})

describe('a zip archive', () => {
  test('is its CSV files by name, whether packed, stored or with zip64 sizes; everything else is told', async () => {
    const path = zipped(
      { name: 'z.csv', data: CSV },
      { name: 'folder/', data: '', method: 0 },
      { name: 'folder/b.csv', data: CSV, method: 0 },
      { name: 'folder/a.csv', data: CSV, zip64: true },
      { name: '__MACOSX/._z.csv', data: 'resource' },
      { name: 'inner.zip', data: zipOf({ name: 'x.csv', data: CSV }) },
    )
    expect(await told(path)).toEqual([
      '__MACOSX/._z.csv: skipped, a hidden file',
      'folder/a.csv: 8 bytes, a,b 1,2',
      'folder/b.csv: 8 bytes, a,b 1,2',
      'inner.zip: skipped, not .csv',
      'z.csv: 8 bytes, a,b 1,2',
    ])
  })

  test.each<[what: string, entry: ZipEntry, told: RegExp]>([
    ['a name that climbs', { name: '../x.csv', data: CSV }, /refused, its name leads out/],
    ['a name that climbs later', { name: 'a/../../x.csv', data: CSV }, /refused, its name leads out/],
    ['a name that climbs with backslashes', { name: '..\\x.csv', data: CSV }, /refused, its name leads out/],
    ['an absolute name', { name: '/etc/x.csv', data: CSV }, /refused, its name leads out/],
    ['the name of a drive', { name: 'C:/x.csv', data: CSV }, /refused, its name leads out/],
    ['a link', { name: 'x.csv', data: '/etc/passwd', mode: 0o120_777 }, /refused, it is a link/],
    ['an encrypted file', { name: 'x.csv', data: CSV, flags: 1 }, /refused, it is encrypted/],
    [
      'another way of packing',
      { name: 'x.csv', data: CSV, method: 12, unpackedBytes: 99 },
      /refused, it is packed by method 12/,
    ],
    ['a wrong checksum', { name: 'x.csv', data: CSV, checksum: 1 }, /fault, its checksum is wrong/],
    [
      'more bytes than it said',
      { name: 'x.csv', data: CSV.repeat(100), unpackedBytes: 9 },
      /fault, it cannot be unpacked: too many bytes/,
    ],
    [
      'fewer bytes than it said',
      { name: 'x.csv', data: CSV, unpackedBytes: 99 },
      /fault, it cannot be unpacked: not enough bytes/,
    ],
    [
      'an impossible size',
      { name: 'x.csv', data: CSV, unpackedBytes: 3_000_000_000 },
      /refused, it would unpack to 3000000000 bytes/,
    ],
  ])('with %s is not trusted', async (_, entry, expected) => {
    expect(await told(zipped(entry))).toEqual([expect.stringMatching(expected)])
  })

  test('that is a bomb is refused unread', async () => {
    const big = Buffer.alloc(3_000_000, CSV)
    expect(await told(zipped({ name: 'x.csv', data: big }))).toEqual([
      expect.stringMatching(/more than 200 times its size$/),
    ])
    const kernel = { name: 'x.csv', data: CSV.repeat(15_000) }
    const shared = Array.from({ length: 50 }, (_, n) => ({ ...kernel, name: `${n}.csv`, sharesFirst: true as const }))
    expect(await told(zipped(kernel, ...shared))).toEqual([expect.stringMatching(/more than 200 times its size$/)])
  })

  test('that is damaged or empty is told', async () => {
    const whole = zipOf({ name: 'x.csv', data: CSV })
    const damaged = join(folderOf({ 'a.zip': whole.subarray(0, -30) }), 'a.zip')
    expect(await told(damaged)).toEqual([
      expect.stringMatching(/refused, it cannot be unpacked: End of central directory/),
    ])
    expect(await told(join(folderOf({ 'a.zip': CSV }), 'a.zip'))).toEqual([expect.stringMatching(/refused, it cannot/)])
    expect(await told(join(folderOf({ 'a.zip': '' }), 'a.zip'))).toEqual([expect.stringMatching(/refused, it cannot/)])
    expect(await told(zipped())).toEqual([expect.stringMatching(/refused, it has no CSV file in it$/)])
  })

  const FDS = '/proc/self/fd'
  test.skipIf(process.platform !== 'linux')('is closed again, also when nobody reads to its end', async () => {
    const path = zipped({ name: 'x.csv', data: CSV.repeat(50_000).replaceAll('1', () => String(Math.random())) })
    const before = readdirSync(FDS).length
    for (let round = 0; round < 20; round += 1) {
      const [item] = await importFiles().find(path)
      if (item?.status !== 'found') throw new Error('not found')
      for await (const { rows } of item.rows()) if (rows.length > 0) break
    }
    await expect.poll(() => readdirSync(FDS).length).toBeLessThanOrEqual(before + 2)
  })
})
