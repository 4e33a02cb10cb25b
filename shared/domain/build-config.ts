import * as z from 'zod'
import { Labels } from './names.ts'
import { Duration } from './units.ts'

/** A path inside the service's directory: what a build may name, and nothing outside. */
export const InnerPath = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..') && !/[\p{Cc}\\]/u.test(path),
    'a path is relative, stays in the service’s directory, and has / between its parts',
  )

/** A program whose version decides what is built: a name to be looked up in the packer's PATH. */
const ToolName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9+._-]{0,62}$/, 'a tool is the name of a program')

/** Of every type: who may build it and for how long, which decides nothing of what comes out. */
const terms = {
  /** Labels of the packers that can: `{ arch: arm64 }`. Every packer has `os` and `arch`; more are given at its enrolment. */
  on: Labels.default({}),
  timeout: Duration.prefault('15m'),
}

const NodeBuild = z.strictObject({
  ...terms,
  type: z.literal('node'),
  /** The script of package.json that turns sources into what is run; by default `build`, if there is one. */
  script: z
    .string()
    .regex(/^[A-Za-z0-9:_-]+$/)
    .optional(),
  /** With `included`, the packer's Node.js goes into the artifact, and hosts need none; by default it is that of the host. */
  runtime: z.enum(['host', 'included']).default('host'),
})

const PythonBuild = z.strictObject({
  ...terms,
  type: z.literal('python'),
  /** The file that says what is installed; by default the lock file, requirements.txt or pyproject.toml that is there. */
  requirements: InnerPath.optional(),
})

const StaticBuild = z.strictObject({
  ...terms,
  type: z.literal('static'),
  /** What becomes the artifact; by default all files at the service's path. */
  dir: InnerPath.optional(),
})

const CommandBuild = z.strictObject({
  ...terms,
  type: z.literal('command'),
  /** A shell command, run in the service's directory. */
  command: z.string().min(1).max(4096),
  /** What of the directory becomes the artifact: files, directories, or globs. */
  output: z.array(InnerPath).min(1).max(100),
  /** A build with other versions of these is another build; one that is missing is told of before anything is built. */
  tools: z.array(ToolName).max(20).default([]),
})

const builtIn = [NodeBuild, PythonBuild, StaticBuild, CommandBuild] as const
export const builtInTypes = builtIn.map((build) => build.shape.type.value)

/** Built by the executable `packer-build-<type>` of the packer's machine. */
const PluginBuild = z.strictObject({
  ...terms,
  type: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'a builder’s name is up to 31 lower-case letters, digits, dashes')
    .refine((type) => !builtInTypes.some((name) => name === type), { abort: true }),
  /** What the plug-in is told; it alone knows what that may be. */
  with: z.record(z.string().min(1).max(100), z.json()).default({}),
})

/** How a service is built: what may be said depends on `type`. */
export const BuildConfig = z.union([z.discriminatedUnion('type', builtIn), PluginBuild])
export type BuildConfig = z.infer<typeof BuildConfig>
export type NodeBuild = z.infer<typeof NodeBuild>
export type PythonBuild = z.infer<typeof PythonBuild>
export type StaticBuild = z.infer<typeof StaticBuild>
export type CommandBuild = z.infer<typeof CommandBuild>
export type PluginBuild = z.infer<typeof PluginBuild>
