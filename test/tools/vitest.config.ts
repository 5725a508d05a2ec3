import { defineConfig } from 'vitest/config'
import { CountReporter } from './count-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['default', new CountReporter()],
    // Tests that capture see the whole host: files that make traffic would see each other's.
    fileParallelism: false,
    // For a test that hangs, on a machine that is busy with ten other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
