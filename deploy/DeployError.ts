/** Why a deployment did not come about, in one sentence that says what to do. */
export class DeployError extends Error {
  override readonly name = "DeployError";
}
