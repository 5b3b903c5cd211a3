import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that were built for pages. Names come from our own code, never from a request. */
export interface AssetReader {
  exists(name: string): Promise<boolean>
  /** Null when it was not built. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>
}

export function folderAssets(folder: string): AssetReader {
  return {
    // Not `access`: on Deno it wants the permission to know the user's id, and without it ends the process.
    exists: (name) =>
      stat(join(folder, name)).then(
        () => true,
        () => false,
      ),
    read: (name) =>
      readFile(join(folder, name)).then(
        (bytes) => new Uint8Array(bytes),
        () => null,
      ),
  }
}
