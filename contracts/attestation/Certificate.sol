// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {AuthorityKey, CertificateRole, PublicKey} from "../types/Attestation.sol";
import {Der, DerReader} from "./Der.sol";
import {DerTime} from "./DerTime.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {ExtensionReader, Extensions} from "./Extensions.sol";
import {Memory} from "./Memory.sol";

/// @dev An X.509 certificate of the form that Intel issues, read but not verified. Names are stored as hashes of their
/// DER.
struct Certificate {
    CertificateRole role;
    uint160 serial;
    uint40 notBefore;
    uint40 notAfter;
    bytes32 issuerHash;
    bytes32 subjectHash;
    PublicKey key;
    Extensions extensions;
    bytes32 digest;
    Ecdsa.Signature signature;
}

/// @title CertificateReader
/// @dev Reader of certificates in DER, which reads every byte.
library CertificateReader {
    /// @dev The signature algorithm of certificates: ECDSA with SHA-256, without parameters.
    bytes32 private constant ECDSA_WITH_SHA256 = bytes32(bytes12(0x300a06082a8648ce3d040302));
    uint256 private constant ALGORITHM_LENGTH = 12;
    /// @dev Version 3, the only one with extensions.
    bytes32 private constant VERSION_3 = bytes32(bytes5(0xa003020102));
    uint256 private constant VERSION_LENGTH = 5;
    /// @dev The prefix of the 64 bytes of a point in X.509: the algorithm, the curve, and the uncompressed form.
    bytes27 private constant SPKI_PREFIX = 0x3059301306072a8648ce3d020106082a8648ce3d03010703420004;
    uint256 private constant SPKI_LENGTH = 91;
    /// @dev The algorithm, the curve and the form.
    uint256 private constant PREFIX_LENGTH = 27;

    /// @dev Reads the certificate of `length` bytes at `place`.
    function read(
        uint256 place,
        uint256 length,
        CertificateRole role
    ) internal view returns (Certificate memory result) {
        readInto(result, place, length, role);
    }

    /// @dev Reads a certificate into memory that is allocated already.
    function readInto(Certificate memory result, uint256 place, uint256 length, CertificateRole role) internal view {
        DerReader memory reader = Der.reader(place, length, role);
        result.role = role;
        uint256 file = reader.enter(Der.SEQUENCE);
        // Nothing may follow the certificate.
        reader.check(reader.end == file);

        (uint256 signedAt, uint256 signedLength) = reader.encoded(Der.SEQUENCE);
        _readAlgorithm(reader);
        _readSignature(reader, result);
        reader.exit(file);
        result.digest = Memory.sha(signedAt, signedLength);

        unchecked {
            // Safe: both are memory positions.
            (reader.place, reader.end) = (signedAt, signedAt + signedLength);
        }
        reader.enter(Der.SEQUENCE);
        _readFields(reader, result);
    }

    /// @dev Returns the key, name and key identifier by which issued certificates refer to this one.
    function authorityKey(Certificate memory self) internal pure returns (AuthorityKey memory result) {
        (result.key.x, result.key.y) = (self.key.x, self.key.y);
        (result.nameHash, result.keyId) = (self.subjectHash, self.extensions.subjectKeyId);
    }

    function _readFields(DerReader memory reader, Certificate memory result) private pure {
        reader.constantOf(VERSION_3, VERSION_LENGTH, 0);
        uint256 serial = reader.number(Der.INTEGER, 20);
        reader.check(serial != 0);
        result.serial = uint160(serial);
        _readAlgorithm(reader);
        result.issuerHash = _readName(reader);
        uint256 validity = reader.enter(Der.SEQUENCE);
        result.notBefore = DerTime.read(reader);
        result.notAfter = DerTime.read(reader);
        reader.exit(validity);
        result.subjectHash = _readName(reader);
        _readKey(reader, result);
        ExtensionReader.read(reader, result.extensions);
        reader.check(reader.isAtEnd());
    }

    function _readAlgorithm(DerReader memory reader) private pure {
        (uint256 place, uint256 length) = reader.encoded(Der.SEQUENCE);
        bool isKnown = length == ALGORITHM_LENGTH && bytes12(Memory.word(place)) == bytes12(ECDSA_WITH_SHA256);
        require(isKnown, IAttestation.UnsupportedAlgorithm(reader.role));
    }

    function _readSignature(DerReader memory reader, Certificate memory result) private pure {
        uint256 bits = reader.enter(Der.BIT_STRING);
        // The bit string of the signature has no unused bits.
        reader.constantOf(0, 1, 0);
        uint256 pair = reader.enter(Der.SEQUENCE);
        result.signature.r = bytes32(reader.number(Der.INTEGER, 32));
        result.signature.s = bytes32(reader.number(Der.INTEGER, 32));
        reader.exit(pair);
        reader.exit(bits);
        Ecdsa.checkRange(result.signature);
    }

    function _readName(DerReader memory reader) private pure returns (bytes32) {
        (uint256 place, uint256 length) = reader.encoded(Der.SEQUENCE);
        return Memory.keccak(place, length);
    }

    function _readKey(DerReader memory reader, Certificate memory result) private pure {
        (uint256 place, uint256 length) = reader.encoded(Der.SEQUENCE);
        bool isP256 = length == SPKI_LENGTH && bytes27(Memory.word(place)) == SPKI_PREFIX;
        require(isP256, IAttestation.UnsupportedAlgorithm(reader.role));
        unchecked {
            // Safe: the length of the value was checked.
            result.key.x = Memory.word(place + PREFIX_LENGTH);
            result.key.y = Memory.word(place + PREFIX_LENGTH + 32);
        }
        Ecdsa.checkPoint(result.key);
    }
}
