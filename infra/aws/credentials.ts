import { Validations } from 'aws-cdk-lib'
import { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { CredentialsEnv } from '../../shared/env.ts'
import { SECRETS } from '../../shared/providers/descriptors.ts'
import type { Choices } from './contexts.ts'
import type { Grantee, Variables } from './grantee.ts'
import { removalPolicyOf } from './removal-policy.ts'

/**
 * Keys that the secret has from the start, empty until the operator fills them in; nothing reads the last two yet. These names and their
 * order never change: another template, and CloudFormation would write the secret anew. A provider that comes later has its key put
 * into the secret by hand, as docs/deploy.md says.
 */
export const TEMPLATE_KEYS: readonly string[] = [
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'CURSOR_API_KEY',
  'AWS_BEARER_TOKEN_BEDROCK',
  'GOOGLE_CREDENTIALS_JSON',
  'GIT_TOKEN',
  'GIT_SSH_KEY',
]

/**
 * One JSON secret: the admin's key, the pepper of users' keys, and the runner's keys. Secrets Manager generates only one
 * value of a secret, so the pepper is generated in a secret of its own and copied by CloudFormation. Both stay as
 * they are on an update unless their definition here changes: CloudFormation would then write them anew.
 */
export class Credentials extends Construct {
  readonly secretArn: string
  private readonly secret: Secret

  constructor(scope: Construct, id: string, chosen: Pick<Choices, 'deletionProtection'>) {
    super(scope, id)
    const removalPolicy = removalPolicyOf(chosen)
    const random = { passwordLength: 48, excludePunctuation: true }
    const pepper = new Secret(this, 'Pepper', {
      description: 'Where the KEY_PEPPER of the credentials was generated',
      generateSecretString: random,
      removalPolicy,
    })
    this.secret = new Secret(this, 'Secret', {
      description: 'ADMIN_KEY, KEY_PEPPER, and the keys of the AI providers',
      generateSecretString: {
        ...random,
        secretStringTemplate: JSON.stringify({
          // A reference that CloudFormation resolves; the template holds no secret.
          KEY_PEPPER: pepper.secretValue.unsafeUnwrap(),
          ...Object.fromEntries(TEMPLATE_KEYS.map((name) => [name, ''])),
        }),
        generateStringKey: 'ADMIN_KEY',
      },
      removalPolicy,
    })
    this.secretArn = this.secret.secretArn
    for (const secret of [pepper, this.secret]) {
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason:
          'A new admin key has to reach its people, a new pepper would lock every user out, and providers give their keys by hand: docs/deploy.md says how each is changed.',
      })
    }
  }

  /** The right of a function to know the admin's key and the pepper. */
  grantTo(grantee: Grantee): void {
    const variables: Variables<typeof CredentialsEnv> = { SECRET_ARN: this.secretArn }
    grantee.give(variables, this.readStatement())
  }

  readStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] })
  }

  /** The runner's keys, each as a variable of a container. */
  get forContainer(): Record<string, EcsSecret> {
    // CDK's own types do not fit each other under `exactOptionalPropertyTypes`.
    const secret = this.secret as ISecret
    return Object.fromEntries(SECRETS.map((name) => [name, EcsSecret.fromSecretsManager(secret, name)]))
  }
}
