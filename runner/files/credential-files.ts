import { type FileRule, findRule, foldName } from './file-rules.ts'

/** A kind of file that is there to hold credentials. */
export interface CredentialRule extends FileRule {
  /** Whether a word such as `example` in the file's name marks it as a template, as in `.env.example`. */
  hasTemplates?: true
}

/** Removed from every clone: no CLI sees them, and no page quotes them. A secret in any other file is not looked for here. */
export const credentialFiles: readonly CredentialRule[] = [
  { pattern: '.env', reason: 'variables of an environment' },
  { pattern: '.env.*', reason: 'variables of an environment', hasTemplates: true },
  { pattern: '.env-*', reason: 'variables of an environment', hasTemplates: true },
  { pattern: '.env_*', reason: 'variables of an environment', hasTemplates: true },
  { pattern: '*.env', reason: 'variables of an environment', hasTemplates: true },
  { pattern: '.envrc', reason: 'variables that direnv sets' },
  { pattern: '.envs/', reason: 'variables of several environments', hasTemplates: true },
  { pattern: '.dev.vars', reason: 'secrets of a Cloudflare worker' },
  { pattern: '.secrets', reason: 'secrets of act and other tools' },
  { pattern: '.streamlit/secrets.toml', reason: 'secrets of a Streamlit app' },
  { pattern: 'local.settings.json', reason: 'secrets of an Azure function' },
  { pattern: 'id_rsa', reason: 'a private SSH key' },
  { pattern: 'id_dsa', reason: 'a private SSH key' },
  { pattern: 'id_ecdsa', reason: 'a private SSH key' },
  { pattern: 'id_ecdsa_sk', reason: 'a private SSH key' },
  { pattern: 'id_ed25519', reason: 'a private SSH key' },
  { pattern: 'id_ed25519_sk', reason: 'a private SSH key' },
  { pattern: '.ssh/', reason: 'SSH keys' },
  { pattern: '.gnupg/', reason: 'PGP keys' },
  { pattern: '*.key', reason: 'a private key' },
  { pattern: '*.pem', reason: 'a private key or a certificate' },
  { pattern: '*.p8', reason: 'a private key' },
  { pattern: '*.p12', reason: 'a private key with its certificate' },
  { pattern: '*.pfx', reason: 'a private key with its certificate' },
  { pattern: '*.pkcs12', reason: 'a private key with its certificate' },
  { pattern: '*.jks', reason: 'a Java key store' },
  { pattern: '*.keystore', reason: 'a Java or Android key store' },
  { pattern: '*.ppk', reason: "PuTTY's private key" },
  { pattern: '*.kdbx', reason: 'a KeePass database' },
  { pattern: '*.ovpn', reason: 'a VPN profile with its keys' },
  { pattern: '.npmrc', reason: 'tokens of package registries' },
  { pattern: '.pypirc', reason: 'tokens of package registries' },
  { pattern: '.gem/credentials', reason: 'tokens of package registries' },
  { pattern: '.cargo/credentials', reason: 'tokens of package registries' },
  { pattern: '.cargo/credentials.toml', reason: 'tokens of package registries' },
  { pattern: '.m2/settings.xml', reason: 'passwords of package registries' },
  { pattern: '.composer/auth.json', reason: 'tokens of package registries' },
  { pattern: '.netrc', reason: 'passwords of hosts' },
  { pattern: '_netrc', reason: 'passwords of hosts' },
  { pattern: '.git-credentials', reason: 'passwords of git hosts' },
  { pattern: '.pgpass', reason: 'passwords of databases' },
  { pattern: '.my.cnf', reason: 'passwords of databases' },
  { pattern: '.mylogin.cnf', reason: 'passwords of databases' },
  { pattern: '.htpasswd', reason: 'hashes of passwords' },
  { pattern: '.vault-token', reason: 'a token of Vault' },
  { pattern: '.vault_pass*', reason: "Ansible's vault password", hasTemplates: true },
  { pattern: '.aws/credentials', reason: 'keys of AWS' },
  { pattern: '.s3cfg', reason: 'keys of AWS' },
  { pattern: '.boto', reason: 'keys of AWS or Google Cloud' },
  { pattern: '.azure/', reason: 'tokens of Azure' },
  { pattern: '.config/gcloud/', reason: 'tokens of Google Cloud' },
  { pattern: 'application_default_credentials.json', reason: 'credentials of Google Cloud' },
  { pattern: 'service-account*.json', reason: 'a key of Google Cloud', hasTemplates: true },
  { pattern: 'serviceaccount*.json', reason: 'a key of Google Cloud', hasTemplates: true },
  { pattern: '*firebase-adminsdk*', reason: 'a key of Firebase' },
  { pattern: 'client_secret*.json', reason: 'a secret of an OAuth client', hasTemplates: true },
  { pattern: 'credentials.json', reason: 'credentials of Google Cloud and other services' },
  { pattern: '.docker/config.json', reason: 'passwords of container registries' },
  { pattern: '.dockercfg', reason: 'passwords of container registries' },
  { pattern: '.dockerconfigjson', reason: 'passwords of container registries' },
  { pattern: '.kube/config', reason: 'keys of Kubernetes clusters' },
  { pattern: 'kubeconfig', reason: 'keys of Kubernetes clusters' },
  { pattern: 'kubeconfig.*', reason: 'keys of Kubernetes clusters', hasTemplates: true },
  { pattern: '*.kubeconfig', reason: 'keys of Kubernetes clusters', hasTemplates: true },
  { pattern: '*.tfstate', reason: "Terraform's state, with every secret in it" },
  { pattern: 'terraform.tfstate.*', reason: "Terraform's state, with every secret in it", hasTemplates: true },
  { pattern: '*.tfvars', reason: "Terraform's variables", hasTemplates: true },
  { pattern: '*.tfvars.json', reason: "Terraform's variables", hasTemplates: true },
  { pattern: '.terraformrc', reason: 'tokens of Terraform registries' },
  { pattern: 'credentials.tfrc.json', reason: 'tokens of Terraform registries' },
]

/** Words in the name of a file that is there to be copied, with placeholders for the secrets. */
const templateWords = new Set(['example', 'examples', 'sample', 'template', 'tmpl', 'tpl', 'dist', 'schema'])

/** Whether a file of a repository, by its path, is there to hold credentials. Templates (`.env.example`) are not. */
export function isCredentialFile(path: string): boolean {
  const rule = findRule(credentialFiles, path)
  if (!rule) return false
  const words = foldName(path.split('/').at(-1) ?? '').split(/[._-]/)
  return !(rule.hasTemplates && words.some((word) => templateWords.has(word)))
}
