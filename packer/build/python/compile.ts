import type { Workspace } from '../builder.ts'

/**
 * Not checked against the sources at start, as releases never change. A file that does not compile is told of in the
 * log and no more: many packages hold templates and old syntax that nobody imports.
 */
export const compileAll = (run: Workspace['run']): Promise<void> => run('python3', ['-c', program])

const program = `
import compileall, py_compile, re
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir('.', quiet=1, maxlevels=100, rx=re.compile(r'/wheelhouse/'), invalidation_mode=unchecked)
`
