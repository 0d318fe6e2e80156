import { RemovalPolicy } from 'aws-cdk-lib'
import type { Choices } from './contexts.ts'

/**
 * What happens to a data resource when it leaves the stack. With deletion protection it is retained, unless the deployment that
 * created it fails: it is empty then, and would cost money without belonging to any stack.
 */
export const removalPolicyOf = ({ deletionProtection }: Pick<Choices, 'deletionProtection'>): RemovalPolicy =>
  deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
