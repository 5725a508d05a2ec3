import { defineConfig } from 'vitest/config'
import { CountReporter } from './count-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['default', new CountReporter()],
    // Tests that capture see the whole host: files that make traffic would see each other's.
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
