import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'

const types = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.json': 'application/json', '.png': 'image/png', '.woff2': 'font/woff2',
}

/** Serves a built site on a free loopback port, with addresses without extension as the host of the site has them. */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname))
    const candidates = path.endsWith('/') ? [`${path}index.html`] : extname(path) ? [path] : [`${path}.html`]
    for (const candidate of candidates) {
      try {
        const body = await readFile(join(folder, candidate))
        response.writeHead(200, { 'content-type': types[extname(candidate)] ?? 'application/octet-stream' }).end(body)
        return
      } catch (error) {
        if (error.code !== 'ENOENT' && error.code !== 'EISDIR')
          throw error
      }
    }
    response.writeHead(404).end()
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
