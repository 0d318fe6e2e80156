import { CfnElement, Stack, Validations } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'
import type { z } from 'zod'

/** A process that can be granted a resource: always its permissions together with the variables that say where it is. */
export interface Grantee extends IConstruct {
  /** @param variables - as the process's env schema expects them */
  grant(variables: Record<string, string>, ...statements: PolicyStatement[]): void
}

/** The variables of a schema from `shared/env.ts`, as an environment holds them: as text. */
export type Variables<Schema extends z.ZodType> = AsText<z.input<Schema>>
type AsText<Input> = { [Name in keyof Input]: string }

/**
 * Explains to cdk-nag why a wildcard in a policy can't be narrower. cdk-nag then accepts this wildcard, and no other, in the
 * roles below `scope`.
 *
 * @param resource - in cdk-nag's notation, with `<…>` around references
 */
export function explainWildcard(scope: IConstruct, resource: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason })
}

/** A resource's name in the template. */
export const logicalId = (construct: IConstruct): string => {
  const resource = construct.node.defaultChild
  if (!CfnElement.isCfnElement(resource)) throw new Error(`${construct.node.path} is not a single resource`)
  return Stack.of(construct).resolve(resource.logicalId)
}
