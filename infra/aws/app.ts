import { App } from 'aws-cdk-lib'
import { readContexts } from './contexts.ts'
import { DocsfyStack } from './stack.ts'

const app = new App()
new DocsfyStack(app, readContexts(app.node.getAllContext()))
