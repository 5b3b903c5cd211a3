/** When a bucket begins, and whether all of it is there. */
export function Moment({ text, isPartial }: { readonly text: string; readonly isPartial: boolean }) {
  return (
    <>
      {text}
      {isPartial && <small>in part</small>}
    </>
  )
}
