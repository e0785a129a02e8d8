// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Evidence} from "../types/Attestation.sol";
import {IPlatformRegistry} from "./IPlatformRegistry.sol";

/// @title IQuoteVerifier
/// @notice Verification of a quote in one call, with the certificate chain in the quote, so that nothing has to be
/// registered before. Root, revocations and minimums are those of a registry.
interface IQuoteVerifier {
    /// @notice Reverts unless the quote is genuine, and its enclave or trust domain was started as
    /// docs/reference/quotes.md requires, so that its host can neither read nor export its memory.
    function verify(bytes calldata quote) external view returns (Evidence memory);

    /// @notice Reverts unless the quote is genuine. Accepts an enclave or trust domain whose host can read its memory,
    /// by debug mode, attributes or service domains.
    function verifyEvenDebug(bytes calldata quote) external view returns (Evidence memory);

    /// @notice Returns the registry of the root, the revocations and the minimums.
    function registry() external view returns (IPlatformRegistry);
}
