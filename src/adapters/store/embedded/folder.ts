import { closeSync, existsSync, fdatasyncSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** A failure of the disk in the numbering of the engine's system calls (WASI `EIO`). It stops at that, as it should. */
const IO_ERROR = 29

/** The engine's own parameters but for `-F`, which switches fsync off; `fsync` is the only call that reaches us. */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'],
]

/**
 * The engine on a folder. It comes without a way to the disk's own memory: `fsync` in it does nothing. Here it is
 * connected to the system's, so that a commit is answered after the disk has it, as a PostgreSQL server does.
 */
export async function openFolder(folder: string, parsers: NonNullable<PGliteOptions['parsers']>): Promise<PGlite> {
  return PGlite.create({ fs: new SyncedFolder(folder), startParams: START_PARAMS, parsers })
}

/** Makes the folder of a new database, whole or not at all: a half-made one is left beside it, and thrown away here. */
export async function createFolder(folder: string): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  await (await openFolder(draft, {})).close()
  syncTree(draft)
  renameSync(draft, folder)
  syncPath(dirname(folder))
}

class SyncedFolder extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args)
    const connect = (engine: Engine) => {
      engine.NODEFS.stream_ops.fsync = (stream) => syncStream(engine, stream)
    }
    const preRun = [emscriptenOpts.preRun ?? []].flat()
    // The engine's types leave out what Emscripten has inside.
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, connect as (typeof preRun)[number]] } }
  }
}

/** The part of Emscripten's file system that is used. */
interface Engine {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: Stream) => number }; realPath(node: unknown): string }
}
interface Stream {
  readonly node: unknown
  /** Descriptor of the system; a folder has none. */
  readonly nfd?: number
  readonly shared?: { readonly nfd?: number }
}

/** @returns 0, or an error number */
function syncStream({ NODEFS }: Engine, { node, nfd, shared }: Stream): number {
  try {
    const descriptor = nfd ?? shared?.nfd
    if (descriptor === undefined) syncPath(NODEFS.realPath(node))
    else fdatasyncSync(descriptor)
    return 0
  } catch {
    return IO_ERROR
  }
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else syncPath(path)
  }
  syncPath(folder)
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
