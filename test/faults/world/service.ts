import { goodVersions, type VersionName } from '../schedule.ts'

/** Longer than a start and its health checks take, shorter than that and the watch. */
const frailLivesSeconds = 0.8

/**
 * The files of a service that is built and healthy in no time. It writes every start of its own into the file LEDGER, and
 * holds a lock beside it: a second copy that runs at the same time gives itself away.
 */
export const serviceFiles = (service: string, version: VersionName): Record<string, string> => ({
  'server.py': server(version),
  'data/greeting.txt': `${version} of ${service}\n`.repeat(100),
  'service.yaml': `service: ${service}
build:
  type: python
run:
  command: python3 -S -E server.py
  stop: { signal: SIGTERM, grace: 2s }
health:
  http: { port: $PORT }
  interval: 50ms
  healthy_for: 150ms
  deadline: 2s
  watch_for: 1s
rollout: { canary: 1, batch: 100% }
keep_releases: 2
`,
})

/** Where no good version ever ran there is nothing to go back to, and it would be restarted for ever: there it lives. */
const dieSoon = `
with open(ledger) as file:
    if any(json.loads(line)['version'] in ${JSON.stringify(goodVersions)} for line in file):
        threading.Timer(${frailLivesSeconds}, os._exit, [7]).start()
`

const server = (version: VersionName): string => `import fcntl, json, os, socket, sys, threading

ledger = os.environ['LEDGER']

def note(what):
    with open(ledger, 'a') as file:
        file.write(json.dumps({'what': what, 'version': '${version}', 'pid': os.getpid()}) + '\\n')

lock = open(ledger + '.lock', 'w')
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    note('start')
except OSError:
    note('second copy')
print('${version} starts', flush=True)
${version === 'broken' ? "sys.exit('the kettle is empty')" : ''}
${version === 'frail' ? dieSoon : ''}
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(('127.0.0.1', int(os.environ['PORT'])))
listening.listen(64)
body = json.dumps({'version': '${version}', 'pid': os.getpid()}).encode()
while True:
    client, _ = listening.accept()
    try:
        client.settimeout(2)
        client.recv(4096)
        client.sendall(b'HTTP/1.0 ${version === 'sick' ? '500 Sick' : '200 OK'}\\r\\ncontent-type: application/json\\r\\n\\r\\n' + body)
    except OSError:
        pass
    client.close()
`
