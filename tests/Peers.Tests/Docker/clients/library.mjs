// What people do with Docker's Node library (dockerode), against DOCKER_HOST. N begins all names. Prints the flows that went well.
import assert from "node:assert/strict"
import { PassThrough } from "node:stream"
import { finished } from "node:stream/promises"
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)
const Docker = require("dockerode")
const tar = require("tar-stream")

const { N, REGISTRY, PRIVATE, SOCKET } = process.env
const docker = new Docker({ socketPath: SOCKET })

const text = async stream => {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** Calls with each whole line, however the stream is cut; what comes ends with a line's end. */
const lines = (stream, each) => {
  let rest = ""
  stream.on("data", part => {
    const all = (rest + part).split("\n")
    rest = all.pop()
    all.forEach(each)
  })
}

/** Output and errors of a framed stream. */
const apart = async stream => {
  const [out, err] = [new PassThrough(), new PassThrough()]
  docker.modem.demuxStream(stream, out, err)
  stream.on("end", () => { out.end(); err.end() })
  return Promise.all([text(out), text(err)])
}

const archive = files => {
  const pack = tar.pack()
  for (const [name, content] of Object.entries(files)) pack.entry({ name }, content)
  pack.finalize()
  return pack
}

const followed = stream => new Promise((done, failed) => docker.modem.followProgress(stream, (error, all) => error ? failed(error) : done(all)))

const keep = async (name, more = {}) => {
  const one = await docker.createContainer({ Image: "base", Cmd: ["sleep", "1000"], name: `${N}-${name}`, ...more })
  await one.start()
  return one
}

const flows = {
  async daemon() {
    assert.equal(String(await docker.ping()), "OK")
    assert.equal((await docker.version()).Os, "linux")
    assert.equal((await docker.info()).OSType, "linux")
    assert.ok((await docker.df()).Images.length)
  },

  async runToItsEnd() {
    const out = new PassThrough()
    const said = text(out)
    const [ended, one] = await docker.run("base", ["sh", "-c", "echo hello; exit 3"], out, { name: `${N}-run`, Tty: false })
    assert.equal(ended.StatusCode, 3)
    assert.ok((await said).includes("hello"))
    await one.remove()
  },

  async logsAsAStream() {
    const one = await docker.createContainer({ Image: "base", Cmd: ["sh", "-c", "echo out; echo err >&2; sleep 0.3; echo end"], name: `${N}-logs` })
    await one.start()
    assert.deepEqual(await apart(await one.logs({ follow: true, stdout: true, stderr: true })), ["out\nend\n", "err\n"])
    await one.remove()
  },

  async life() {
    const one = await keep("life", { Labels: { team: N } })
    assert.equal((await docker.listContainers({ filters: { label: [`team=${N}`] } })).length, 1)
    await one.pause()
    assert.equal((await one.inspect()).State.Status, "paused")
    await one.unpause()
    await one.rename({ name: `${N}-renamed` })
    assert.ok((await one.top()).Processes.length)
    await one.restart({ t: 0 })
    await assert.rejects(one.start(), { statusCode: 304 })
    await one.kill()
    assert.equal((await one.wait()).StatusCode, 137)
    await one.remove({ v: true })
    await assert.rejects(one.inspect(), { statusCode: 404 })
  },

  async execInEveryWay() {
    const one = await keep("exec")
    let made = await one.exec({ Cmd: ["sh", "-c", "echo out; echo err >&2; exit 4"], AttachStdout: true, AttachStderr: true })
    assert.deepEqual(await apart(await made.start({})), ["out\n", "err\n"])
    assert.equal((await made.inspect()).ExitCode, 4)
    made = await one.exec({ Cmd: ["cat"], AttachStdin: true, AttachStdout: true })
    const stream = await made.start({ hijack: true, stdin: true })
    stream.end("through\n")
    assert.deepEqual(await apart(stream), ["through\n", ""])
    made = await one.exec({ Cmd: ["sh", "-c", "echo ready; until stty size | grep '33 77'; do sleep 0.1; done"], AttachStdin: true, AttachStdout: true, Tty: true })
    const terminal = await made.start({ hijack: true, stdin: true, Tty: true })
    let seen = ""
    await new Promise(ready => terminal.on("data", part => { if ((seen += part).includes("ready")) ready() }))   // and goes on listening: the answer may come before resize() returns
    const ended = finished(terminal, { writable: false })
    await made.resize({ h: 33, w: 77 })
    await ended
    assert.ok(seen.includes("33 77"), seen)
    await one.remove({ force: true })
  },

  async attach() {
    const one = await docker.createContainer({ Image: "base", Cmd: ["cat"], name: `${N}-attach`, OpenStdin: true, StdinOnce: true })
    const stream = await one.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })
    await one.start()
    stream.end("hello\n")
    assert.deepEqual(await apart(stream), ["hello\n", ""])
    assert.equal((await one.wait()).StatusCode, 0)
    await one.remove()
  },

  async archives() {
    const one = await keep("archive")
    await one.putArchive(archive({ a: "of a" }), { path: "/tmp" })
    const found = tar.extract()
    const names = []
    found.on("entry", (header, body, next) => { names.push(header.name); body.resume(); body.on("end", next) })
    ;(await one.getArchive({ path: "/tmp/a" })).pipe(found)
    await finished(found)
    assert.deepEqual(names, ["a"])
    assert.ok((await text(await one.export())).includes("ustar"))
    await one.remove({ force: true })
  },

  async eventsAsTheyCome() {
    // Since the beginning: dockerd sends the head of its answer before it listens for events.
    const stream = await docker.getEvents({ since: 1, filters: { label: [`seen=${N}`], type: ["container"] } })
    const seen = []
    const destroyed = new Promise(done => lines(stream, line => { if (seen.push(JSON.parse(line).Action) && seen.at(-1) === "destroy") done() }))
    const one = await docker.createContainer({ Image: "base", Cmd: ["true"], Labels: { seen: N } })
    await one.start()
    await one.wait()
    await one.remove()
    await destroyed
    stream.destroy()
    assert.deepEqual(seen.filter(action => ["create", "start", "die", "destroy"].includes(action)), ["create", "start", "die", "destroy"])
  },

  async stats() {
    const one = await keep("stats")
    assert.ok((await one.stats({ stream: false })).memory_stats.usage > 0)
    const stream = await one.stats({ stream: true })
    const first = await new Promise(done => lines(stream, done))
    assert.equal(JSON.parse(first).pids_stats.current, 1)
    stream.destroy()
    await one.remove({ force: true })
  },

  async build() {
    const said = await followed(await docker.buildImage(archive({ Dockerfile: "FROM base\nCOPY file /made\nCMD cat /made\n", file: "by node\n" }), { t: `${N}-built` }))
    assert.ok(said.some(line => line.stream?.includes("Step 1/3")))
    assert.ok(said.some(line => line.aux?.ID.startsWith("sha256:")))
    await docker.getImage(`${N}-built`).remove({ force: true })
  },

  async images() {
    await docker.getImage("base").tag({ repo: N, tag: "t" })
    assert.ok((await docker.getImage(`${N}:t`).inspect()).RepoTags.includes(`${N}:t`))
    const saved = await text(await docker.getImage(`${N}:t`).get())
    assert.ok(saved.includes("manifest.json"))
    assert.equal((await docker.getImage("base").history())[0].CreatedBy, "made by the tests")
    assert.ok((await docker.listImages({ filters: { reference: [N] } })).length)
    await docker.getImage(`${N}:t`).remove()
    await assert.rejects(docker.getImage("no-such-image").inspect(), { statusCode: 404 })
  },

  async aRegistry() {
    const name = `${REGISTRY}/${N}-node`
    await docker.getImage("base").tag({ repo: name, tag: "t" })
    const pushed = await followed(await docker.getImage(`${name}:t`).push({ authconfig: { username: "", password: "" } }))
    assert.ok(pushed.some(line => line.status?.includes("digest") || line.aux?.Digest))
    await docker.getImage(`${name}:t`).remove()
    await followed(await docker.pull(`${name}:t`))
    await docker.getImage(`${name}:t`).inspect()
    assert.equal((await docker.checkAuth({ username: "sailor", password: "secret", serveraddress: PRIVATE })).Status, "Login Succeeded")
  },

  async networks() {
    const network = await docker.createNetwork({ Name: N, Driver: "bridge" })
    const one = await keep("net")
    await network.connect({ Container: one.id, EndpointConfig: { Aliases: ["alias"] } })
    assert.deepEqual(Object.values((await network.inspect()).Containers).map(each => each.Name), [`${N}-net`])
    await network.disconnect({ Container: one.id })
    await one.remove({ force: true })
    await network.remove()
  },

  async volumes() {
    await docker.createVolume({ Name: N, Labels: { team: N } })
    const one = await keep("volume", { HostConfig: { Binds: [`${N}:/data`] } })
    assert.equal((await one.inspect()).Mounts[0].Name, N)
    await one.remove({ force: true })
    assert.equal((await docker.listVolumes({ filters: { name: [N] } })).Volumes.length, 1)
    await docker.getVolume(N).remove()
  },
}

for (const [name, flow] of Object.entries(flows)) {
  await flow()
  console.log(name)
}
