// What the dashboard does, without it: makes a channel, hands one end to the preload script, and asks over the other one.
const { port1: port, port2 } = new MessageChannel();
window.postMessage('gateway-port', '*', [port2]);
port.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.i === '1') document.getElementById('status').textContent = JSON.stringify(message.p.b.json);
  else document.getElementById('events').append(Object.assign(document.createElement('li'), { textContent: data }));
};
// Calls as oRPC writes them.
port.postMessage('{"i":"1","p":{"u":"/status","b":{}}}');
port.postMessage('{"i":"2","p":{"u":"/events","b":{}}}');
// The policy of the page lets it reach no network.
fetch('https://example.com/').catch(() => {
  document.body.dataset.network = 'refused';
});
