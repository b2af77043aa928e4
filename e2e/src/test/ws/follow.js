// Follows the messages of a project through whatever happens to the platform, with nothing but docs/streaming.md in mind.
// Prints the number in each message, and a word when something happens that must not.
'use strict';
const WebSocket = require('ws');

const [url] = process.argv.slice(2);
const headers = { Authentication: `bearer ${process.env.IOTTLY_API_KEY}` };
let from = { time: 0 };

function connect() {
  const socket = new WebSocket(url, 'iottly-stream.v1', { headers });
  const reconnect = () => setTimeout(connect, 20 + Math.random() * 80);
  socket.on('error', () => {});
  socket.on('close', reconnect);
  socket.on('message', (data) => take(JSON.parse(data), socket));
}

function take(frame, socket) {
  switch (frame.op) {
    case 'hello':
      socket.send(JSON.stringify({ op: 'subscribe', subscription: 's', type: 'userdefined', from }));
      break;
    case 'events':
      for (const event of frame.events) {
        console.log(event.message.payload.n);
        from = { cursor: event.cursor };
      }
      break;
    case 'lagged':
    case 'ended':
      socket.close();
      break;
    case 'subscribed':
    case 'live':
    case 'heartbeat':
      break;
    default:
      console.log(`unexpected ${JSON.stringify(frame)}`);
  }
}

connect();
