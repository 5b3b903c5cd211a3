/** A coin of the imported history. Symbol and name are as the file wrote them; both are unique, whatever the case. */
export interface Coin {
  readonly symbol: string
  readonly name: string
}

/** One coin on one day: its record, and the change against records of exactly 1, 7 and 30 days before that record. */
export interface DashboardRow extends Coin {
  /** Unix milliseconds, 00:00 UTC of the day of the record: at most 30 days before the day asked for. */
  readonly recordedDayMs: number
  readonly price: number
  /** As the file wrote it: 0 means unknown, null that it had no such column. */
  readonly volume: number | null
  readonly marketCap: number | null
  /** Percent; null when there is no record of exactly that day, or its price is 0. */
  readonly change1d: number | null
  readonly change7d: number | null
  readonly change30d: number | null
}
