import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { meQuery } from '../api/queries.ts'
import { LogOutButton } from '../features/session/log-out-button.tsx'
import { CallerContext } from '../ui/caller.ts'
import { Link } from '../ui/link.tsx'
import { useAddress } from '../ui/location.ts'
import { Problem } from '../ui/problem.tsx'
import { Connection } from './connection.tsx'
import { screens } from './screens.tsx'
import { ThemeButton } from './theme-button.tsx'

/** The frame around every screen. Nothing is shown before the caller is known, so that no button appears that would fail. */
export function Shell() {
  const { data: caller, error } = useQuery(meQuery)
  const name = useAddress().get('screen') ?? 'projects'
  const main = useFocusOnChange(name)
  if (!caller)
    return <main className="starting">{error ? <Problem error={error} /> : <p role="status">Loading…</p>}</main>

  const allowed = screens.filter(({ isFor }) => isFor(caller))
  const screen = allowed.find((each) => each.name === name)
  return (
    <CallerContext value={caller}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <Link to={{}} className="brand">
          docsfy
        </Link>
        <nav aria-label="Main">
          {allowed
            .filter(({ inMenu }) => inMenu)
            .map((each) => (
              <Link
                key={each.name}
                to={each.name === 'projects' ? {} : { screen: each.name }}
                current={each.name === name}
              >
                {each.title}
              </Link>
            ))}
        </nav>
        <ThemeButton />
        <LogOutButton username={caller.username} />
      </header>
      <Connection />
      <main id="main" ref={main} tabIndex={-1}>
        {screen ? <screen.Screen /> : <NotFound />}
      </main>
    </CallerContext>
  )
}

function NotFound() {
  return (
    <>
      <h1>There is no such screen</h1>
      <p>
        <Link to={{}}>Go to the projects</Link>
      </p>
    </>
  )
}

/** Moves the focus to the new screen, so that screen readers start there; not when the page is first opened. */
function useFocusOnChange(name: string) {
  const main = useRef<HTMLElement>(null)
  const former = useRef(name)
  useEffect(() => {
    document.title = `${screens.find((each) => each.name === name)?.title ?? 'Not found'} · docsfy`
    if (former.current !== name) main.current?.focus()
    former.current = name
  }, [name])
  return main
}
