const thisPage = 'http://page.invalid'

/** The login page, which leads back to where one was. */
export const toLogin = ({ pathname, search }: { pathname: string; search: string }): string =>
  pathname === '/login' ? pathname + search : `/login?${new URLSearchParams({ next: pathname + search })}`

/** Where to go after the login. Only within this page: a link to the login page must not lead elsewhere. */
export const nextAfterLogin = (address: URL): string => {
  const next = address.searchParams.get('next') ?? '/'
  const url = URL.canParse(next, thisPage) ? new URL(next, thisPage) : undefined
  return url?.origin === thisPage ? url.pathname + url.search : '/'
}
