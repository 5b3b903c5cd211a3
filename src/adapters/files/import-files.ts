import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportFiles, ImportItem, Unread } from '../../ports/import-files.ts'
import { csvRows } from './csv-rows.ts'
import { fileBytes, reasonOf } from './file-bytes.ts'
import { FILE_BYTES_MAX } from './limits.ts'
import { isCsv, isHidden, isZip, nameOf } from './names.ts'
import { zipItems } from './zip-archive.ts'

/** Files of this machine. */
export function importFiles(): ImportFiles {
  return { find }
}

async function find(path: string): Promise<readonly ImportItem[]> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) return await folderItems(path)
    if (!found.isFile()) return [refused(path, 'it is no regular file')]
    if (isZip(path)) return await zipItems(path, found.size)
    if (found.size > FILE_BYTES_MAX)
      return [refused(path, `it has ${found.size} bytes; at most ${FILE_BYTES_MAX} are read`)]
    const rows = () => csvRows(fileBytes(path))
    return [{ status: 'found', name: nameOf(path), sizeBytes: found.size, rows }]
  } catch (error) {
    return [refused(path, reasonOf(error))]
  }
}

async function folderItems(folder: string): Promise<readonly ImportItem[]> {
  const names = (await readdir(folder)).sort()
  const items: ImportItem[] = []
  for (const name of names) items.push(...(await itemsInFolder(join(folder, name))))
  return items.some(({ status }) => status !== 'skipped')
    ? items
    : [...items, refused(folder, 'it has no CSV file in it')]
}

async function itemsInFolder(path: string): Promise<readonly ImportItem[]> {
  if (isHidden(path)) return [skipped(path, 'a hidden file')]
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) return [skipped(path, 'a folder: name it to import what is in it')]
  return isCsv(path) || isZip(path) ? find(path) : [skipped(path, 'neither .csv nor .zip')]
}

function skipped(path: string, reason: string): Unread {
  return { status: 'skipped', name: nameOf(path), reason }
}

function refused(path: string, reason: string): Unread {
  return { status: 'refused', name: nameOf(path), reason }
}
