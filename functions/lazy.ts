/** Opens something at its first use and keeps it, so that loading a module neither reads the environment nor connects. */
export function lazy<Opened>(open: () => Opened): () => Opened {
  let opened: { value: Opened } | undefined
  return () => {
    opened ??= { value: open() }
    return opened.value
  }
}
