import { defineConfig, devices } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  globalSetup: './server.ts',
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  // One for each project at most: its journeys share a store and go one after the other.
  workers: 2,
  // Where nobody watches, one bad moment of a busy machine does not decide; what passed at the second try is named at the end.
  retries: process.env.CI ? 1 : 0,
  reporter: 'list',
  // Two browsers and two servers share what may be two cores.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  // Each project has a server and a store of its own (server.ts), so the same journey runs in all of them.
  projects: [
    { name: 'desktop', workers: 1, use: { viewport: { width: 1366, height: 768 } } },
    { name: 'phone', workers: 1, use: { ...devices['Pixel 7'] } },
    // Only tests with the tag @noscript: what has to work without JavaScript.
    {
      name: 'noscript',
      workers: 1,
      grep: /@noscript/,
      use: { viewport: { width: 1366, height: 768 }, javaScriptEnabled: false },
    },
  ],
});
