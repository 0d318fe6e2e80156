import { hasText, type Section } from './sections.ts'

/** Topics of README sections, by their headings. The first match wins. */
const topics = {
  noise: [
    /^(table of )?contents?$/,
    /^toc$/,
    /sponsor|backers|star history|stargazers|donat/,
    /^(badges?|index|navigation)$/,
  ],
  licence: [/许可|版权/, /\blicen[cs](e|es|ing)\b/, /^copyright/],
  tests: [/测试/, /^(running |run |unit |the )?tests?( suite)?$/, /^testing$/, /^running (the )?tests/],
  contributing: [
    /贡献|参与|捐赠/,
    /contribut|code of conduct|acknowledg/,
    /^(work(ing)? on|develop(ment|ing|er)|building|build$|releas|changelog|roadmap|hacking)/,
    /^(support|community|security|maintain|authors?|credits|team|help$|contact|thanks)/,
  ],
  dependencies: [/^dependenc/, /^built with/, /^tech(nology)? stack/],
  configuration: [/配置|設定/, /configur/, /^settings?\b/, /environment variables?/, /^env\b/, /^customi[sz]/],
  commands: [/^cli\b/, /command[- ]line/, /^(commands?|scripts|flags)$/],
  start: [
    /安装|安裝|下载|快速|入门|使用|インストール|使い方|설치|instala|установк/,
    /install|getting started|^get started|quick ?start|^first (steps|run)|^tutorial|^(try|use) it\b/,
    /^(usage|how to use|examples?|a simple example|basic|demo|run(ning)?\b)/,
    /^(setup|set up|requirements?|prerequisites?|download|deploy)/,
  ],
  api: [/^(the )?(public )?api\b/, /api reference/, /^(reference|methods|classes|functions|options)$/],
  about: [
    /简介|介绍|概述|特性|功能|组件|概要/,
    /^(about|overview|introduction|intro|description|background|philosophy|goals|status)/,
    /^(what |what's|why |why$|how it works|motivation|benefits|features?|key features|highlights)/,
  ],
} as const

export type Topic = keyof typeof topics

/** The topic of a section, by its title. */
export function topicOf(title: string): Topic | undefined {
  const plain = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s'-]/gu, ' ')
    .replace(/^\s*(\d+\s+)*/, '')
    .trim()
  return (Object.keys(topics) as Topic[]).find((topic) => topics[topic].some((heading) => heading.test(plain)))
}

/** The sections about a topic: direct children, or else deeper ones inside sections without a topic. */
export function sectionsAbout(parent: Section, topic: Topic): Section[] {
  const children = parent.children.filter(hasText)
  const direct = children.filter(({ title }) => topicOf(title) === topic)
  if (direct.length > 0) return direct
  return children.filter(({ title }) => !topicOf(title)).flatMap((child) => sectionsAbout(child, topic))
}

/** The same, but if nothing is found also searches sections about other topics. */
export function sectionsAnywhereAbout(root: Section, topic: Topic): Section[] {
  const found = sectionsAbout(root, topic)
  const nested = (parent: Section): Section[] =>
    parent.children.flatMap((child) => (topicOf(child.title) === topic ? [child] : nested(child)))
  return found.length > 0 ? found : nested(root)
}

/** The sections without a topic, without those of their parts that have one. */
export function otherSections(root: Section): Section[] {
  const taken = new Set((Object.keys(topics) as Topic[]).flatMap((topic) => sectionsAbout(root, topic)))
  const without = (parent: Section): Section[] =>
    parent.children
      .filter((child) => !taken.has(child))
      .map((child) => ({ ...child, children: without(child) }))
      .filter(hasText)
  return without(root)
}
