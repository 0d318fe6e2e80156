import { fileURLToPath } from 'node:url'
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Choices } from './contexts.ts'
import { explainWildcard } from './grantee.ts'

const architectures = {
  arm64: { platform: Platform.LINUX_ARM64, cpu: CpuArchitecture.ARM64 },
  x86_64: { platform: Platform.LINUX_AMD64, cpu: CpuArchitecture.X86_64 },
} as const

/** The image built from `runner/Dockerfile`. It is built and pushed at deployment, not at synthesis. */
export class RunnerImage extends Construct {
  readonly image: ContainerImage
  readonly cpu: CpuArchitecture
  private readonly asset: DockerImageAsset

  constructor(
    scope: Construct,
    id: string,
    chosen: Pick<Choices, 'taskArchitecture' | 'cursorCliUrl' | 'cursorCliSha256'>,
  ) {
    super(scope, id)
    const { platform, cpu } = architectures[chosen.taskArchitecture]
    const { cursorCliUrl, cursorCliSha256 } = chosen
    const buildArgs =
      cursorCliUrl && cursorCliSha256 ? { CURSOR_CLI_URL: cursorCliUrl, CURSOR_CLI_SHA256: cursorCliSha256 } : {}
    this.asset = new DockerImageAsset(this, 'Asset', {
      directory: fileURLToPath(new URL('../..', import.meta.url)),
      file: 'runner/Dockerfile',
      platform,
      buildArgs,
    })
    this.image = ContainerImage.fromDockerImageAsset(this.asset)
    this.cpu = cpu
  }

  /** Lets a role pull this image. */
  grantPullTo(role: Role): void {
    const statements = [
      new PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        resources: [this.asset.repository.repositoryArn],
      }),
      new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    ]
    for (const statement of statements) role.addToPolicy(statement)
    explainWildcard(role, '*', 'ecr:GetAuthorizationToken does not support resources.')
  }
}
