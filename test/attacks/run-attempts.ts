import pLimit from 'p-limit'
import type { Attack, Cli } from './attack.ts'
import { attacks } from './attacks.ts'
import { attempt, type Defences } from './attempt.ts'

// Runs attacks in a process of its own, which plays the runner: as the user that started it, with the secret in its environment.
// Argument: which, as JSON. Prints one attempt per line.
const { ids, clis, user, atOnce } = JSON.parse(process.argv[2] ?? '{}')
const secret = process.env.ATTACK_SECRET ?? ''
const limit = pLimit(atOnce)
const runs = attacks
  .filter(({ id }) => ids.includes(id))
  .flatMap((attack) =>
    clis
      .filter((cli: Cli) => attack.calls[cli])
      .flatMap((cli: Cli) => defencesFor(attack).map((defences) => ({ attack, cli, defences }))),
  )
await Promise.all(
  runs.map(({ attack, cli, defences }) =>
    limit(async () => console.log(JSON.stringify(await attempt(attack, cli, { defences, secret, user })))),
  ),
)

function defencesFor({ control, cliAlone = control?.cli === 'plain' }: Attack): Defences[] {
  return cliAlone ? ['all', 'cli', 'none'] : ['all', 'none']
}
