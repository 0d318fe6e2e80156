import { Duration, Fn, Validations } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type DistributionProps,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { RestApiOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { Construct } from 'constructs'
import type { Choices } from './contexts.ts'
import { ON_REQUEST, ON_SITES_REQUEST } from './edge-functions.ts'
import type { EdgeKey } from './edge-key.ts'

type Chosen = Pick<Choices, 'domainName' | 'certificateArn' | 'separateSites' | 'sitesDomainName'>

/** By path pattern; the empty one is for all other paths. */
type Behaviours = Record<string, BehaviorOptions> & { '': BehaviorOptions }

/** What CloudFront forwards requests to. */
export interface Origin {
  restApi: RestApi
  key: EdgeKey
}

/**
 * CloudFront in front of the API: an address without the stage, over HTTP/2 and HTTP/3. It caches only the dashboard's files, whose
 * names change with their content.
 */
export class Edge extends Construct {
  readonly address: string
  /** Address of the second origin, which serves only sites. */
  readonly sitesAddress: string | undefined

  constructor(scope: Construct, id: string, origin: Origin, chosen: Chosen) {
    super(scope, id)
    const behaviour = this.behaviourTo(origin)
    const assets = { ...behaviour, cachePolicy: CachePolicy.CACHING_OPTIMIZED }
    this.address = this.distribute('Distribution', { '': behaviour, '/assets/*': assets }, chosen.domainName, chosen)
    if (!chosen.separateSites) return
    const sites = this.behaviourTo(origin, 'Sites')
    this.sitesAddress = this.distribute('SitesDistribution', { '': sites }, chosen.sitesDomainName, chosen)
  }

  private behaviourTo({ restApi, key }: Origin, kind: 'Requests' | 'Sites' = 'Requests'): BehaviorOptions {
    const code = kind === 'Sites' ? ON_SITES_REQUEST : ON_REQUEST
    const onRequest = new EdgeFunction(this, kind, { code: FunctionCode.fromInline(code) })
    return {
      origin: new RestApiOrigin(restApi, { readTimeout: Duration.seconds(60), customHeaders: key.header }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The only managed policy that forwards `Authorization` but not `Host`; the origin needs its own host name.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [{ function: onRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
    }
  }

  private distribute(
    id: string,
    { '': defaultBehavior, ...additionalBehaviors }: Behaviours,
    domainName: string | undefined,
    chosen: Chosen,
  ): string {
    const distribution = new Distribution(this, id, {
      defaultBehavior,
      additionalBehaviors,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...this.customDomain(`${id}Certificate`, domainName, chosen.certificateArn),
    })
    acknowledge(distribution)
    return Fn.join('', ['https://', domainName ?? distribution.distributionDomainName])
  }

  private customDomain(id: string, domainName?: string, certificateArn?: string): Partial<DistributionProps> {
    if (!domainName || !certificateArn) return {}
    const certificate = Certificate.fromCertificateArn(this, id, certificateArn)
    return { domainNames: [domainName], certificate, minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 }
  }
}

function acknowledge(distribution: Distribution): void {
  const reasons: Record<string, string> = {
    'AwsSolutions-CFR1': 'Access is controlled by keys, not by country.',
    'AwsSolutions-CFR2': 'The API behind it throttles and requires a key. Attach a web ACL if a policy requires one.',
    'AwsSolutions-CFR3':
      'The access log of the API records every request but those for the files of the dashboard, which hold no secrets.',
    'AwsSolutions-CFR4':
      'CloudFront sets the TLS version of its own domain names. With the context domainName it is TLS 1.2.',
  }
  for (const [id, reason] of Object.entries(reasons)) Validations.of(distribution).acknowledge({ id, reason })
}
