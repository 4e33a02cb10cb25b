import type { Workspace } from '../builder.ts'
import { sitePackages } from './site-packages.ts'

/** The service's own code. */
export const compileCode = (run: Workspace['run']): Promise<void> =>
  compile(run, '.', { skipped: String.raw`^\./${sitePackages}/|/wheelhouse/` })

/** Packages that will lie in site-packages, wherever they lie now. */
export const compilePackages = (run: Workspace['run'], directory: string): Promise<void> =>
  compile(run, directory, { shownAs: `./${sitePackages}` })

/**
 * Not checked against the sources at start, as releases never change. A file that does not compile is told of in the
 * log and no more: many packages hold templates and old syntax that nobody imports. What Python left beside a build backend
 * that it ran has the time of the checkout in it, so it is written again.
 */
const compile = (
  run: Workspace['run'],
  directory: string,
  { shownAs = directory, skipped = '(?!)' }: { shownAs?: string; skipped?: string },
): Promise<void> => run('python3', ['-c', program, directory, shownAs, skipped], { name: 'compile' })

const program = `
import compileall, py_compile, re, sys
directory, shown_as, skipped = sys.argv[1:]
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir(directory, ddir=shown_as, force=True, quiet=1, maxlevels=100, rx=re.compile(skipped), invalidation_mode=unchecked)
`
