/** One page of a plan. */
export interface PlannedPage {
  slug: string
  title: string
  description: string
}

/** The answer to a prompt for a plan, as JSON. */
export interface Plan {
  project_name: string
  tagline: string
  navigation: { group: string; pages: PlannedPage[] }[]
}

/** A whole site: its plan, and its pages by slug. */
export interface Site {
  plan: Plan
  pages: Record<string, string>
}
