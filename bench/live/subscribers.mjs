// Opens so many sockets as the last argument says to the URL before it, tells when all are open, and from then on whenever
// each of them has got one message more. Ends when it is let go of.
import { WebSocket } from 'ws';

const [, , url, wanted] = process.argv;
const count = Number(wanted);
/** How many are opened at a time: a server has a short queue of those that wait. */
const AT_ONCE = 100;

let got = 0;
function open() {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('message', () => {
      got++;
      if (got % count === 0) process.send('all');
    });
  });
}

for (let opened = 0; opened < count; opened += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, open));
}
process.send('open');
process.on('disconnect', () => process.exit());
