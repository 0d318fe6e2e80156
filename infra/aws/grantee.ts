import { CfnElement, Stack, Validations } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'
import type { z } from 'zod'

/** A process that can be given something: the variables that say where it is, and the right to use it, always together. */
export interface Grantee extends IConstruct {
  /** @param variables - of the schema that the process reads them with */
  give(variables: Record<string, string>, ...statements: PolicyStatement[]): void
}

/** The variables of a schema of `shared/env.ts` as they stand in an environment: text. */
export type Variables<Schema extends z.ZodType> = AsText<z.input<Schema>>
type AsText<Input> = { [Name in keyof Input]: string }

/**
 * Says why a wildcard in a policy is as narrow as it can be. cdk-nag accepts this one in the roles below `scope`, and no other.
 *
 * @param resource - as cdk-nag writes it, with `<…>` around references
 */
export function explainWildcard(scope: IConstruct, resource: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason })
}

/** The name of a resource in the template. */
export const logicalId = (construct: IConstruct): string => {
  const resource = construct.node.defaultChild
  if (!CfnElement.isCfnElement(resource)) throw new Error(`${construct.node.path} is no single resource`)
  return Stack.of(construct).resolve(resource.logicalId)
}
