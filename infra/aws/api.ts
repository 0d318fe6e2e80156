import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  ResponseTransferMode,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type HttpFunction, type Route, routes, streamed } from '../../api/routes.ts'
import type { Choices } from './contexts.ts'
import type { EdgeKey } from './edge-key.ts'
import { addGatewayResponses } from './gateway-responses.ts'
import type { HandlerFunction } from './handler-function.ts'

export interface ApiProps {
  choices: Choices
  functions: Record<HttpFunction, HandlerFunction>
  logRetentionDays: RetentionDays
  /** With CloudFront in front of the API: what the API requires of every request. */
  edgeKey: EdgeKey | undefined
}

/** The REST API, built from the same route table as the local gateway. */
export class Api extends Construct {
  readonly restApi: RestApi
  readonly alarms: Alarm[]
  private readonly integrations = new Map<HttpFunction, LambdaIntegration>()

  constructor(scope: Construct, id: string, { choices, functions, logRetentionDays, edgeKey }: ApiProps) {
    super(scope, id)
    const log = new LogGroup(this, 'AccessLog', { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY })
    this.restApi = new RestApi(this, 'Api', {
      restApiName: choices.namePrefix,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: choices.apiGatewayAccountRole,
      defaultMethodOptions: { apiKeyRequired: edgeKey !== undefined },
      deployOptions: {
        stageName: 'v1',
        throttlingRateLimit: choices.throttleRate,
        throttlingBurstLimit: choices.throttleBurst,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: accessLogFormat(),
      },
      ...domainOf(this, choices),
    })
    // The stack has its own output for the address that people use.
    this.restApi.node.tryRemoveChild('Endpoint')
    addGatewayResponses(this.restApi)
    for (const route of routes) this.add(route, functions[route.handler])
    if (edgeKey) this.accept(edgeKey)
    this.alarms = [
      new Alarm(this, 'ErrorsAlarm', {
        alarmDescription:
          'The API returns 5xx errors. The access log names the requests, the function logs give the reasons.',
        metric: this.restApi.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
        threshold: 5,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
    acknowledge(this.restApi)
  }

  private accept(edgeKey: EdgeKey): void {
    const plan = this.restApi.addUsagePlan('EdgePlan', { apiStages: [{ stage: this.restApi.deploymentStage }] })
    plan.addApiKey(this.restApi.addApiKey('EdgeKey', { value: edgeKey.value }))
  }

  private add({ method, path, handler }: Route, target: HandlerFunction): void {
    const resource = this.restApi.root.resourceForPath(path)
    const integration = this.integrationOf(handler, target)
    resource.addMethod(method, integration)
    if (method === 'GET') resource.addMethod('HEAD', integration)
  }

  private integrationOf(name: HttpFunction, { lambda, timeoutSeconds }: HandlerFunction): LambdaIntegration {
    const known = this.integrations.get(name)
    if (known) return known
    const stream = { responseTransferMode: ResponseTransferMode.STREAM, timeout: Duration.seconds(timeoutSeconds) }
    const integration = new LambdaIntegration(lambda, {
      // One permission per function instead of one per method: the routes decide which function is called.
      scopePermissionToMethod: false,
      ...(streamed.has(name) ? stream : {}),
    })
    this.integrations.set(name, integration)
    return integration
  }
}

/** Without CloudFront the domain name belongs to the API itself. */
function domainOf(scope: Construct, { edge, domainName, certificateArn }: Choices) {
  if (edge || !domainName || !certificateArn) return {}
  const certificate = Certificate.fromCertificateArn(scope, 'Certificate', certificateArn)
  return {
    domainName: { domainName, certificate, securityPolicy: SecurityPolicy.TLS_1_2 },
    disableExecuteApiEndpoint: true,
  }
}

function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      time: AccessLogField.contextRequestTime(),
      request_id: AccessLogField.contextRequestId(),
      ip: AccessLogField.contextIdentitySourceIp(),
      method: AccessLogField.contextHttpMethod(),
      path: AccessLogField.contextPath(),
      status: AccessLogField.contextStatus(),
      bytes: AccessLogField.contextResponseLength(),
      milliseconds: AccessLogField.contextResponseLatency(),
      // No error messages, which may quote a key, and no user agents, which may forge a line.
      error: AccessLogField.contextErrorResponseType(),
    }),
  )
}

function acknowledge(restApi: RestApi): void {
  const callersAreKnown =
    'Every endpoint except the public ones (/health, /api/models, log-in and log-out) first checks the key of the caller. Users and keys are records of the service, not of Cognito.'
  const reasons: Record<string, string> = {
    'AwsSolutions-APIG2':
      'Each function validates its request against a schema and reports every problem. API Gateway would answer first, with different messages.',
    'AwsSolutions-APIG3':
      'With throttling, 256-bit keys and no query language behind the API, a firewall has little to do. Attach a web ACL to the distribution if a policy requires one.',
    'AwsSolutions-APIG4': callersAreKnown,
    'AwsSolutions-COG4': callersAreKnown,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
      'API Gateway shares this role across the account and region, and AWS maintains the policy for exactly this purpose. If the account already has such a role, use the context apiGatewayAccountRole=off.',
    'AwsSolutions-APIG6':
      'Execution logs repeat what the access log and the functions log, and would contain the keys that callers send.',
  }
  for (const [id, reason] of Object.entries(reasons)) Validations.of(restApi).acknowledge({ id, reason })
}
