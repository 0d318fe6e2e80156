import * as z from 'zod'

/**
 * What EventBridge delivers as "ECS Task State Change"; times are ISO 8601.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export type EcsTaskStateChange = z.infer<typeof EcsTaskStateChange>
export const EcsTaskStateChange = z.object({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.literal('ECS Task State Change'),
  source: z.literal('aws.ecs'),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.looseObject({
    taskArn: z.string(),
    clusterArn: z.string(),
    taskDefinitionArn: z.string(),
    group: z.string(),
    startedBy: z.string().optional(),
    desiredStatus: z.string(),
    lastStatus: z.string(),
    stopCode: z.string().optional(),
    stoppedReason: z.string().optional(),
    version: z.number(),
    createdAt: z.string(),
    startedAt: z.string().optional(),
    stoppingAt: z.string().optional(),
    executionStoppedAt: z.string().optional(),
    stoppedAt: z.string().optional(),
    updatedAt: z.string(),
    containers: z.array(
      z.looseObject({
        name: z.string(),
        lastStatus: z.string(),
        exitCode: z.number().optional(),
        reason: z.string().optional(),
      }),
    ),
  }),
})
