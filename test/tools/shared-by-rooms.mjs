// Puts what rooms share into few files. By itself esbuild makes a file of the modules for each set of rooms that reach
// them, some forty; and a process waits for each file that it loads.
import { resolve } from 'node:path'
import { readFileSync } from 'node:fs'

const main = 'src/cli/main.ts'
const roomFile = /src\/cli\/rooms\/(\w+)\.ts$/
const namespace = 'shared'
const isOurs = (path) => /^src\/.*\.tsx?$/.test(path)

/** A module that several rooms reach is in the first of these. A room that needs one module of it loads all. */
const shares = [
  { name: 'start', has: (rooms) => rooms.has('main') },
  {
    name: 'capture',
    has: (rooms) => [...rooms].every((room) => ['record', 'packets'].includes(room)),
  },
  { name: 'flows', has: (rooms) => rooms.has('record') },
  { name: 'answers', has: () => true },
]

/** An esbuild plugin, of the `inputs` of the metafile of a build without it. */
export function sharedByRooms(inputs) {
  const roomsOf = roomsByModule(inputs)
  const modules = new Map(shares.map(({ name }) => [name, []]))
  const loads = new Map()
  for (const [path, rooms] of roomsOf) {
    // Packages come with those modules of ours that import them.
    if (!isOurs(path) || (rooms.size === 1 && !rooms.has('main'))) continue
    const { name } = shares.find(({ has }) => has(rooms))
    modules.get(name).push(path)
    for (const room of rooms) loads.set(room, (loads.get(room) ?? new Set()).add(name))
  }
  return {
    name: 'shared-by-rooms',
    setup(build) {
      // Every module of a share is imported by all rooms that load it, which makes them one set to esbuild.
      build.onLoad({ filter: roomFile }, ({ path }) => {
        const names = loads.get(roomFile.exec(path)[1])
        const imports = [...names].map((name) => `import '${namespace}:${name}'\n`).join('')
        return { contents: imports + readFileSync(path, 'utf8'), loader: 'ts' }
      })
      build.onResolve({ filter: /^shared:/ }, ({ path }) => ({ path: path.slice(7), namespace }))
      build.onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({
        contents: modules
          .get(name)
          .map((path) => `import ${JSON.stringify(resolve(path))}\n`)
          .join(''),
        resolveDir: '.',
      }))
    },
  }
}

/** Rooms, and `main`, that reach a module by imports that are no loading later. */
function roomsByModule(inputs) {
  const found = new Map()
  for (const root of Object.keys(inputs)) {
    const room = root === main ? 'main' : roomFile.exec(root)?.[1]
    if (room === undefined) continue
    const left = [root]
    for (let path; (path = left.pop()) !== undefined;) {
      const rooms = found.get(path) ?? new Set()
      if (rooms.has(room)) continue
      found.set(path, rooms.add(room))
      for (const { kind, path: to, external } of inputs[path].imports)
        if (kind !== 'dynamic-import' && !external) left.push(to)
    }
  }
  // Rooms are files of their own.
  return new Map([...found].filter(([path]) => path !== main && !roomFile.test(path)))
}
