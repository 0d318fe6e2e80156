import type { MouseEvent, ReactNode } from 'react'
import { addressOf, navigate, type Parameters } from './location.ts'

interface LinkProps {
  to: Parameters
  children: ReactNode
  current?: boolean
  className?: string
}

/** A link to another screen: a real one, which can be copied and opened in a new tab. */
export function Link({ to, children, current, className }: LinkProps) {
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a href={addressOf(to)} onClick={open} className={className} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}
