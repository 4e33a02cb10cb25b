import { S3ServiceException } from '@aws-sdk/client-s3'
import { errnoOf, messageOf, type ErrorCode } from '../errors.ts'
import type { S3Location } from './s3-client.ts'

/** Why S3 did not do what it was asked for, in a person's words: `there is no bucket artifacts`. */
export const s3Failure = (
  error: unknown,
  { bucket, endpoint, region }: S3Location,
): { code: ErrorCode; reason: string; hint?: string } => {
  if (error instanceof S3ServiceException) return refusalOf(error, bucket)
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return {
      code: 'forbidden',
      reason: 'there are no S3 credentials',
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or whatever else the AWS SDK reads.',
    }
  }
  if (errnoOf(error) === 'ENOENT') return { code: 'internal', reason: messageOf(error) }
  return {
    code: 'unavailable',
    reason: `${endpoint ?? `S3 in ${region}`} does not answer (${reasonOf(error)})`,
    hint: 'Check the endpoint and the region of the store, and the network.',
  }
}

const refusalOf = (
  error: S3ServiceException,
  bucket: string,
): { code: ErrorCode; reason: string; hint?: string } => {
  const status = error.$metadata.httpStatusCode ?? 0
  if (error.name === 'NoSuchBucket') {
    return { code: 'not-found', reason: `there is no bucket ${bucket}`, hint: 'Create it, or name another.' }
  }
  if (error.name === 'NoSuchKey') {
    return { code: 'not-found', reason: 'there is no such object' }
  }
  if (status === 401 || status === 403) {
    return {
      code: 'forbidden',
      reason: `access is refused (${error.name})`,
      hint: `Check the AWS_* credentials and that they may read and write in ${bucket}.`,
    }
  }
  return { code: 'unavailable', reason: `S3 answered ${status} ${error.name}` }
}

/** A connection that was tried on several addresses fails with an AggregateError, whose own message is empty. */
const reasonOf = (error: unknown): string => {
  const message = messageOf(error)
  return message === '' ? (errnoOf(error) ?? 'no reason given') : message
}
