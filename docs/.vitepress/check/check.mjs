// Opens the built site in a browser. Exit code 0 when every check passed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { serve } from './serve.mjs'

const docs = fileURLToPath(new URL('../../', import.meta.url))
const rules = JSON.parse(readFileSync(join(docs, 'rules.json'), 'utf8'))
const pages = readdirSync(join(docs, 'rules')).filter(file => /^BW\d{4}\.md$/.test(file)).map(file => file.slice(0, 6))

const site = await serve(join(docs, '.vitepress/dist'))
const profile = mkdtempSync(join(tmpdir(), 'breakwater-browser-'))
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const page = browser.pages()[0] ?? await browser.newPage()

const elsewhere = []
const errors = []
page.on('request', request => {
  if (/^https?:/.test(request.url()) && !request.url().startsWith(site.origin))
    elsewhere.push(request.url())
})
page.on('pageerror', error => errors.push(`${page.url()}: ${error.message}`))
page.on('console', message => message.type() === 'error' && errors.push(`${page.url()}: ${message.text()}`))

let failed = 0
async function check(name, body) {
  try {
    await body()
    console.log(`ok   ${name}`)
  } catch (error) {
    failed++
    console.log(`FAIL ${name}: ${error.message}`)
  }
}

function expect(condition, message) {
  if (!condition)
    throw new Error(message)
}

const open = path => page.goto(site.origin + path, { waitUntil: 'networkidle' })
const shown = () => page.$$eval('tr[data-rule]', rows => rows.map(row => row.dataset.rule))
const same = (found, wanted) => expect(found.join() === wanted.join(), `shows [${found}] instead of [${wanted}]`)

await check('the table shows every rule', async () => {
  await open('/guide/rules')
  same(await shown(), rules.map(rule => rule.id))
})

for (const column of ['topic', 'severity', 'fix', 'all', 'scope', 'since']) {
  await check(`the table filters by ${column}`, async () => {
    await open('/guide/rules')
    const at = await page.$$eval('form.filters select', (all, name) => all.findIndex(select => select.name === name), column)
    const choices = await page.$$eval(`select[name=${column}] option`, all => all.slice(1).map(option => option.textContent))
    let total = 0
    for (const choice of choices) {
      await page.selectOption(`select[name=${column}]`, { label: choice })
      const cells = await page.$$eval('tr[data-rule]', (rows, cell) => rows.map(row => row.cells[cell].textContent), at + 2)
      expect(cells.length > 0 && cells.every(text => text === choice), `'${choice}' shows [${cells}]`)
      total += cells.length
    }
    expect(total === rules.length, `its choices show ${total} of ${rules.length} rules`)
  })
}

await check('the table filters by text', async () => {
  await open('/guide/rules')
  await page.fill('input[name=text]', 'cache MISS')
  same(await shown(), rules.filter(rule => /cache/i.test(`${rule.name} ${rule.title}`) && /miss/i.test(`${rule.name} ${rule.title}`)).map(rule => rule.id))
})

for (const [problem, rule] of [['stampede', 'BW1101'], ['unbounded', 'BW0601']]) {
  await check(`search finds ${rule} by '${problem}'`, async () => {
    await open('/guide/install')
    await page.click('.VPNavBarSearch button')
    await page.fill('.VPLocalSearchBox input', problem)
    await page.waitForSelector('.VPLocalSearchBox .result', { timeout: 10_000 })
    const found = await page.$$eval('.VPLocalSearchBox .result', all => all.map(result => result.getAttribute('href')))
    expect(found.some(href => href.includes(`/rules/${rule}`)), `finds only [${found}]`)
  })
}

await check('every rule page opens', async () => {
  const unlisted = pages.filter(id => !rules.some(rule => rule.id === id))
  expect(pages.length > 0 && unlisted.length === 0, `not in rules.json: [${unlisted}]`)
  for (const id of pages) {
    await open(`/rules/${id}`)
    const title = await page.textContent('h1')
    expect(title.includes(id), `/rules/${id} is titled '${title}'`)
  }
})

await check('findings are marked, and marks are not shown', async () => {
  for (const id of pages) {
    const marks = (readFileSync(join(docs, 'rules', `${id}.md`), 'utf8').match(/\[\||\{\|[A-Za-z0-9#]+:/g) ?? []).length
    await open(`/rules/${id}`)
    const code = (await page.$$eval('.vp-doc pre', all => all.map(block => block.textContent))).join('\n')
    expect(!/\[\||\|\]|\{\|BW/.test(code), `/rules/${id} shows a mark`)
    expect(marks === 0 || await page.$('.vp-doc pre .finding'), `/rules/${id} marks nothing`)
  }
})

await check('no link is dead', async () => {
  const known = new Map()
  const waiting = ['/', '/guide/rules']
  const dead = []
  while (waiting.length > 0) {
    const path = waiting.pop()
    if (known.has(path))
      continue
    const response = await open(path)
    if (!response.ok()) {
      known.set(path, new Set())
      dead.push(path)
      continue
    }
    known.set(path, new Set(await page.$$eval('[id]', all => all.map(element => element.id))))
    const links = await page.$$eval('a[href]', all => all.map(link => link.href))
    waiting.push(...links.filter(link => link.startsWith(site.origin)).map(link => new URL(link).pathname))
    const here = links.filter(link => link.startsWith(site.origin) && new URL(link).hash.length > 1)
      .map(link => new URL(link)).filter(link => link.pathname === path)
    dead.push(...here.filter(link => !known.get(path).has(decodeURIComponent(link.hash.slice(1)))).map(link => link.pathname + link.hash))
  }
  expect(dead.length === 0, dead.join(', '))
  const missing = pages.filter(id => !known.has(`/rules/${id}`))
  expect(missing.length === 0, `no link leads to ${missing}`)
})

await check('the page turns dark', async () => {
  await open('/guide/install')
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const before = await background()
  await page.locator('.VPSwitchAppearance').first().click()
  await page.waitForTimeout(500)
  expect(before !== await background(), `the background stays ${before}`)
})

await check('nothing is asked of another host and nothing goes wrong', async () => {
  expect(elsewhere.length === 0, elsewhere.join(', '))
  expect(errors.length === 0, errors.join('; '))
})

await browser.close()
site.close()
rmSync(profile, { recursive: true, force: true })
process.exit(failed === 0 ? 0 : 1)
