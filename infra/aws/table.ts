import { Stack } from 'aws-cdk-lib'
import { Alarm, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { type IndexName, includedIn, itemKeys, tableSchema } from '../../shared/aws/table.ts'
import type { TableEnv } from '../../shared/env.ts'
import type { Choices } from './contexts.ts'
import type { Grantee, Variables } from './grantee.ts'
import { removalPolicyOf } from './removal-policy.ts'

export type ItemKind = keyof typeof itemKeys

/** What one process may do with the table: each field is a DynamoDB action, its list the only kinds of items it may touch. */
export interface TableUse {
  get?: readonly ItemKind[]
  batchGet?: readonly ItemKind[]
  put?: readonly ItemKind[]
  update?: readonly ItemKind[]
  delete?: readonly ItemKind[]
  query?: readonly ItemKind[]
  queryIndex?: readonly IndexName[]
}

const actions = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  query: 'dynamodb:Query',
} as const

/** The one table, built from the schema that the stores use. */
export class VariantTable extends Construct {
  readonly alarms: Alarm[]
  readonly throttles: IMetric
  private readonly table: Table

  constructor(scope: Construct, id: string, chosen: Pick<Choices, 'deletionProtection' | 'lockTable'>) {
    super(scope, id)
    const text = (name: string) => ({ name, type: AttributeType.STRING })
    this.table = new Table(this, 'Table', {
      partitionKey: text(tableSchema.partitionKey),
      sortKey: text(tableSchema.sortKey),
      timeToLiveAttribute: tableSchema.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: chosen.lockTable,
      removalPolicy: removalPolicyOf(chosen),
    })
    for (const [indexName, keys] of Object.entries(tableSchema.indexes)) {
      const nonKeyAttributes = includedIn(keys)
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(keys.partitionKey),
        sortKey: text(keys.sortKey),
        ...(nonKeyAttributes.length > 0
          ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes }
          : { projectionType: ProjectionType.KEYS_ONLY }),
      })
    }
    // `ThrottledRequests` exists only per operation; these two cover the whole table. No data means no throttling.
    this.throttles = new MathExpression({
      label: 'Throttled reads and writes',
      expression: 'FILL(reads, 0) + FILL(writes, 0)',
      usingMetrics: {
        reads: this.table.metric('ReadThrottleEvents', { statistic: 'Sum' }),
        writes: this.table.metric('WriteThrottleEvents', { statistic: 'Sum' }),
      },
    })
    this.alarms = [
      new Alarm(this, 'ThrottlesAlarm', {
        alarmDescription:
          'DynamoDB throttles requests to the table: a partition is hot, or the account has reached its limit.',
        metric: this.throttles,
        threshold: 1,
        evaluationPeriods: 3,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
  }

  grantTo(grantee: Grantee, use: TableUse): void {
    const variables: Variables<typeof TableEnv> = { TABLE_NAME: this.table.tableName }
    const statements = Object.entries(actions).flatMap(([name, action]) => {
      const kinds = use[name as keyof typeof actions]
      return kinds ? [this.onItems(action, kinds)] : []
    })
    if (use.queryIndex) statements.push(this.onIndexes(use.queryIndex))
    grantee.grant(variables, ...statements)
  }

  private onItems(action: string, kinds: readonly ItemKind[]): PolicyStatement {
    return new PolicyStatement({
      actions: [action],
      resources: [this.table.tableArn],
      // The part of the key that names the single item is a wildcard: the variant or user depends on the request.
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map(partitionPattern) } },
    })
  }

  /** Any partition: an index is partitioned by owner or project name, which no policy can know. */
  private onIndexes(indexes: readonly IndexName[]): PolicyStatement {
    return new PolicyStatement({
      actions: [actions.query],
      resources: indexes.map((index) =>
        Stack.of(this).formatArn({
          service: 'dynamodb',
          resource: 'table',
          resourceName: `${this.table.tableName}/index/${index}`,
        }),
      ),
    })
  }
}

/** The pattern of an item's partition key, such as `VARIANT#*`; for items that share a partition, its name. */
const partitionPattern = (kind: ItemKind): string =>
  (itemKeys[kind] as (...parts: unknown[]) => { pk: string })('*', '*', '*').pk
