/** Where GitHub, GitLab, Gitea and Forgejo show a commit; nothing for a repo that is not reached by https. */
export const commitLink = (repo: string, commit: string): string | undefined => {
  const address = /^git\+(https:\/\/[^?#]+?)(\.git)?\/?$/.exec(repo)?.[1]
  return address === undefined ? undefined : `${address}/commit/${commit}`
}
