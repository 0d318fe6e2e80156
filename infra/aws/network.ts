import { Fn, Validations } from 'aws-cdk-lib'
import {
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { Choices } from './contexts.ts'

type Chosen = Pick<Choices, 'vpc' | 'vpcId' | 'subnetIds' | 'assignPublicIp' | 'egressPorts'>

/** Where tasks run: they may go out to fetch repositories and ask models, and nothing may come in. */
export class Network extends Construct {
  readonly vpc: IVpc
  readonly subnetIds: string[]
  readonly securityGroup: SecurityGroup
  readonly assignPublicIp: boolean

  constructor(scope: Construct, id: string, chosen: Chosen) {
    super(scope, id)
    // CDK's own types do not fit each other under `exactOptionalPropertyTypes`.
    this.vpc = chosen.vpc === 'existing' ? this.existing(chosen) : (this.create(chosen.vpc) as IVpc)
    this.subnetIds =
      chosen.vpc === 'existing'
        ? (chosen.subnetIds ?? [])
        : (chosen.vpc === 'private' ? this.vpc.privateSubnets : this.vpc.publicSubnets).map(({ subnetId }) => subnetId)
    // Without NAT a public address is the way out; with no inbound rule it is no way in.
    this.assignPublicIp = chosen.vpc === 'public' || (chosen.vpc === 'existing' && chosen.assignPublicIp)
    this.securityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: this.vpc,
      description: 'Tasks of the runner: out to git servers and AI providers, nothing in',
      allowAllOutbound: false,
    })
    for (const port of chosen.egressPorts) {
      // Any address: git servers are named by the requests, AI providers move theirs.
      this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'git servers, AI providers, AWS')
    }
  }

  private create(kind: 'public' | 'private'): Vpc {
    const open = { name: 'public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: kind === 'private' ? 1 : 0,
      subnetConfiguration:
        kind === 'private' ? [open, { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS }] : [open],
      // Both cost nothing, and keep the traffic of images, pages and records off the internet and off a NAT.
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    })
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Nothing listens and nothing is let in; what the tasks fetch is in their own logs by address. Flow logs would cost more than the rest of the idle stack, and can be added to the VPC where a policy asks for them.',
    })
    return vpc
  }

  private existing({ vpcId = '', subnetIds = [] }: Chosen): IVpc {
    return Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      // Not looked up: nothing that is built here asks for the zones.
      availabilityZones: subnetIds.map((_, index) => Fn.select(index, Fn.getAzs())),
    })
  }
}
