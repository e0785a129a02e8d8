import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { RegistryFullError } from "./registryFiles.js";

/** A refusal with an error code of the registry protocol. */
export class RegistryRefusal extends Error {
  override readonly name = "RegistryRefusal";
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** Returns the refusal that answers an error. */
export function refusalOf(error: unknown): RegistryRefusal {
  if (error instanceof RegistryRefusal) return error;
  if (error instanceof RegistryFullError) return new RegistryRefusal(507, "DENIED", error.message);
  if (error instanceof ImageError) return new RegistryRefusal(400, "MANIFEST_INVALID", error.message);
  throw error;
}
