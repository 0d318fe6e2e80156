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
