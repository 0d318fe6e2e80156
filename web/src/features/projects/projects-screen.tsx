import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { variantsQuery } from '../../api/queries.ts'
import type { VariantView } from '../../api/variants.ts'
import { useCaller } from '../../ui/caller.ts'
import { Choice, Field } from '../../ui/field.tsx'
import { dollars } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { changeAddress, useAddress } from '../../ui/location.ts'
import { Problem } from '../../ui/problem.tsx'
import { statusNames } from '../../ui/status.tsx'
import { applyFilter, type Filter, filterIn, sorts } from './filter.ts'
import { VariantList } from './variant-list.tsx'

/** All variants that the caller may read. Filter and order are in the address, so that they can be shared and Back undoes them. */
export function ProjectsScreen() {
  const { data, error } = useQuery(variantsQuery)
  const search = useAddress().toString()
  const filter = useMemo(() => filterIn(new URLSearchParams(search)), [search])
  const shown = useMemo(() => applyFilter(data?.variants ?? [], filter), [data, filter])
  if (!data) return <Beginning error={error} />
  return (
    <>
      <h1>Projects</h1>
      {data.variants.length === 0 ? (
        <FirstSteps />
      ) : (
        <>
          <Filters filter={filter} variants={data.variants} />
          <p role="status" className="quiet">
            {shown.length} of {data.variants.length} shown. Spent in total: {dollars(data.totalCostUsd)}
          </p>
          <VariantList variants={shown} />
        </>
      )}
    </>
  )
}

function Beginning({ error }: { error: Error | null }) {
  return (
    <>
      <h1>Projects</h1>
      {error ? <Problem error={error} /> : <p role="status">Loading the projects…</p>}
    </>
  )
}

function FirstSteps() {
  const { role } = useCaller()
  if (role === 'viewer') return <p>Nothing is shared with you yet. Ask an admin for access to a project.</p>
  return (
    <p>
      There is no documentation yet. <Link to={{ screen: 'generate' }}>Generate it for a repository</Link>: all that
      docsfy needs is its address.
    </p>
  )
}

function Filters({ filter, variants }: { filter: Filter; variants: readonly VariantView[] }) {
  const owners = useMemo(() => [...new Set(variants.map(({ owner }) => owner))].toSorted(), [variants])
  return (
    <search className="filters">
      <Field
        label="Find"
        name="q"
        type="search"
        value={filter.text}
        onChange={(q) => changeAddress({ q }, { replace: filter.text !== '' && q !== '' })}
      />
      <Choice
        label="Status"
        name="status"
        value={filter.status}
        onChange={(status) => changeAddress({ status })}
        options={[['', 'Any'], ...statusNames.map(([value, label]) => [value, label] as const)]}
      />
      {owners.length > 1 && (
        <Choice
          label="Owner"
          name="owner"
          value={filter.owner}
          onChange={(owner) => changeAddress({ owner })}
          options={[['', 'Any'], ...owners.map((owner) => [owner, owner] as const)]}
        />
      )}
      <Choice
        label="Order"
        name="sort"
        value={filter.sort}
        onChange={(sort) => changeAddress({ sort: sort === 'changed' ? undefined : sort })}
        options={Object.entries(sorts)}
      />
    </search>
  )
}
