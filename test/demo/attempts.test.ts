import { expect } from "chai";

import { attempt } from "@poco-marketplace/cli/demo/attack/attempts.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { rejection } from "../fixtures/rejection.js";

const ASKED = { service: "secret service", url: "http://127.0.0.1:1/tee/sessions" };

describe("An attempt of an attacker", () => {
  it("is refused with the reason of the secret service", async () => {
    const error = new ServiceError("The enclave is not authorized.", {
      ...ASKED,
      statusCode: 403,
      reason: "NotAuthorized",
    });

    const { refusal } = await attempt("asks", "secret service", () => Promise.reject(error));

    expect(refusal).to.deep.equal({ by: "secret service", error: "NotAuthorized", sentence: error.message });
  });

  it("is not refused where the secret service does not answer", async () => {
    const error = new ServiceError("The secret service does not answer.", ASKED);

    const thrown = await rejection(
      attempt("asks", "secret service", () => Promise.reject(error)),
      ServiceError,
    );

    expect(thrown).to.equal(error);
  });
});
