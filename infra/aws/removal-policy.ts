import { RemovalPolicy } from 'aws-cdk-lib'
import type { Choices } from './contexts.ts'

/**
 * What becomes of the data when its resource leaves the stack: with deletion protection it stays, except when the very deployment that
 * made it fails. Then it is empty, and what stayed would cost money and belong to no stack.
 */
export const removalPolicyOf = ({ deletionProtection }: Pick<Choices, 'deletionProtection'>): RemovalPolicy =>
  deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
