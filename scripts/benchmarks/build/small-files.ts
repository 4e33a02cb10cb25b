import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const files = 5700
const filesOfPackage = 20
const bytes = 1500

/** What is worst for packing: thousands of files in which there is next to nothing to compress. */
export const smallFiles = async (directory: string): Promise<void> => {
  for (let number = 0; number < files; number++) {
    const library = join(directory, 'node_modules', `package-${Math.floor(number / filesOfPackage)}`, 'lib')
    await mkdir(library, { recursive: true })
    const text = `exports.number = ${number}\n`.repeat(bytes).slice(0, bytes)
    await writeFile(join(library, `file-${number % filesOfPackage}.js`), text)
  }
}
