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

/** The network for tasks. Outbound: repositories, models and AWS. Inbound: nothing. */
export class Network extends Construct {
  readonly vpc: IVpc
  readonly subnetIds: string[]
  readonly securityGroup: SecurityGroup
  readonly assignPublicIp: boolean

  constructor(scope: Construct, id: string, chosen: Chosen) {
    super(scope, id)
    // CDK's own types conflict under `exactOptionalPropertyTypes`.
    this.vpc = chosen.vpc === 'existing' ? this.existing(chosen) : (this.create(chosen.vpc) as IVpc)
    this.subnetIds =
      chosen.vpc === 'existing'
        ? (chosen.subnetIds ?? [])
        : (chosen.vpc === 'private' ? this.vpc.privateSubnets : this.vpc.publicSubnets).map(({ subnetId }) => subnetId)
    // Without NAT, tasks need a public address to get out. With no inbound rule, nothing gets in through it.
    this.assignPublicIp = chosen.vpc === 'public' || (chosen.vpc === 'existing' && chosen.assignPublicIp)
    this.securityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: this.vpc,
      description: 'Tasks of the runner: out to git servers and AI providers, nothing in',
      allowAllOutbound: false,
    })
    for (const port of chosen.egressPorts) {
      // Any address: requests name the git servers, and AI providers' addresses change.
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
      // Both are free, and keep images, pages and records off the internet and off a NAT.
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    })
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Nothing listens and no inbound traffic is allowed; the tasks log the addresses that they fetch. Flow logs would cost more than the rest of the idle stack. Add them to the VPC if a policy requires them.',
    })
    return vpc
  }

  private existing({ vpcId = '', subnetIds = [] }: Chosen): IVpc {
    return Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      // Placeholders, not looked up: nothing here uses the zones.
      availabilityZones: subnetIds.map((_, index) => Fn.select(index, Fn.getAzs())),
    })
  }
}
