// Prints how many passed and failed: count-tests.mjs EXIT-CODE [VITEST-JSON]. A check without tests counts as one.
import { existsSync, readFileSync } from 'node:fs'

const [code, file] = process.argv.slice(2)
const succeeded = code === '0'

const countTests = () => {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
  // A file that cannot even be loaded has no tests to fail.
  const unloadable = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  return [numPassedTests, Math.max(numFailedTests + unloadable, succeeded ? 0 : 1)]
}

const counts = existsSync(file) ? countTests() : [succeeded ? 1 : 0, succeeded ? 0 : 1]
console.log(counts.join(' '))
