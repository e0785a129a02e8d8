import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";
import type { FastifyInstance } from "fastify";
import { network } from "hardhat";

import { accountsOf } from "@poco-marketplace/cli/network/chain/accounts.js";
import { History } from "@poco-marketplace/cli/network/chain/history.js";
import { createRpcServer } from "@poco-marketplace/cli/network/chain/rpcServer.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";

describe("The node of the embedded chain", () => {
  const folder = mkdtempSync(join(tmpdir(), "rpc-server-"));
  let server: FastifyInstance;
  let url: string;

  before(async () => {
    const { provider } = await network.create();
    server = await createRpcServer(provider, History.begin(join(folder, "h"), { chainId: 31_337, startedAt: 0 }));
    url = await listen(server, 0);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const post = (body: unknown) =>
    server.inject({
      method: "POST",
      url: "/",
      headers: { "content-type": "application/json" },
      payload: body as object,
    });

  it("answers single requests and batches, and says what is wrong with one", async () => {
    expect((await post({ jsonrpc: "2.0", id: 7, method: "eth_chainId" })).json()).to.deep.equal({
      jsonrpc: "2.0",
      id: 7,
      result: "0x7a69",
    });
    const batch = (await post([{ id: 1, method: "eth_chainId" }, { id: 2, method: "eth_fly" }, 5])).json<Answer[]>();
    expect(batch.map(({ id }) => id)).to.deep.equal([1, 2, null]);
    expect(batch[1]!.error!.message).to.contain("eth_fly");
    expect(batch[2]!.error!.message).to.equal("This is not a JSON-RPC request.");
  });

  const blockNumber = async () => (await post({ id: 1, method: "eth_blockNumber" })).json<{ result: string }>().result;

  it("lets no web page of strangers do what only a developer does", async () => {
    const { port } = new URL(url);
    const payload = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "hardhat_mine", params: ["0x5"] });
    const before = await blockNumber();
    for (const [headers, status] of [
      [{ origin: "https://evil.example", "content-type": "application/json" }, 403],
      [{ origin: "https://evil.example", "content-type": "text/plain" }, 403],
      [{ origin: "null", "content-type": "text/plain" }, 403],
      [
        { host: `evil.example:${port}`, origin: `http://evil.example:${port}`, "content-type": "application/json" },
        421,
      ],
    ] as const) {
      const asked = request({ host: "127.0.0.1", port, method: "POST", headers });
      asked.end(payload);
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).to.equal(status);
    }
    expect(await blockNumber()).to.equal(before);
  });

  it("refuses batches and bodies that are too long", async () => {
    expect((await post(Array.from({ length: 1_001 }, () => ({ id: 1, method: "eth_chainId" })))).statusCode).to.equal(
      413,
    );
    expect((await post({ id: 1, method: "x", params: ["0".repeat(8 * 2 ** 20)] })).statusCode).to.equal(413);
  });

  it("tells why a call reverted, with its data", async () => {
    const answer = await post({ id: 1, method: "eth_call", params: [{ data: "0x60aa60005260206000fd" }, "latest"] });
    expect(answer.json<Answer>().error!.data).to.contain("aa");
  });

  it("lets clients that remember nonces send one transaction right after the other", async () => {
    const provider = new JsonRpcProvider(url);
    try {
      const wallet = new Wallet(accountsOf(0)[0]!.privateKey, provider);
      for (let i = 0; i < 3; i++) await (await wallet.sendTransaction({ to: wallet.address, value: 1n })).wait();
      expect(await wallet.getNonce()).to.equal(3);
    } finally {
      provider.destroy();
    }
  });
});

interface Answer {
  readonly id: number | null;
  readonly error?: { readonly message: string; readonly data?: unknown };
}
