/** Opens a resource on first use and keeps it, so loading a module neither reads the environment nor connects. */
export function lazy<Opened>(open: () => Opened): () => Opened {
  let opened: { value: Opened } | undefined
  return () => {
    opened ??= { value: open() }
    return opened.value
  }
}
