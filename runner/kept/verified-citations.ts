import type { Citation } from '../../shared/page.ts'
import type { AiSession } from '../ai/call/session.ts'
import { checkCitations } from '../review/check-citations.ts'
import { openFiles } from '../review/clone-files.ts'
import { citationsIn } from '../site/citations.ts'

/** A page's citations, checked against the clone as it is now. For pages that were rendered before. */
export async function verifiedCitations(
  { cwd, secrets }: Pick<AiSession, 'cwd' | 'secrets'>,
  markdown: string,
): Promise<Citation[]> {
  const cited = citationsIn(markdown)
  const mask = async (text: string) => (await secrets.mask(text)).text
  const verdicts = await checkCitations(cited, { files: openFiles(cwd), mask })
  return cited.map(({ range }, index) => ({ ...range, verified: !verdicts[index]?.fault }))
}
