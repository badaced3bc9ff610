/**
 * Sees what changes of resources while somebody is subscribed, whoever changes it: this process or another one.
 *
 * Over stdio, and over HTTP in the protocol up to 2025-11-25 (a server for each session), nothing is to be done: the
 * server's own handlers begin and end the watch. For `subscriptions/listen` over HTTP see `watchBus` in bus.ts:
 *
 *     const watch = watchBus({ app, log });
 *     const handler = createMcpHandler(factory, { bus: watch.bus });
 *     // `message`: the parsed body; `facts`: what the connection says of a request of this bearer.
 *     const response = await watch.listening({ message, facts }, () => handler.fetch(request, { parsedBody: message }));
 */
