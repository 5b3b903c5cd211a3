import { crc32, deflateRawSync } from 'node:zlib'

/** One entry; what is not given is as an honest packer writes it. */
export interface ZipEntry {
  readonly name: string
  readonly data: Buffer | string
  readonly method?: number
  readonly flags?: number
  /** File type and mode of Unix. */
  readonly mode?: number
  readonly checksum?: number
  /** What the archive says of it, whatever it is. */
  readonly unpackedBytes?: number
  /** Where it begins, so that entries may share their bytes. */
  readonly sharesFirst?: true
  /** Sizes and offsets are written as zip64 does, for archives beyond 4 GiB. */
  readonly zip64?: true
}

const UTF8_NAMES = 0x800
const ZIP64_LATER = 0xffffffff

/** A zip archive, honest or not. */
export function zipOf(...entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { local, central } = partsOf(entry, entry.sharesFirst ? 0 : offset)
    directory.push(central)
    if (entry.sharesFirst) continue
    bodies.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  return Buffer.concat([...bodies, central, endOf(entries.length, central.length, offset)])
}

function partsOf(entry: ZipEntry, offset: number): { local: Buffer; central: Buffer } {
  const { method = 8, flags = 0, mode = 0o100_644, zip64 } = entry
  const data = Buffer.from(entry.data)
  const packed = method === 8 ? deflateRawSync(data) : data
  const name = Buffer.from(entry.name)
  const unpackedBytes = entry.unpackedBytes ?? data.length
  const head = Buffer.alloc(26)
  head.writeUInt16LE(zip64 ? 45 : 20, 0)
  head.writeUInt16LE(flags | UTF8_NAMES, 2)
  head.writeUInt16LE(method, 4)
  head.writeUInt32LE(entry.checksum ?? crc32(data), 10)
  head.writeUInt32LE(zip64 ? ZIP64_LATER : packed.length, 14)
  head.writeUInt32LE(zip64 ? ZIP64_LATER : unpackedBytes, 18)
  head.writeUInt16LE(name.length, 22)
  const extra = zip64 ? zip64Extra(unpackedBytes, packed.length) : Buffer.alloc(0)
  head.writeUInt16LE(extra.length, 24)
  const local = Buffer.concat([u32(0x04034b50), head, name, extra, packed])
  const tail = Buffer.alloc(14)
  tail.writeUInt32LE((mode << 16) >>> 0, 6)
  tail.writeUInt32LE(offset, 10)
  const madeByUnix = Buffer.from([45, 3])
  return { local, central: Buffer.concat([u32(0x02014b50), madeByUnix, head, tail, name, extra]) }
}

function zip64Extra(unpackedBytes: number, packedBytes: number): Buffer {
  const extra = Buffer.alloc(20)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(16, 2)
  extra.writeBigUInt64LE(BigInt(unpackedBytes), 4)
  extra.writeBigUInt64LE(BigInt(packedBytes), 12)
  return extra
}

function endOf(count: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(directoryBytes, 12)
  end.writeUInt32LE(offset, 16)
  return end
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
