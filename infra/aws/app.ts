import { App } from 'aws-cdk-lib'
import { readContexts } from './contexts.ts'
import { DocsfyStack } from './stack.ts'

try {
  const app = new App()
  new DocsfyStack(app, readContexts(app.node.getAllContext()))
} catch (error) {
  // The message says what to change; where in this code it was noticed helps nobody who deploys.
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
