import { useEffect, useRef, useState } from 'react'

/** The log. It follows the end until the reader scrolls up. */
export function Log({ text }: { text: string }) {
  const log = useRef<HTMLPreElement>(null)
  const [follows, setFollows] = useState(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it scrolls when the text grows.
  useEffect(() => {
    if (follows && log.current) log.current.scrollTop = log.current.scrollHeight
  }, [text, follows])
  if (text === '') return null
  return (
    <details>
      <summary>Log</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <pre ref={log} className="log" tabIndex={0} onScroll={() => setFollows(isAtEnd(log.current))}>
        {text}
      </pre>
      {!follows && (
        <button type="button" onClick={() => setFollows(true)}>
          Follow the end again
        </button>
      )}
    </details>
  )
}

const isAtEnd = (element: HTMLElement | null): boolean =>
  element === null || element.scrollHeight - element.scrollTop - element.clientHeight < 8
