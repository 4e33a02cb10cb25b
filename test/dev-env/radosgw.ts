import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { freePorts } from './free-port.ts'
import { owning, type Owned } from './owned.ts'
import { Program } from './program.ts'
import { TemporaryDirectory } from './temporary-directory.ts'

const script = join(import.meta.dirname, 'radosgw-up')

/** A real S3 server with one empty bucket, `artifacts`. */
export class Radosgw implements AsyncDisposable {
  readonly bucket = 'artifacts'
  /** What lets a program in, as the AWS SDK reads it from its environment. */
  readonly environment = { AWS_ACCESS_KEY_ID: 'AKTEST', AWS_SECRET_ACCESS_KEY: 'SKTEST' }
  readonly endpoint: string
  readonly #owned: Owned

  private constructor(endpoint: string, owned: Owned) {
    this.endpoint = endpoint
    this.#owned = owned
  }

  static start(): Promise<Radosgw> {
    return owning(async (owned) => {
      const directory = owned.add(await TemporaryDirectory.create())
      const [s3, monitor] = (await freePorts(2)) as [number, number]
      const args = [join(directory.path, 'ceph'), String(s3), String(monitor)]
      owned.add(await Program.start({ name: 'radosgw', command: script, args, ready: /^Ready$/m }))
      const radosgw = new Radosgw(`http://127.0.0.1:${s3}`, owned)
      await radosgw.createBucket(radosgw.bucket)
      return radosgw
    })
  }

  /** The store's location, as `--store` takes it. */
  location(prefix = ''): string {
    return `s3://${this.bucket}/${prefix}?endpoint=${encodeURIComponent(this.endpoint)}`
  }

  client(): S3Client {
    return new S3Client({
      endpoint: this.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKTEST', secretAccessKey: 'SKTEST' },
    })
  }

  async createBucket(name: string): Promise<void> {
    const client = this.client()
    await client.send(new CreateBucketCommand({ Bucket: name }))
    client.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]()
  }
}
