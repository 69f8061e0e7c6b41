import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { OffsetClock } from '../clock.ts';
import { answerControl } from './control/control-service.ts';
import { createDelivery, type Delivery } from './delivery/delivery.ts';
import { GraphService } from './graph/graph-service.ts';
import type { HttpReply, HttpRequest } from './http-message.ts';
import { LoginService } from './login/login-service.ts';
import { TokenAuthority } from './login/token-authority.ts';
import { serveHttp } from './serve-http.ts';
import { VaultService } from './vault/vault-service.ts';
import { keepWorldFile, readWorldFile } from './world-file.ts';
import { loadWorld } from './world/saved-world.ts';
import { World } from './world/world.ts';

/** How to start a simulator. */
export interface SimulatorOptions {
  /** 0 or absent takes a free port. */
  port?: number;
  /** Certificate for `localhost` and `127.0.0.1`, both in PEM. */
  certificate: { key: string; cert: string };
  clock: OffsetClock;
  /** Seed of every random decision. */
  seed?: number;
  /** JSON file the state is loaded from, if it exists, and saved to. */
  file?: string;
}

/** A running simulator. */
export interface Simulator {
  /** `https://localhost:PORT`: login, Graph (`/v1.0`), Key Vault (`/secrets`) and `/_control`. */
  readonly url: string;
  readonly port: number;
  readonly world: World;
  readonly delivery: Delivery;
  readonly authority: TokenAuthority;
  readonly graph: GraphService;
  /** Faults, switches, lags, counters, limits and pending notifications as at the start; tenants and directories stay. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts the simulated tenants on 127.0.0.1. Rejects when the port is taken or the file is not a saved world. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const saved = options.file === undefined ? undefined : readWorldFile(options.file);
  const world = new World(options.clock, saved?.randomState ?? options.seed);
  if (saved !== undefined) loadWorld(world, saved);
  let port = options.port ?? 0;
  const baseUrl = () => `https://localhost:${port}`;
  const authority = new TokenAuthority(world, baseUrl);
  const graph = new GraphService(world, authority);
  const login = new LoginService(world, authority, baseUrl);
  const vault = new VaultService(world, authority);
  let requests = 0;
  const answer = async (request: HttpRequest): Promise<HttpReply> => {
    requests += 1;
    if (request.path.startsWith('/_control/')) return answerControl(simulator, request);
    world.control.counters.httpRequests += 1;
    if (/^\/v1\.0(\/|$)/i.test(request.path)) return graph.answer(request);
    return (
      (await vault.answer(request)) ?? (await login.answer(request)) ?? { status: 404, body: { error: 'not_found' } }
    );
  };
  const server = createServer(options.certificate, serveHttp(world, answer));
  port = await listen(server, port);
  const delivery = createDelivery(world);
  const stopSaving = options.file === undefined ? undefined : keepWorldFile(options.file, world, () => requests);
  const simulator: Simulator = {
    url: baseUrl(),
    port,
    world,
    delivery,
    authority,
    graph,
    reset: () => {
      world.control.reset();
      for (const tenant of world.tenants.values()) {
        tenant.replicas.configure({ replicaSeconds: 0, indexSeconds: 0 }, world.clock.now());
      }
      graph.throttle.reset();
      delivery.reset();
    },
    close: async () => {
      delivery.close();
      stopSaving?.();
      await closeServer(server);
    },
  };
  return simulator;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return addressOf(server).port;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The simulator is not listening.');
  return address;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
