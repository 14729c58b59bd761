// A real local host as `./ae up` starts it, with a run of the sample as `./ae demo` makes it, over fewer tokens.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readTensors } from './tensors.mjs';

const root = join(import.meta.dirname, '../../..');
const configuration = process.env.AE_CONFIGURATION ?? 'Release';
const built = (project, assembly) => join(root, 'src', project, 'bin', configuration, 'net10.0', assembly);
const program = built('Cli', 'ae.dll');
const sample = join(root, 'samples/kjv-gpt2');

/** Fewer than the demo's 24,576, in sequences of 128. */
export const tokens = 2048;
export const dataset = 'kjv-demo';
export const longDataset = 'long';

/** What a real host lacks here, as text; empty where nothing does. */
export const lacking = [
  [program, 'dotnet build src/Cli -c Release'],
  [built('Functions', 'AeServerless.Functions.dll'), 'dotnet build src/Functions -c Release'],
  [join(root, 'node_modules/azurite'), 'npm ci'],
]
  .filter(([path]) => !existsSync(path))
  .map(([path, how]) => `${path} (${how})`)
  .join(', ');

const nowhere = {
  schema: 'ae-serverless/recipe/1',
  datasets: [longDataset],
  layers: [2],
  autoencoders: [{ name: 'nowhere', input: 'mlp_post_act', path: 'autoencoders/kjv-gpt2/nowhere/{layer}.safetensors' }],
  derivedScalars: ['latent'],
};
const locations = 'attn.v_out resid.delta_attn resid.post_attn mlp.in mlp.post_act resid.delta_mlp resid.post_mlp'.split(' ');
const blobs = ['--model-blob', 'models/kjv-gpt2/model.safetensors', '--tokenizer-blob', 'models/kjv-gpt2/'];

/** Starts host and emulator in a folder of their own, uploads the sample, and waits for the run that the upload starts. */
export async function startHost() {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-host-'));
  const environment = { ...process.env, AE_ROOT: root, AE_DATA: folder };
  for (const name of ['AE_HOST', 'AE_KEY', 'AE_STORAGE']) {
    delete environment[name];
  }
  const start = (...given) => spawn('dotnet', [program, ...given], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const up = start('up', '--data', folder);
  const stop = async () => {
    await end(up, join(folder, 'running.json'));
    rmSync(folder, { recursive: true, force: true });
  };
  const ae = (...given) => finished(start(...given), given);
  const texts = ['--text', join(sample, 'text/train.txt')];
  try {
    const [explorer] = await Promise.all([
      said(up, /Explore its runs at (\S+) \(opens once\)/),
      ae('capture', '--model', join(sample, 'model'), ...texts, '--out', join(folder, 'dataset'), '--layers', '2', '--locations',
        ...locations, '--backward', 'loss', '--max-tokens', `${tokens}`, '--shard-tokens', '2048', ...blobs),
    ]);
    const host = api(explorer.replace(/\/explore.*$/, ''), readFileSync(join(folder, 'host/http.key'), 'utf8').trim());
    await ae('upload', 'model', join(sample, 'model'), '--name', 'kjv-gpt2');
    await ae('upload', 'autoencoders', join(sample, 'autoencoders'), '--name', 'kjv-gpt2');
    await ae('upload', 'recipe', join(sample, 'demo.json'));
    await ae('upload', 'dataset', join(folder, 'dataset'), '--name', dataset);
    // Tokens of a longer text: for a run that is stopped in the middle, and by a recipe that fails.
    writeFileSync(join(folder, 'nowhere.json'), JSON.stringify(nowhere));
    await ae('upload', 'recipe', join(folder, 'nowhere.json'));
    await ae('tokenize', '--tokenizer', join(sample, 'model'), ...texts, '--out', join(folder, 'long'), '--max-tokens', '49152', ...blobs);
    await ae('upload', 'dataset', join(folder, 'long'), '--name', longDataset);
    const runId = (await host.ended(dataset, 'completed')).runId;
    const failed = await host.ended(longDataset, 'failed');
    return { ...host, explorer, runId, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The host's HTTP API, by plain requests. */
function api(address, key) {
  const send = (path) => fetch(`${address}${path}`, { headers: { 'x-functions-key': key } });
  const json = async (path) => (await send(path)).json();
  const result = async (runId, path) => {
    const answer = await send(`/runs/${runId}/results/${path}`);
    if (!answer.ok) {
      throw new Error(`${path} of ${runId}: ${answer.status}`);
    }
    return Buffer.from(await answer.arrayBuffer());
  };
  return {
    address,
    key,
    json,
    result,
    tensors: async (runId, path) => readTensors(await result(runId, `${path}.safetensors`)),
    /** The run that the upload of a dataset starts, once it has ended, which must be so. */
    ended: async (name, status) => {
      for (let tries = 0; tries < 1500; tries++) {
        const [run] = (await json(`/runs?dataset=${name}`)).runs;
        if (['completed', 'failed', 'terminated'].includes(run?.status)) {
          if (run.status !== status) {
            throw new Error(`the run over ${name} is ${JSON.stringify(run)}`);
          }
          return run;
        }
        await wait(200);
      }
      throw new Error(`the upload of ${name} started no run that ends`);
    },
  };
}

/** The first group of what a process says on a line of its output. */
function said(process, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (block) => {
      text += block;
      const found = pattern.exec(text);
      if (found) {
        resolve(found[1]);
      }
    };
    process.stdout.on('data', look);
    process.stderr.on('data', look);
    process.on('error', reject);
    process.on('exit', (code) => reject(new Error(`ae up ended with ${code}: ${text}`)));
  });
}

function finished(process, given) {
  return new Promise((resolve, reject) => {
    let text = '';
    process.stdout.on('data', (block) => (text += block));
    process.stderr.on('data', (block) => (text += block));
    process.on('error', reject);
    process.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`ae ${given.join(' ')}: ${code}: ${text}`))));
  });
}

/** Ends `ae up` as Ctrl-C does, which ends host and emulator; where it does not, all three by their ids. */
async function end(up, running) {
  if (up.exitCode !== null || up.signalCode !== null) {
    return;
  }
  const children = existsSync(running) ? JSON.parse(readFileSync(running, 'utf8')).Children.map(({ ProcessId }) => ProcessId) : [];
  const over = new Promise((resolve) => up.once('exit', resolve));
  up.kill('SIGINT');
  if ((await Promise.race([over, wait(40_000, 'late', { ref: false })])) === 'late') {
    for (const pid of [up.pid, ...children]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    await over;
  }
}
