// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template is JSON of any shape
type Resource = { Type: string; Properties: any }

interface Edit {
  /** What MiniStack cannot do. */
  because: string
  of: string
  apply(properties: Resource['Properties']): void
}

/** Where the events of the test's tasks come from. */
export const SOURCE = 'test.ecs'

/** Every difference between the template that the test deploys and the product's, and why. */
export const edits: Edit[] = [
  {
    because: 'It has no metric math. Each alarm watches its first metric instead.',
    of: 'AWS::CloudWatch::Alarm',
    apply: (alarm) => {
      const stat = alarm.Metrics?.find(({ MetricStat }: { MetricStat?: object }) => MetricStat)?.MetricStat
      if (!stat) return
      delete alarm.Metrics
      Object.assign(alarm, { ...stat.Metric, Period: stat.Period, Statistic: stat.Stat })
    },
  },
  {
    because: 'It has no streamed responses. Functions answer whole (whole-answers.mjs).',
    of: 'AWS::ApiGateway::Method',
    apply: ({ Integration }) => {
      if (Integration.ResponseTransferMode !== 'STREAM') return
      delete Integration.ResponseTransferMode
      Integration.Uri = JSON.parse(
        JSON.stringify(Integration.Uri)
          .replace('2021-11-15/functions', '2015-03-31/functions')
          .replace('/response-streaming-invocations', '/invocations'),
      )
    },
  },
  {
    because: 'Whole answers of any type are base64 to API Gateway, which decodes only the types named here.',
    of: 'AWS::ApiGateway::RestApi',
    apply: (api) => {
      api.BinaryMediaTypes = ['*/*']
    },
  },
  {
    because: 'As on AWS, nobody but ECS itself can send events with the source `aws.ecs`.',
    of: 'AWS::Events::Rule',
    apply: ({ EventPattern }) => {
      if (EventPattern) EventPattern.source = [SOURCE]
    },
  },
]

/** Applies every edit to a template. */
export function edit(template: { Resources: Record<string, Resource> }): void {
  for (const { of, apply } of edits) {
    for (const { Type, Properties } of Object.values(template.Resources)) if (Type === of) apply(Properties)
  }
}
