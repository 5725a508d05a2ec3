/** An esbuild plugin: of the kernels the program has the bytes, and not what assembles them. */
export const assembledKernels = {
  name: 'assembled-kernels',
  setup({ onLoad, esbuild }) {
    onLoad({ filter: /src\/model\/kernels\/kernel-bytes\.ts$/ }, async ({ path }) => {
      const options = { entryPoints: [path], bundle: true, write: false, format: 'esm' }
      const { outputFiles } = await esbuild.build({ ...options, platform: 'node' })
      const { kernelBytes } = await import(
        `data:text/javascript;base64,${base64(outputFiles[0].contents)}`
      )
      return {
        contents: `export const kernelBytes = Buffer.from('${base64(kernelBytes)}', 'base64')`,
      }
    })
  },
}

const base64 = (bytes) => Buffer.from(bytes).toString('base64')
