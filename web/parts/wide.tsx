import type { ComponentChildren } from 'preact'

export interface WideProps {
  /** What a screen reader calls it. */
  readonly label: string
  readonly children: ComponentChildren
}

/** Something wider than a phone, which scrolls by itself: with the keyboard, too. */
export function Wide({ label, children }: WideProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a pointer
    <section class="facts-table" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
