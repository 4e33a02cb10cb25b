import { defineConfig } from 'vitest/config'

// The AWS SDK warns of Node 20 in every process that makes a client.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,tracker,packer,grabber,versions,scripts}/**/*.test.ts'],
          maxWorkers: 3,
          testTimeout: 60_000,
          env,
        },
      },
      {
        test: {
          name: 'parts',
          include: ['test/{integration,e2e,browser,faults}/**/*.test.ts'],
          // They mostly wait; each has its own directories and ports.
          maxWorkers: 3,
          // Whole constellations share two cores here; one that passes only at the second try is still shown as such.
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          env,
        },
      },
      {
        test: {
          // By test/e2e/systemd.test.ts, on a host of its own.
          name: 'inside-systemd',
          include: ['test/inside-systemd/**/*.test.ts'],
          testTimeout: 30_000,
          env,
        },
      },
    ],
  },
})
