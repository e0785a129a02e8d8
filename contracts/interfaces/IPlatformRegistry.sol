// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

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
/// @notice Which platforms are genuine, by certificates under one root key that never changes. Anyone registers; the
/// owner revokes, and says what is too old.
/// @custom:meaning-of OwnableInvalidOwner The registry must have an owner.
/// @custom:fix-of OwnableInvalidOwner Pass an address that is not zero.
/// @custom:fix-of OwnableUnauthorizedAccount Ask the registry's owner.
interface IPlatformRegistry {
    /// @notice Emitted when a CA was registered, or registered again with a certificate that is valid for longer.
    event AuthorityRegistered(AuthorityId indexed authority, AuthorityKey key, uint256 notAfter);

    /// @notice Emitted when a platform at one level of updates was registered.
    event PlatformRegistered(AuthorityId indexed authority, uint160 indexed serial, PublicKey key, PckFacts facts);

    /// @notice Emitted when an attestation key was registered for a platform at one level of updates.
    event AttestationKeyRegistered(
        AuthorityId indexed authority,
        uint160 indexed serial,
        Tee tee,
        PublicKey key,
        uint256 qeSvn
    );

    /// @notice Emitted when the owner revoked a platform's certificate.
    event PlatformRevoked(AuthorityId indexed authority, uint160 indexed serial);

    /// @notice Emitted when the owner revoked a CA, and with it all platforms that it certified.
    event AuthorityRevoked(AuthorityId indexed authority);

    /// @notice Emitted when the owner set the least security versions of a platform model.
    event TcbMinimumSet(bytes6 indexed fmspc, TcbMinimum minimum);

    /// @notice Emitted when the owner said whether platforms will do of models without a minimum.
    event OtherPlatformsSet(bool areRefused);

    /// @notice Emitted when the owner set the least security version of quoting enclaves.
    event MinimumQeSvnSet(Tee indexed tee, uint256 svn);

    /// @notice This is registered already.
    /// @custom:fix Nothing is left to do.
    error AlreadyRegistered(bytes32 record);

    /// @notice No CA is registered under this name.
    /// @custom:fix Register the platform together with the certificate of its CA.
    error UnknownAuthority(AuthorityId authority);

    /// @notice No platform is registered under this name.
    /// @custom:fix Register the platform.
    error UnknownPlatform(AuthorityId authority, uint160 serial);

    /// @notice These are not the key and the security versions of the platform's certificate.
    /// @custom:fix Pass those in the certificate of that name.
    error WrongPckKey(AuthorityId authority, uint160 serial);

    /// @notice No such attestation key is registered for this platform at this level of updates.
    /// @custom:fix Register the attestation key for that PCK certificate.
    error UnknownAttestationKey(AuthorityId authority, uint160 serial, Tee tee, bytes32 keyX);

    /// @notice Registers a platform and, if it is new, the CA that certified it.
    /// @param pck The certificate of the platform's key, in DER.
    /// @param intermediate The certificate of its CA, in DER, issued by the root.
    function registerChain(bytes calldata pck, bytes calldata intermediate) external returns (PckName memory name);

    /// @notice Registers a platform whose CA is known.
    /// @param pck The certificate of the platform's key, in DER.
    function registerPlatform(
        bytes calldata pck,
        AuthorityKey calldata authority
    ) external returns (PckName memory name);

    /// @notice Registers an attestation key that the quoting enclave of a registered platform vouches for. Once more
    /// where the same key was seen with an older quoting enclave: the oldest counts.
    /// @param pckKey The key in the platform's certificate.
    /// @param components The 16 security versions in the platform's certificate.
    /// @param qeReport The report of the quoting enclave.
    /// @param qeSignature Its signature (r, s) by the platform's key.
    /// @param authenticationData What the quoting enclave hashed together with the attestation key.
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

    /// @notice Revokes the certificate of a platform, registered or not, for good. For the owner.
    function revokePlatform(PckName calldata name) external;

    /// @notice Revokes a CA, registered or not, for good. For the owner.
    function revokeAuthority(AuthorityId authority) external;

    /// @notice Sets the least security versions of a platform model. For the owner.
    function setTcbMinimum(bytes6 fmspc, TcbMinimum calldata minimum) external;

    /// @notice Says whether platforms are refused of models without a minimum. For the owner.
    function setOtherPlatforms(bool areRefused) external;

    /// @notice Sets the least security version of the quoting enclaves of a TEE. For the owner.
    function setMinimumQeSvn(Tee tee, uint16 svn) external;

    /// @notice The key that every chain must end in.
    function rootKey() external view returns (PublicKey memory);

    /// @notice Whether the root is not Intel's: what is registered here is simulated, and proves nothing about
    /// hardware.
    function isSimulated() external view returns (bool);

    /// @notice The platform of that name, or zeros.
    function platform(PckName calldata name) external view returns (Platform memory);

    /// @notice The CA of that name, or zeros.
    function authority(AuthorityId id) external view returns (Authority memory);

    /// @notice The attestation key as it was registered for a platform, or zeros.
    function attestationKey(
        PckName calldata name,
        Tee tee,
        PublicKey calldata key
    ) external view returns (AttestationKey memory);

    /// @notice The least security versions of a platform model, and whether there are any.
    function tcbMinimum(bytes6 fmspc) external view returns (bool isSet, TcbMinimum memory minimum);

    /// @notice Whether platforms are refused of models without a minimum.
    function areOtherPlatformsRefused() external view returns (bool);

    /// @notice The least security version of the quoting enclaves of a TEE.
    function minimumQeSvn(Tee tee) external view returns (uint256);

    /// @notice Reverts unless the attestation key is registered for a platform that is valid, not revoked and new
    /// enough.
    /// @param teeTcbSvn The security versions of the TDX module as the quote says them; zeros for SGX.
    function checkAttestationKey(
        PckName calldata name,
        Tee tee,
        PublicKey calldata key,
        bytes16 teeTcbSvn
    ) external view;

    /// @notice Reverts if the platform's certificate or its CA was revoked.
    function checkNotRevoked(PckName calldata name) external view;

    /// @notice Reverts unless a platform with these facts is new enough.
    function checkTcb(PckFacts calldata facts, Tee tee, uint16 qeSvn, bytes16 teeTcbSvn) external view;
}
