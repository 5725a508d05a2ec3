declare module 'blessed-contrib/lib/widget/charts/line.js' {
  const line: (options: object) => { setData(series: readonly object[]): void }
  export default line
}
