// A terminal for one shell of one device, with nothing but docs/streaming.md and docs/agent.md in mind: types what stands on
// standard input, line by line, each when the text before its tab has appeared; prints all output, and how the channel ended.
'use strict';
const WebSocket = require('ws');

const [url, device] = process.argv.slice(2);
const steps = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const headers = { Authentication: `bearer ${process.env.IOTTLY_API_KEY}` };
const socket = new WebSocket(url, 'iottly-stream.v1', { headers });
const say = (frame) => socket.send(JSON.stringify(frame));
let output = '';

function type() {
  while (steps.length > 0 && output.includes(steps[0].after)) {
    const { keys } = steps.shift();
    output = '';
    const bytes = Buffer.from(keys, 'utf8');
    const frame = Buffer.alloc(4 + bytes.length);
    frame.writeUInt32BE(1);
    bytes.copy(frame, 4);
    socket.send(frame);
  }
}

socket.on('message', (data, isBinary) => {
  if (isBinary) {
    process.stdout.write(data.subarray(4));
    output += data.toString('utf8', 4);
    say({ op: 'credit', channel: 1, bytes: data.length - 4 });
    type();
    return;
  }
  const frame = JSON.parse(data);
  if (frame.op === 'hello') {
    const size = { columns: 80, rows: 24, term: 'xterm' };
    say({ op: 'open', id: 1, channel: 1, device, service: 'shell', arguments: size });
  } else if (frame.op === 'closed' || frame.op === 'error') {
    console.log(`\n${JSON.stringify(frame)}`);
    socket.close();
  }
});
