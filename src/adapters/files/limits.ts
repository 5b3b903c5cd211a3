const MIB = 1024 * 1024

/** What a file of daily records never comes near. Beyond it, reading on would only cost memory and time. */
export const LINE_BYTES_MAX = 64 * 1024
export const ROW_CHARACTERS_MAX = 16 * 1024
export const FILE_BYTES_MAX = 1024 * MIB

export const ARCHIVE_ENTRIES_MAX = 10_000
/** Tables of numbers shrink to a third, padded ones to a tenth; a bomb shrinks a thousandfold. */
export const ARCHIVE_RATIO_MAX = 200
/** Too little to harm, whatever its ratio. */
export const ARCHIVE_BYTES_HARMLESS = MIB
