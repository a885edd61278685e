import { createMonitor } from 'vagus';

const monitor = createMonitor();
await monitor.start();

monitor.membership$('web').subscribe((view) => {
  for (const { id, info, state } of view) console.log(`${id} at ${info} is ${state}`);
});

const me = await monitor.register({ cluster: 'web', id: 'web-1', lifetimeMs: 2_500, info: '10.0.0.7:80' });
me.update('10.0.0.7:81'); // everybody knows within 100 ms

const leave = () => monitor.close(); // withdraws web-1, and leaves nothing open
process.once('SIGTERM', leave).once('SIGINT', leave);
