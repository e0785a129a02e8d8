// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {
    AttestationKey,
    Authority,
    AuthorityId,
    AuthorityKey,
    PckFacts,
    PckName,
    Platform,
    PublicKey,
    TcbMinimum,
    Tee
} from "../types/Attestation.sol";

/// @title IPlatformRegistry
/// @notice A registry of genuine platforms, by certificates under one root key that never changes. Anyone may register;
/// the owner revokes and sets the least security versions.
/// @custom:meaning-of OwnableInvalidOwner The owner cannot be zero.
/// @custom:fix-of OwnableInvalidOwner Pass an owner other than zero.
/// @custom:fix-of OwnableUnauthorizedAccount Send it from the owner.
interface IPlatformRegistry {
    /// @notice Emitted when a CA is registered, or registered again with a certificate that is valid for longer.
    event AuthorityRegistered(AuthorityId indexed authority, AuthorityKey key, uint256 notAfter);

    /// @notice Emitted when a platform at one TCB level is registered.
    event PlatformRegistered(AuthorityId indexed authority, uint160 indexed serial, PublicKey key, PckFacts facts);

    /// @notice Emitted when an attestation key is registered for a platform at one TCB level.
    event AttestationKeyRegistered(
        AuthorityId indexed authority,
        uint160 indexed serial,
        Tee tee,
        PublicKey key,
        uint256 qeSvn
    );

    /// @notice Emitted when the owner revokes the certificate of a platform.
    event PlatformRevoked(AuthorityId indexed authority, uint160 indexed serial);

    /// @notice Emitted when the owner revokes a CA, and with it all platforms that it certified.
    event AuthorityRevoked(AuthorityId indexed authority);

    /// @notice Emitted when the owner sets the least security versions of a platform model.
    event TcbMinimumSet(bytes6 indexed fmspc, TcbMinimum minimum);

    /// @notice Emitted when the owner sets whether platforms of models without a minimum are refused.
    event OtherPlatformsSet(bool areRefused);

    /// @notice Emitted when the owner sets the least security version of quoting enclaves.
    event MinimumQeSvnSet(Tee indexed tee, uint256 svn);

    /// @notice The CA, platform or attestation key is registered already.
    /// @custom:fix Use the existing registration.
    error AlreadyRegistered(bytes32 record);

    /// @notice No CA is registered with this id.
    /// @custom:fix Register the platform together with the certificate of its CA.
    error UnknownAuthority(AuthorityId authority);

    /// @notice No platform is registered under this name.
    /// @custom:fix Register the platform.
    error UnknownPlatform(AuthorityId authority, uint160 serial);

    /// @notice The key or the security versions are not those of the platform's certificate.
    /// @custom:fix Pass the key and the security versions in the certificate of that name.
    error WrongPckKey(AuthorityId authority, uint160 serial);

    /// @notice The attestation key is not registered for this platform at this TCB level.
    /// @custom:fix Register the attestation key for that PCK certificate.
    error UnknownAttestationKey(AuthorityId authority, uint160 serial, Tee tee, bytes32 keyX);

    /// @notice Registers a platform and, if the CA that certified it is new, that CA.
    /// @param pck The certificate of the platform's key, in DER.
    /// @param intermediate The certificate of the CA, in DER, issued by the root.
    function registerChain(bytes calldata pck, bytes calldata intermediate) external returns (PckName memory name);

    /// @notice Registers a platform whose CA is registered.
    /// @param pck The certificate of the platform's key, in DER.
    function registerPlatform(
        bytes calldata pck,
        AuthorityKey calldata authority
    ) external returns (PckName memory name);

    /// @notice Registers an attestation key that the quoting enclave of a registered platform vouches for. The same key
    /// can be registered again with an older quoting enclave: the lowest version counts.
    /// @param pckKey The key in the certificate of the platform.
    /// @param components The 16 security versions in the certificate of the platform.
    /// @param qeReport The report of the quoting enclave.
    /// @param qeSignature The signature (r, s) of the report by the key of the platform.
    /// @param authenticationData The data that the quoting enclave hashed together with the attestation key.
    function registerAttestationKey(
        PckName calldata name,
        PublicKey calldata pckKey,
        bytes16 components,
        Tee tee,
        PublicKey calldata key,
        bytes calldata qeReport,
        bytes32[2] calldata qeSignature,
        bytes calldata authenticationData
    ) external;

    /// @notice Revokes the certificate of a platform, registered or not, for ever. Owner only.
    function revokePlatform(PckName calldata name) external;

    /// @notice Revokes a CA, registered or not, for ever. Owner only.
    function revokeAuthority(AuthorityId authority) external;

    /// @notice Sets the least security versions of a platform model. Owner only.
    function setTcbMinimum(bytes6 fmspc, TcbMinimum calldata minimum) external;

    /// @notice Sets whether platforms of models without a minimum are refused. Owner only.
    function setOtherPlatforms(bool areRefused) external;

    /// @notice Sets the least security version of the quoting enclaves of a TEE. Owner only.
    function setMinimumQeSvn(Tee tee, uint16 svn) external;

    /// @notice Returns the root key, in which every chain must end.
    function rootKey() external view returns (PublicKey memory);

    /// @notice Returns whether the root is not Intel's. The platforms are then simulated and prove nothing about
    /// hardware.
    function isSimulated() external view returns (bool);

    /// @notice Returns the platform with this name, or zeros.
    function platform(PckName calldata name) external view returns (Platform memory);

    /// @notice Returns the CA with this id, or zeros.
    function authority(AuthorityId id) external view returns (Authority memory);

    /// @notice Returns the attestation key that is registered for a platform, or zeros.
    function attestationKey(
        PckName calldata name,
        Tee tee,
        PublicKey calldata key
    ) external view returns (AttestationKey memory);

    /// @notice Returns the least security versions of a platform model, and whether they are set.
    function tcbMinimum(bytes6 fmspc) external view returns (bool isSet, TcbMinimum memory minimum);

    /// @notice Returns whether platforms of models without a minimum are refused.
    function areOtherPlatformsRefused() external view returns (bool);

    /// @notice Returns the least security version of the quoting enclaves of a TEE.
    function minimumQeSvn(Tee tee) external view returns (uint256);

    /// @notice Reverts unless the attestation key is registered for a platform that is valid, not revoked, and reaches
    /// the least security versions.
    /// @param teeTcbSvn The security versions of the TDX module in the quote; zeros for SGX.
    function checkAttestationKey(
        PckName calldata name,
        Tee tee,
        PublicKey calldata key,
        bytes16 teeTcbSvn
    ) external view;

    /// @notice Reverts if the certificate of the platform or its CA is revoked.
    function checkNotRevoked(PckName calldata name) external view;

    /// @notice Reverts unless a platform with these facts reaches the least security versions.
    function checkTcb(PckFacts calldata facts, Tee tee, uint16 qeSvn, bytes16 teeTcbSvn) external view;
}
