// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {PublicKey, Report, Tee} from "../types/Attestation.sol";
import {Cursor} from "./Cursor.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {Memory} from "./Memory.sol";
import {Reports} from "./Reports.sol";

/// @dev The signed part of a quote, its header and body: `length` bytes at `place`. The report of the enclave or the
/// trust domain is at `report`.
struct Statement {
    uint256 version;
    Tee tee;
    uint256 place;
    uint256 length;
    uint256 report;
}

/// @dev The evidence of a quote: signatures, and the certificate chain that they depend on. `qeReport`,
/// `authenticationData` and `pem` are memory positions.
struct SignatureData {
    Ecdsa.Signature signature;
    PublicKey key;
    uint256 qeReport;
    Ecdsa.Signature qeSignature;
    uint256 authenticationData;
    uint256 authenticationLength;
    uint256 pem;
    uint256 pemLength;
}

/// @title Quote
/// @dev Reader of quotes. It reads every field; only zeros may follow the end. It verifies nothing.
library Quote {
    uint256 private constant KEY_TYPE_P256 = 2;
    uint256 private constant TEE_SGX = 0;
    uint256 private constant TEE_TDX = 0x81;
    bytes16 private constant VENDOR_INTEL = 0x939a7233f79c4ca9940a0db3957f0607;
    uint256 private constant TD_10 = 2;
    uint256 private constant TD_15 = 3;
    uint256 private constant PCK_CHAIN = 5;
    uint256 private constant QE_REPORT = 6;

    /// @dev Reads the header and the body.
    function readStatement(Cursor memory cursor) internal pure returns (Statement memory result) {
        result.place = cursor.place;
        _readHeader(cursor, result);
        result.report = _readBody(cursor, result.version);
        unchecked {
            // Safe: a reader only moves forward.
            result.length = cursor.place - result.place;
        }
    }

    /// @dev Reads the part after the body, up to the end of the quote.
    function readSignatureData(
        Cursor memory cursor,
        uint256 version
    ) internal pure returns (SignatureData memory result) {
        uint256 length = cursor.uint32_();
        uint256 end = cursor.end;
        uint256 place = cursor.take(length);
        unchecked {
            // Safe here and below: {CursorLib-take} has checked that all these positions are before the end.
            (cursor.place, cursor.end) = (place, place + length);
        }

        _readSignature(cursor, result.signature);
        place = cursor.take(64);
        unchecked {
            (result.key.x, result.key.y) = (Memory.word(place), Memory.word(place + 32));
        }
        if (version != 3) _readRecord(cursor, QE_REPORT);
        result.qeReport = Reports.readSgx(cursor, Report.QUOTING_ENCLAVE);
        _readSignature(cursor, result.qeSignature);
        result.authenticationLength = cursor.uint16_();
        result.authenticationData = cursor.take(result.authenticationLength);
        _readRecord(cursor, PCK_CHAIN);

        place = cursor.end;
        unchecked {
            (result.pem, result.pemLength) = (cursor.place, place - cursor.place);
            require(Memory.isZero(place, end - place), IAttestation.NonZeroPadding(place - cursor.base));
        }
    }

    function _readSignature(Cursor memory cursor, Ecdsa.Signature memory signature) private pure {
        uint256 place = cursor.take(64);
        unchecked {
            // Safe: it is a memory position.
            (signature.r, signature.s) = (Memory.word(place), Memory.word(place + 32));
        }
    }

    function _readHeader(Cursor memory cursor, Statement memory result) private pure {
        uint256 version = cursor.uint16_();
        require(version >= 3 && version <= 5, IAttestation.UnsupportedVersion(version));
        uint256 keyType = cursor.uint16_();
        require(keyType == KEY_TYPE_P256, IAttestation.UnsupportedKeyType(keyType));
        uint256 tee = cursor.uint32_();
        require(tee == (version == 3 ? TEE_SGX : TEE_TDX), IAttestation.UnsupportedTee(version, tee));
        // Skips the security versions of two enclaves, which only version 3 has.
        if (version == 3) cursor.take(4);
        else cursor.zeros(4);
        bytes16 vendor = bytes16(Memory.word(cursor.take(16)));
        require(vendor == VENDOR_INTEL, IAttestation.UnknownVendor(vendor));
        cursor.take(20);
        (result.version, result.tee) = (version, version == 3 ? Tee.SGX : Tee.TDX);
    }

    function _readBody(Cursor memory cursor, uint256 version) private pure returns (uint256 report) {
        if (version == 3) return Reports.readSgx(cursor, Report.ENCLAVE);
        if (version == 4) return Reports.readTd(cursor, Reports.TD_10_LENGTH);
        uint256 bodyType = cursor.uint16_();
        require(bodyType == TD_10 || bodyType == TD_15, IAttestation.UnsupportedBodyType(bodyType));
        uint256 length = bodyType == TD_10 ? Reports.TD_10_LENGTH : Reports.TD_15_LENGTH;
        cursor.lengthOf(length);
        return Reports.readTd(cursor, length);
    }

    /// @dev Reads the type and the length of a record that extends to the end.
    function _readRecord(Cursor memory cursor, uint256 expected) private pure {
        uint256 actual = cursor.uint16_();
        require(actual == expected, IAttestation.UnsupportedCertification(expected, actual));
        // The four bytes of the length itself do not count; if they are missing, {Truncated} is the error.
        unchecked {
            // Safe: a reader is never past its end.
            uint256 left = cursor.end - cursor.place;
            cursor.lengthOf(left < 4 ? 0 : left - 4);
        }
    }
}
