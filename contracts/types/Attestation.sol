// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice Names a CA that certifies platforms: keccak256 of the ABI encoding of its {AuthorityKey}.
type AuthorityId is bytes32;

/// @notice Which kind of hardware isolates what a quote speaks about.
/// @custom:value0 SGX An enclave, part of a process.
/// @custom:value1 TDX A trust domain, a virtual machine.
enum Tee {
    SGX,
    TDX
}

/// @notice Which certificate something is wrong with.
/// @custom:value0 PCK The certificate of a platform's key.
/// @custom:value1 INTERMEDIATE That of the CA that issued it.
/// @custom:value2 ROOT That of the root of trust.
enum CertificateRole {
    PCK,
    INTERMEDIATE,
    ROOT
}

/// @notice Whose report something is wrong with.
/// @custom:value0 ENCLAVE The enclave's that a quote is about.
/// @custom:value1 TRUST_DOMAIN The trust domain's that a quote is about.
/// @custom:value2 QUOTING_ENCLAVE That of the enclave that made the attestation key.
enum Report {
    ENCLAVE,
    TRUST_DOMAIN,
    QUOTING_ENCLAVE
}

/// @notice The extensions of certificates that matter.
enum Extension {
    AUTHORITY_KEY_ID,
    SUBJECT_KEY_ID,
    KEY_USAGE,
    BASIC_CONSTRAINTS,
    DISTRIBUTION_POINTS,
    SGX
}

/// @notice A public key: a point of the curve P-256.
struct PublicKey {
    bytes32 x;
    bytes32 y;
}

/// @notice A CA as those that it certifies refer to it: its key, the keccak256 hash of its name in DER, and the
/// identifier of its key.
struct AuthorityKey {
    PublicKey key;
    bytes32 nameHash;
    bytes20 keyId;
}

/// @notice A certificate of a platform, as X.509 names it: by who issued it, and by its serial number there.
struct PckName {
    AuthorityId authority;
    uint160 serial;
}

/// @notice What a PCK certificate says about a platform: its model, and the security versions of its 16 parts and of
/// its provisioning certification enclave.
struct PckFacts {
    bytes6 fmspc;
    bytes16 components;
    uint16 pceSvn;
}

/// @notice The least security versions that a platform model must have: of the 16 parts that its PCK certificate lists,
/// of its provisioning certification enclave, and of the 16 bytes of the TEE TCB SVN of a trust domain.
struct TcbMinimum {
    bytes16 components;
    uint16 pceSvn;
    bytes16 tdxComponents;
}

/// @notice A registered platform. Times in unix seconds.
/// @param commitment The first 144 bits of keccak256 of the ABI encoding of its key, and of the 16 security versions of
/// its parts as bytes16: enough, since nobody chooses a key that is certified.
struct Platform {
    // slot 0: 18 + 6 + 2 + 5 + 1
    bytes18 commitment;
    bytes6 fmspc;
    uint16 pceSvn;
    uint40 notAfter;
    bool isRevoked;
}

/// @notice A registered CA. Times in unix seconds.
struct Authority {
    uint40 notAfter;
    bool isRevoked;
}

/// @notice A registered attestation key: the least security version of a quoting enclave that was seen to hold it, and
/// the security versions of the platform's parts.
struct AttestationKey {
    // slot 0: 1 + 2 + 16
    bool isRegistered;
    uint16 qeSvn;
    bytes16 components;
}

/// @notice What a quote proves once it was verified. The measurement is MRENCLAVE of an enclave; of a trust domain it
/// is MRTD and then RTMR0 to RTMR3. Times in unix seconds.
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

/// @dev The name of a CA.
function idOf(AuthorityKey memory authority) pure returns (AuthorityId) {
    return AuthorityId.wrap(keccak256(abi.encode(authority)));
}

/// @dev What is kept of a platform's key and of the security versions of its parts.
function commitmentTo(PublicKey memory key, bytes16 components) pure returns (bytes18) {
    return bytes18(keccak256(abi.encode(key, components)));
}

/// @dev The key of a platform's record.
function recordOf(PckName memory name) pure returns (bytes32) {
    return keccak256(abi.encode(name));
}

/// @dev The key of an attestation key's record. A machine keeps its attestation key from one level of updates to the
/// next, so it counts for the PCK certificate that vouched for it, and for no other.
function recordOf(PckName memory name, Tee tee, PublicKey memory key) pure returns (bytes32) {
    return keccak256(abi.encode(name, tee, key));
}

using {idOf} for AuthorityKey global;
