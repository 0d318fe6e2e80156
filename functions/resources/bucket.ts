import { type Bucket, openBucket } from '../../shared/aws/clients.ts'
import { BucketEnv, readEnv } from '../../shared/env.ts'
import { lazy } from '../lazy.ts'

export const bucket: () => Bucket = lazy(() => openBucket(readEnv(BucketEnv)))
