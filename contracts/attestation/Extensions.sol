// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Extension, PckFacts} from "../types/Attestation.sol";
import {Der, DerReader} from "./Der.sol";
import {Memory} from "./Memory.sol";
import {SgxExtension} from "./SgxExtension.sol";

/// @dev The values of the extensions of a certificate; zero where an extension is absent. The usage is the first byte
/// of the bit string.
struct Extensions {
    bool hasAuthorityKeyId;
    bool hasSubjectKeyId;
    bool hasKeyUsage;
    bool hasBasicConstraints;
    bool hasPckFacts;
    bool isCa;
    bool hasPathLength;
    bytes20 authorityKeyId;
    bytes20 subjectKeyId;
    uint256 keyUsage;
    uint256 pathLength;
    PckFacts pckFacts;
}

/// @title ExtensionReader
/// @dev Reader of certificate extensions. A known extension may occur once and must have the right criticality; an
/// unknown one must not be critical.
library ExtensionReader {
    /// @dev The DER header of a sequence with a key identifier of 20 bytes.
    bytes32 private constant AUTHORITY_KEY_ID_HEAD = bytes32(bytes4(0x30168014));
    /// @dev The DER header of an octet string of 20 bytes.
    bytes32 private constant SUBJECT_KEY_ID_HEAD = bytes32(bytes2(0x0414));

    /// @dev Reads the extensions into `result`, from a reader at their field.
    function read(DerReader memory reader, Extensions memory result) internal pure {
        uint256 outer = reader.enter(Der.CONTEXT_3);
        uint256 field = reader.enter(Der.SEQUENCE);
        uint256[6] memory found;
        while (!reader.isAtEnd()) _find(reader, found);
        reader.exit(field);
        reader.exit(outer);

        (uint256 place, uint256 end) = (reader.place, reader.end);
        if (_goTo(reader, found, Extension.AUTHORITY_KEY_ID)) {
            result.hasAuthorityKeyId = true;
            result.authorityKeyId = bytes20(Memory.word(reader.constantOf(AUTHORITY_KEY_ID_HEAD, 4, 20)));
            reader.exit(0);
        }
        if (_goTo(reader, found, Extension.SUBJECT_KEY_ID)) {
            result.hasSubjectKeyId = true;
            result.subjectKeyId = bytes20(Memory.word(reader.constantOf(SUBJECT_KEY_ID_HEAD, 2, 20)));
            reader.exit(0);
        }
        if (_goTo(reader, found, Extension.KEY_USAGE)) {
            result.hasKeyUsage = true;
            result.keyUsage = _readKeyUsage(reader);
            reader.exit(0);
        }
        if (_goTo(reader, found, Extension.BASIC_CONSTRAINTS)) {
            _readBasicConstraints(reader, result);
            reader.exit(0);
        }
        if (_goTo(reader, found, Extension.SGX)) {
            result.hasPckFacts = true;
            SgxExtension.read(reader, result.pckFacts);
            reader.exit(0);
        }
        (reader.place, reader.end) = (place, end);
    }

    function _find(DerReader memory reader, uint256[6] memory found) private pure {
        uint256 place = reader.place;
        (bool isShort, uint256 oid, uint256 length, bool critical, uint256 content, uint256 size) = _readShort(reader);
        if (!isShort) (oid, length, critical, content, size) = _readLong(reader);

        (bool isKnown, Extension extension) = _extensionOf(oid, length);
        if (!isKnown) {
            _checkOid(reader, place);
            require(!critical, IAttestation.UnknownCriticalExtension(reader.role));
            return;
        }
        uint256 index = uint256(extension);
        require(found[index] == 0, IAttestation.RepeatedExtension(reader.role, extension));
        require(
            critical == (extension == Extension.KEY_USAGE || extension == Extension.BASIC_CONSTRAINTS),
            IAttestation.WrongCriticality(reader.role, extension, critical)
        );
        found[index] = (content << 32) | size;
    }

    /// @dev Reads an extension with an OID of three bytes and of less than 128 bytes in all, as nearly all are. Returns
    /// false and does not move the reader if the extension has another form.
    function _readShort(
        DerReader memory reader
    ) private pure returns (bool isShort, uint256 oid, uint256 length, bool critical, uint256 content, uint256 size) {
        // Safe: only moves the reader, and not past its end.
        assembly ("memory-safe") {
            let place := mload(reader)
            let head := mload(place)
            let total := byte(1, head)
            let next := add(add(place, 2), total)
            oid := shl(32, head)
            length := 3
            // Tag and length of the value follow the boolean, if there is one.
            critical := eq(shr(232, shl(56, head)), 0x0101ff)
            content := add(add(place, 9), mul(critical, 3))
            size := byte(31, mload(sub(content, 32)))
            isShort := and(eq(byte(0, head), 0x30), eq(and(shr(224, head), 0xffff), 0x0603))
            isShort := and(isShort, and(lt(total, 0x80), eq(add(content, size), next)))
            isShort := and(isShort, eq(byte(30, mload(sub(content, 32))), 0x04))
            isShort := and(isShort, iszero(gt(next, mload(add(reader, 0x20)))))
            if isShort {
                mstore(reader, next)
            }
        }
    }

    function _readLong(
        DerReader memory reader
    ) private pure returns (uint256 oid, uint256 length, bool critical, uint256 content, uint256 size) {
        uint256 parts = reader.enter(Der.SEQUENCE);
        (oid, length) = reader.value(Der.OID);
        oid = uint256(Memory.word(oid));
        critical = reader.flag();
        (content, size) = reader.value(Der.OCTET_STRING);
        reader.exit(parts);
    }

    /// @dev Reverts unless the extension at `place`, which the reader has passed, begins with an object identifier.
    function _checkOid(DerReader memory reader, uint256 place) private pure {
        uint256 next = reader.place;
        reader.place = place;
        uint256 outer = reader.enter(Der.SEQUENCE);
        reader.oid();
        (reader.place, reader.end) = (next, outer);
    }

    function _extensionOf(uint256 oid, uint256 length) private pure returns (bool isKnown, Extension extension) {
        if (length == SgxExtension.ARC_LENGTH) return (oid >> 184 == SgxExtension.ARC, Extension.SGX);
        if (length != 3) return (false, extension);
        oid >>= 232;
        if (oid == 0x551d23) return (true, Extension.AUTHORITY_KEY_ID);
        if (oid == 0x551d0e) return (true, Extension.SUBJECT_KEY_ID);
        if (oid == 0x551d0f) return (true, Extension.KEY_USAGE);
        if (oid == 0x551d13) return (true, Extension.BASIC_CONSTRAINTS);
        return (oid == 0x551d1f, Extension.DISTRIBUTION_POINTS);
    }

    /// @dev Moves the reader to the contents of an extension and returns true, if it was found. `found` has the
    /// position and, in the lower bits, the length.
    function _goTo(DerReader memory reader, uint256[6] memory found, Extension extension) private pure returns (bool) {
        uint256 content = found[uint256(extension)];
        unchecked {
            // Safe: both are those of a value in memory.
            reader.place = content >> 32;
            reader.end = (content >> 32) + (content & 0xffffffff);
        }
        return content != 0;
    }

    /// @dev Reads a bit string in its shortest form: the last bit is set, and the padding is zero.
    function _readKeyUsage(DerReader memory reader) private pure returns (uint256 first) {
        (uint256 place, uint256 length) = reader.value(Der.BIT_STRING);
        reader.check(length == 2 || length == 3);
        uint256 padding = Memory.byteAt(place);
        unchecked {
            // Safe: it has two or three bytes in memory. A padding of 255 is refused whatever follows.
            first = Memory.byteAt(place + 1);
            uint256 last = Memory.byteAt(place + length - 1);
            reader.check(padding < 8 && last & ((1 << (padding + 1)) - 1) == 1 << padding);
        }
    }

    function _readBasicConstraints(DerReader memory reader, Extensions memory result) private pure {
        result.hasBasicConstraints = true;
        uint256 parts = reader.enter(Der.SEQUENCE);
        result.isCa = reader.flag();
        if (!reader.isAtEnd()) {
            result.hasPathLength = true;
            result.pathLength = reader.number(Der.INTEGER, 1);
        }
        reader.exit(parts);
    }
}
