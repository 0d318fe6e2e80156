type Variables = Record<string, unknown> | { Name: string; Value: unknown }[]

/**
 * The environment of a function or a container as its process would see it. What only CloudFormation knows (names, ARNs, URLs)
 * becomes an address that names the resource.
 */
export function resolvedVariables(variables: Variables | undefined): Record<string, string> {
  const entries = Array.isArray(variables)
    ? variables.map(({ Name, Value }) => [Name, Value] as const)
    : Object.entries(variables ?? {})
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : standFor(value)]))
}

const standFor = (intrinsic: unknown): string =>
  `https://resolved.example/${JSON.stringify(intrinsic).replaceAll(/[^A-Za-z0-9]+/g, '-')}`
