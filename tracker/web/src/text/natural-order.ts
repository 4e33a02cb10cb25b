const collator = new Intl.Collator('en', { numeric: true })

/** `web-2` before `web-10`. */
export const naturalOrder = (a: string, b: string): number => collator.compare(a, b)
