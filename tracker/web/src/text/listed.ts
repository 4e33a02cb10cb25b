/** What people type as a list: `v*, release-*`. */
export const listed = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')
