import { readFileSync } from 'node:fs'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { readContexts } from '../../infra/aws/contexts.ts'
import { DocsfyStack } from '../../infra/aws/stack.ts'

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'))

interface SynthesisOptions {
  /** Bundles the functions, which takes a while. */
  bundling?: boolean
  /** Where `synth` writes to; a temporary folder of this process unless told. */
  outdir?: string
}

/** The stack as `cdk synth` builds it with these contexts. */
export function makeStack(
  contexts: Record<string, string> = {},
  { bundling = false, ...options }: SynthesisOptions = {},
): { app: App; stack: DocsfyStack } {
  const app = new App({
    ...options,
    analyticsReporting: false,
    context: { ...cdkJson.context, ...(bundling ? {} : { 'aws:cdk:bundling-stacks': [] }), ...contexts },
  })
  return { app, stack: new DocsfyStack(app, readContexts(contexts)) }
}

export const makeTemplate = (contexts?: Record<string, string>): Template =>
  Template.fromStack(makeStack(contexts).stack)

export interface Resource {
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template is JSON of any shape
  properties: any
}

/** All resources of a CloudFormation type. */
export const resourcesOf = (template: Template, type: string): Resource[] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => ({ id, properties: Properties }))
