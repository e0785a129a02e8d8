// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice The id of a CA that certifies platforms: keccak256 of the ABI encoding of its {AuthorityKey}.
type AuthorityId is bytes32;

/// @notice The kind of trusted execution environment that a quote is about.
/// @custom:value0 SGX An enclave, which is part of a process.
/// @custom:value1 TDX A trust domain, which is a virtual machine.
enum Tee {
    SGX,
    TDX
}

/// @notice The certificate that an error refers to.
/// @custom:value0 PCK The certificate of a platform's key.
/// @custom:value1 INTERMEDIATE The certificate of the CA that issued the PCK certificate.
/// @custom:value2 ROOT The certificate of the root of trust.
enum CertificateRole {
    PCK,
    INTERMEDIATE,
    ROOT
}

/// @notice The report that an error refers to.
/// @custom:value0 ENCLAVE The report of the enclave that a quote is about.
/// @custom:value1 TRUST_DOMAIN The report of the trust domain that a quote is about.
/// @custom:value2 QUOTING_ENCLAVE The report of the enclave that created the attestation key.
enum Report {
    ENCLAVE,
    TRUST_DOMAIN,
    QUOTING_ENCLAVE
}

/// @notice The certificate extensions that are read.
enum Extension {
    AUTHORITY_KEY_ID,
    SUBJECT_KEY_ID,
    KEY_USAGE,
    BASIC_CONSTRAINTS,
    DISTRIBUTION_POINTS,
    SGX
}

/// @notice A public key, a point of the curve P-256.
struct PublicKey {
    bytes32 x;
    bytes32 y;
}

/// @notice A CA as the certificates that it issues refer to it: the key, the keccak256 hash of the name in DER, and the
/// identifier of the key.
struct AuthorityKey {
    PublicKey key;
    bytes32 nameHash;
    bytes20 keyId;
}

/// @notice The name of a PCK certificate: its issuer and the serial number that the issuer gave it.
struct PckName {
    AuthorityId authority;
    uint160 serial;
}

/// @notice The facts of a platform in its PCK certificate: the model, the security versions of 16 components and that
/// of the provisioning certification enclave.
struct PckFacts {
    bytes6 fmspc;
    bytes16 components;
    uint16 pceSvn;
}

/// @notice The least security versions of a platform model: of the 16 components in its PCK certificate, of the
/// provisioning certification enclave, and of the 16 bytes of the TEE TCB SVN of a trust domain.
struct TcbMinimum {
    bytes16 components;
    uint16 pceSvn;
    bytes16 tdxComponents;
}

/// @notice A registered platform. Times are in unix seconds.
/// @param commitment The first 144 bits of keccak256 of the ABI encoding of the key and of the 16 security versions as
/// bytes16. That is enough, since nobody chooses a key that is certified.
struct Platform {
    // slot 0: 18 + 6 + 2 + 5 + 1
    bytes18 commitment;
    bytes6 fmspc;
    uint16 pceSvn;
    uint40 notAfter;
    bool isRevoked;
}

/// @notice A registered CA. Times are in unix seconds.
struct Authority {
    uint40 notAfter;
    bool isRevoked;
}

/// @notice A registered attestation key: the least security version of the quoting enclaves that vouched for it, and
/// the security versions of the platform's components.
struct AttestationKey {
    // slot 0: 1 + 2 + 16
    bool isRegistered;
    uint16 qeSvn;
    bytes16 components;
}

/// @notice The facts that a verified quote proves. The measurement is MRENCLAVE for an enclave, and MRTD followed by
/// RTMR0 to RTMR3 for a trust domain. Times are in unix seconds.
struct Evidence {
    uint16 version;
    Tee tee;
    bool isDebug;
    bytes measurement;
    bytes reportData;
    PckName platform;
    PckFacts facts;
    uint40 notAfter;
}

/// @dev Returns the id of a CA.
function idOf(AuthorityKey memory authority) pure returns (AuthorityId) {
    return AuthorityId.wrap(keccak256(abi.encode(authority)));
}

/// @dev Returns the commitment to a platform's key and the security versions of its components, which is stored in
/// their place.
function commitmentTo(PublicKey memory key, bytes16 components) pure returns (bytes18) {
    return bytes18(keccak256(abi.encode(key, components)));
}

/// @dev Returns the key of a platform's record.
function recordOf(PckName memory name) pure returns (bytes32) {
    return keccak256(abi.encode(name));
}

/// @dev Returns the key of an attestation key's record. It includes the PCK certificate, because a machine keeps its
/// attestation key when it is updated and gets another PCK certificate.
function recordOf(PckName memory name, Tee tee, PublicKey memory key) pure returns (bytes32) {
    return keccak256(abi.encode(name, tee, key));
}

using {idOf} for AuthorityKey global;
