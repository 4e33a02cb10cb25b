import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/** A real git repository. Whoever's machine this is, commits are the same: author, time and settings are given. */
export class Repo {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(path: string): Promise<Repo> {
    await mkdir(path, { recursive: true })
    const repo = new Repo(path)
    await repo.git('init', '--quiet', '--initial-branch=main')
    return repo
  }

  /** Makes the files the whole content of a new commit, under a tag; returns the commit. */
  async commit(files: Readonly<Record<string, string>>, tag: string, message = tag): Promise<string> {
    await this.git('rm', '-r', '--quiet', '--ignore-unmatch', '.')
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.path, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
    }
    return this.commitAll(tag, message)
  }

  /** Commits the working tree as it is, under a tag; returns the commit. */
  async commitAll(tag: string, message = tag): Promise<string> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--allow-empty', '--message', message)
    await this.git('tag', tag)
    return this.git('rev-parse', 'HEAD')
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await execa('git', args, { cwd: this.path, env: gitEnvironment })
    return stdout
  }
}

const gitEnvironment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
}
