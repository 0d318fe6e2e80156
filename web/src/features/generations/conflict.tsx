import { useQuery } from '@tanstack/react-query'
import { variantsQuery } from '../../api/queries.ts'
import { isActive } from '../../api/variants.ts'
import { useCaller } from '../../ui/caller.ts'
import { Link } from '../../ui/link.tsx'
import { Problem } from '../../ui/problem.tsx'
import { addressOfVariant } from '../../ui/variant-link.ts'

/** A 409: what is generating can be watched; a taken project name can be changed in the form. */
export function Conflict({ error }: { error: Error }) {
  const { username } = useCaller()
  const { data } = useQuery(variantsQuery)
  const running = (data?.variants ?? []).filter(
    (variant) => variant.owner === username && isActive(variant) && error.message.includes(`'${variant.name}/`),
  )
  return (
    <div className="notice">
      <Problem error={error} />
      {running.map((variant) => (
        <p key={variant.generation_id}>
          <Link to={addressOfVariant(variant)}>
            Watch {variant.name}, {variant.branch}, {variant.ai_model}
          </Link>
        </p>
      ))}
      <p>To keep both, choose another project name above.</p>
    </div>
  )
}
