import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { StoreLocation } from '../artifact-store.ts'

export type S3Location = Extract<StoreLocation, { kind: 's3' }>

// The SDK would warn of Node 20 on the standard error of every program.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

/** Credentials come from the environment. */
export const s3Client = (location: S3Location): S3Client => new S3Client(configOf(location))

const configOf = ({ endpoint, region }: S3Location): S3ClientConfig => ({
  region,
  maxAttempts: 5,
  requestHandler: {
    connectionTimeout: 5000,
    socketTimeout: 30_000,
    requestTimeout: 300_000,
    throwOnRequestTimeout: true,
  },
  ...(endpoint === undefined
    ? {}
    : {
        endpoint,
        forcePathStyle: true,
        // Servers other than AWS answer 411 to the checksum trailers that the SDK sends by itself.
        requestChecksumCalculation: 'WHEN_REQUIRED' as const,
        responseChecksumValidation: 'WHEN_REQUIRED' as const,
      }),
})
