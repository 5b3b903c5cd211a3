import type { Page } from 'playwright-core'

/** What a board page shows at one moment. */
export interface Shown {
  /** `<epoch>-<seq>` of the values. */
  readonly position: string
  readonly rows: readonly { readonly id: string; readonly price: string }[]
}

/** Reads the rows that are in the document, from the top, in one go. */
export function readBoard(page: Page): Promise<Shown> {
  return page.evaluate(`({
    position: document.querySelector('.body').dataset.position ?? '',
    rows: [...document.querySelectorAll('.body .row')].map((row) => ({
      id: row.dataset.id,
      price: (row.querySelector('.price .unseen').textContent || row.querySelector('.price').textContent),
    })),
  })`)
}
