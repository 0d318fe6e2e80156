import { useQuery } from '@tanstack/react-query'
import { downloadPath, sitePath } from '../../api/paths.ts'
import { logQuery, variantQuery } from '../../api/queries.ts'
import { isActive, isPublished, type VariantAddress, type VariantView } from '../../api/variants.ts'
import { canChange, useCaller } from '../../ui/caller.ts'
import { Link } from '../../ui/link.tsx'
import { useAddress } from '../../ui/location.ts'
import { Problem } from '../../ui/problem.tsx'
import { Status } from '../../ui/status.tsx'
import { variantIn } from '../../ui/variant-link.ts'
import { AbortButton } from './abort-button.tsx'
import { CopyLink } from './copy-link.tsx'
import { Facts } from './facts.tsx'
import { Log } from './log.tsx'
import { Pages } from './pages.tsx'
import { RetryButton } from './retry-button.tsx'

/** One variant: its generation while it runs, its outcome afterwards. */
export function WatchScreen() {
  const address = variantIn(useAddress())
  if (address) return <Watched address={address} />
  return (
    <>
      <h1>This address names no generation</h1>
      <Link to={{}}>Go to the projects</Link>
    </>
  )
}

function Watched({ address }: { address: VariantAddress }) {
  const { data: variant, error } = useQuery(variantQuery(address))
  return (
    <>
      <h1>
        {address.name}, {address.branch}
      </h1>
      {variant ? (
        <Generation variant={variant} />
      ) : error ? (
        <Problem error={error} />
      ) : (
        <p role="status">Loading the generation…</p>
      )}
    </>
  )
}

function Generation({ variant }: { variant: VariantView }) {
  const caller = useCaller()
  const { data: log = '' } = useQuery(logQuery(variant))
  const isOurs = canChange(caller, variant.owner)
  return (
    <>
      <p role="status">
        <Status variant={variant} />
      </p>
      <Problem error={variant.error_message === null ? null : new Error(variant.error_message)} />
      <div className="actions">
        {isPublished(variant) && (
          <>
            <a href={sitePath(variant)}>Open the site</a>
            <a href={downloadPath(variant)}>Download</a>
            <CopyLink path={sitePath(variant)} />
          </>
        )}
        {isOurs && isActive(variant) && <AbortButton variant={variant} />}
        {/* A request always creates the caller's own variant. */}
        {isOurs && !isActive(variant) && variant.owner === caller.username && <RetryButton variant={variant} />}
      </div>
      <Facts variant={variant} />
      <Pages variant={variant} log={log} />
      <Log text={log} />
    </>
  )
}
