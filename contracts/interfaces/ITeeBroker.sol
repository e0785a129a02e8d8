// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {PckName, PublicKey} from "../types/Attestation.sol";
import {DealId} from "../types/Ids.sol";
import {IPlatformRegistry} from "./IPlatformRegistry.sol";
import {IPoco} from "./IPoco.sol";

/// @notice The evidence that an enclave passes as `authorizationSign`, as the ABI encoding of this tuple.
/// @param ownerSign The signature of the workerpool's owner, the same as without a broker.
/// @param deal The deal; `index` is the task in it.
/// @param platform The name of the platform's certificate.
/// @param key The attestation key, registered for that certificate.
/// @param quoteSign The signature (r, s) of the quote by the attestation key.
/// @param statement The signed part of the quote: header and body.
/// @param request The request order of a boost deal, which does not store its app, as the 15 words of its EIP-712
/// encoding without the type; empty for a classic deal.
/// @param consumedBefore The volume of the request order that was used before the deal. For boost deals only.
struct Attestation {
    bytes ownerSign;
    address worker;
    address enclave;
    DealId deal;
    uint256 index;
    PckName platform;
    PublicKey key;
    bytes32[2] quoteSign;
    bytes statement;
    bytes request;
    uint256 consumedBefore;
}

/// @title ITeeBroker
/// @notice A TEE broker that trusts no service (ERC-1271). It authorizes an enclave if the owner of the workerpool
/// signed and a quote proves the enclave. The report data of the quote begins with the permission, keccak256(worker ‖
/// task id ‖ enclave), and ends with the keccak256 hash of the encryption key of the enclave. The `m_appMREnclave` of
/// the app is the 32 bytes of MRENCLAVE, or the 240 bytes of MRTD and RTMR0 to RTMR3; where it is empty,
/// `m_appChecksum` is MRENCLAVE, or the digest of a container image, which MRCONFIGID of a trust domain names and an
/// approved runtime runs.
interface ITeeBroker {
    /// @notice Emitted when the owner sets whether enclaves in debug mode are accepted.
    event DebugEnclavesSet(bool areAccepted);

    /// @notice Emitted when the owner sets whether trust domains must have SEPT_VE_DISABLE.
    event SeptVeDisableSet(bool isRequired);

    /// @notice Emitted when the owner approves a runtime for images.
    event RuntimeApproved(bytes32 indexed runtime);

    /// @notice Emitted when the owner withdraws the approval of a runtime.
    event RuntimeWithdrawn(bytes32 indexed runtime);

    /// @notice The evidence is about another worker, task or enclave than the one to authorize.
    /// @custom:fix Pass the evidence of this worker, for this task and this enclave.
    error WrongPermission(bytes32 expected, bytes32 actual);

    /// @notice No deal has this id, or it is a boost deal and its request order is missing.
    /// @custom:fix Pass the id of the deal, and for a boost deal its request order.
    error UnknownAttestedDeal(DealId deal);

    /// @notice The request order is not that of the deal.
    /// @custom:fix Pass the request order of the deal, and the volume of it that was used before.
    error WrongRequest(DealId expected, DealId actual);

    /// @notice The owner of the workerpool at deal time did not sign the permission.
    /// @custom:fix Ask `owner` for a signature of keccak256(worker ‖ task id ‖ enclave), as an Ethereum message.
    error NotAuthorizedByOwner(DealId deal, address owner);

    /// @notice The report data of the quote is about another worker, task or enclave.
    /// @custom:fix Ask the enclave for a quote about this worker and task.
    error WrongReportData(bytes32 expected, bytes32 reported);

    /// @notice The report data of the quote has no hash of an encryption key.
    /// @custom:fix Have the enclave put the keccak256 hash of its key into the second half of its report data.
    error MissingEncryptionKey();

    /// @notice The host gave the enclave a configuration, which its measurement does not cover.
    /// @custom:fix Run the enclave without a configuration.
    error ConfiguredEnclave();

    /// @notice The measurement of the enclave is not that of the app of the deal.
    /// @custom:fix Run the app with the published measurement.
    error WrongMeasurement(address app, bytes32 expectedHash, bytes32 actualHash);

    /// @notice MRCONFIGID of the trust domain, 48 bytes passed in two parts, is neither zero nor 01, the SHA-256 digest
    /// of an image and 15 zeros.
    /// @custom:fix Start the trust domain with the digest of the app's image in MRCONFIGID.
    error UnknownConfiguration(bytes32 configuration, bytes16 rest);

    /// @notice The trust domain was started for another image than that of the app, whose digest is `m_appChecksum`.
    /// @custom:fix Start the trust domain with the digest `expected` in MRCONFIGID.
    error WrongImage(address app, bytes32 expected, bytes32 actual);

    /// @notice The runtime of the trust domain is not approved, so that nothing says which image it runs.
    /// @custom:fix Use a runtime of {approvedRuntimes}, with its attributes and XFAM.
    error UnapprovedRuntime(bytes32 runtime);

    /// @notice The runtime is approved already.
    /// @custom:fix Nothing: it needs no second approval.
    error RuntimeAlreadyApproved(bytes32 runtime);

    /// @notice Sets whether enclaves in debug mode are accepted. Owner only.
    function setDebugEnclaves(bool areAccepted) external;

    /// @notice Returns whether enclaves in debug mode are accepted.
    function areDebugEnclavesAccepted() external view returns (bool);

    /// @notice Sets whether trust domains must have SEPT_VE_DISABLE (attribute bit 28); by default they must. Without
    /// it a host can remove pages of a trust domain and so invoke its exception handler at any instruction. Owner only.
    function setSeptVeDisable(bool isRequired) external;

    /// @notice Returns whether trust domains must have SEPT_VE_DISABLE.
    function isSeptVeDisableRequired() external view returns (bool);

    /// @notice Approves a runtime: trust domains with its id may run images, each the one in its MRCONFIGID. The id is
    /// keccak256(attributes ‖ XFAM ‖ MRTD ‖ RTMR0 ‖ RTMR1 ‖ RTMR2), as a quote has them. Owner only.
    function approveRuntime(bytes32 runtime) external;

    /// @notice Withdraws the approval of a runtime, from now on. Owner only.
    function withdrawRuntime(bytes32 runtime) external;

    /// @notice Returns whether the runtime with this id is approved.
    function isApprovedRuntime(bytes32 runtime) external view returns (bool);

    /// @notice Returns the ids of the approved runtimes, in no particular order.
    function approvedRuntimes() external view returns (bytes32[] memory);

    /// @notice Reverts with a reason unless the evidence authorizes the permission whose Ethereum message hashes to
    /// `hash`: keccak256(worker ‖ task id ‖ enclave).
    function check(bytes32 hash, Attestation calldata attestation) external view;

    /// @notice Returns the hub whose deals are authorized.
    function hub() external view returns (IPoco);

    /// @notice Returns the registry of the accepted platforms.
    function registry() external view returns (IPlatformRegistry);
}
