import type { VariantView } from '../../api/variants.ts'
import { dollars } from '../../ui/format.ts'

/** What each owner's projects cost. Deleted variants are not among them; the sum on the list of projects has those too. */
export function Spending({ variants }: { variants: readonly VariantView[] }) {
  const byProject = Map.groupBy(variants, ({ owner, name }) => `${owner}/${name}`)
  const rows = [...byProject]
    .map(([project, each]) => [project, each.reduce((sum, { spent_usd }) => sum + spent_usd, 0)] as const)
    .sort(([, one], [, other]) => other - one)
  if (rows.length === 0) return null
  return (
    <section>
      <h2>Spending by owner and project</h2>
      <div className="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Project</th>
              <th scope="col">Spent</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 100).map(([project, sum]) => (
              <tr key={project}>
                <th scope="row">{project}</th>
                <td>{dollars(sum)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
