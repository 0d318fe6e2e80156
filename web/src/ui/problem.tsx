/** An error, announced to screen readers when it appears. */
export function Problem({ error }: { error: Error | null | undefined }) {
  return <div role="alert">{error && <p className="problem">{error.message}</p>}</div>
}
