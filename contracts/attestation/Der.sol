// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {CertificateRole} from "../types/Attestation.sol";
import {Memory} from "./Memory.sol";

using Der for DerReader global;

/// @dev A reader of DER: its position, the end and the start of the input in memory, and the role of the certificate.
struct DerReader {
    uint256 place;
    uint256 end;
    uint256 base;
    CertificateRole role;
}

/// @title Der
/// @dev Reading of DER values one after the other. Each value must be in its unique DER encoding, of at most 65,535
/// bytes.
library Der {
    uint256 internal constant BOOLEAN = 0x01;
    uint256 internal constant INTEGER = 0x02;
    uint256 internal constant BIT_STRING = 0x03;
    uint256 internal constant OCTET_STRING = 0x04;
    uint256 internal constant OID = 0x06;
    uint256 internal constant ENUMERATED = 0x0a;
    uint256 internal constant SEQUENCE = 0x30;
    uint256 internal constant CONTEXT_3 = 0xa3;

    /// @dev Returns a reader of `length` bytes at `place`.
    function reader(uint256 place, uint256 length, CertificateRole role) internal pure returns (DerReader memory self) {
        (self.place, self.base, self.role) = (place, place, role);
        unchecked {
            // Safe: both are memory positions.
            self.end = place + length;
        }
    }

    /// @dev Reverts with the position of the reader.
    function revertMalformed(DerReader memory self) internal pure {
        unchecked {
            // Safe: the position of a reader is not before its start.
            revert IAttestation.MalformedDer(self.role, self.place - self.base);
        }
    }

    /// @dev Reverts with the position of the reader unless `condition` holds.
    function check(DerReader memory self, bool condition) internal pure {
        if (!condition) revertMalformed(self);
    }

    /// @dev Skips the next value, which must have the given tag, and returns the position and length of its contents.
    function value(DerReader memory self, uint256 tag) internal pure returns (uint256 content, uint256 length) {
        uint256 place = self.place;
        uint256 head = uint256(Memory.word(place));
        uint256 next;
        bool isFine;
        // Safe: nothing is written. A read past the end is refused, since the value then ends past it too.
        assembly ("memory-safe") {
            isFine := eq(byte(0, head), tag)
            length := byte(1, head)
            content := add(place, 2)
            // The length is one byte up to 127, else 0x81 and one byte, or 0x82 and two, in the shortest form.
            if gt(length, 0x7f) {
                switch length
                case 0x81 {
                    length := byte(2, head)
                    content := add(place, 3)
                    isFine := and(isFine, gt(length, 0x7f))
                }
                case 0x82 {
                    length := or(shl(8, byte(2, head)), byte(3, head))
                    content := add(place, 4)
                    isFine := and(isFine, gt(length, 0xff))
                }
                default {
                    isFine := 0
                }
            }
            next := add(content, length)
        }
        if (!isFine || next > self.end) revertMalformed(self);
        self.place = next;
    }

    /// @dev Skips the next value, which must have the given tag, and returns its position and length, with tag and
    /// length included.
    function encoded(DerReader memory self, uint256 tag) internal pure returns (uint256 place, uint256 length) {
        place = self.place;
        value(self, tag);
        unchecked {
            // Safe: a reader only moves forward.
            length = self.place - place;
        }
    }

    /// @dev Enters the next value, which must have the given tag. Pass the result to {exit}.
    function enter(DerReader memory self, uint256 tag) internal pure returns (uint256 outer) {
        (uint256 content, ) = value(self, tag);
        // Safe: only moves the reader, from the end of the value to the start of its contents.
        assembly ("memory-safe") {
            let end := add(self, 0x20)
            outer := mload(end)
            mstore(end, mload(self))
            mstore(self, content)
        }
    }

    /// @dev Leaves a value, all of which must have been read.
    function exit(DerReader memory self, uint256 outer) internal pure {
        bool isFine;
        // Safe: only moves the end of the reader.
        assembly ("memory-safe") {
            let end := add(self, 0x20)
            isFine := eq(mload(self), mload(end))
            mstore(end, outer)
        }
        if (!isFine) revertMalformed(self);
    }

    /// @dev Returns whether the reader is at its end.
    function isAtEnd(DerReader memory self) internal pure returns (bool) {
        return self.place == self.end;
    }

    /// @dev Returns whether the next value has the given tag.
    function isNext(DerReader memory self, uint256 tag) internal pure returns (bool) {
        return self.place < self.end && Memory.byteAt(self.place) == tag;
    }

    /// @dev Skips the next `length` bytes, which must be the first ones of `expected`, and `more` bytes after them,
    /// whose position it returns. A value with contents of known length has one encoding, which can be compared as a
    /// whole.
    function constantOf(
        DerReader memory self,
        bytes32 expected,
        uint256 length,
        uint256 more
    ) internal pure returns (uint256 place) {
        bool isFine;
        // Safe: only moves the reader, and not past its end. `length` is from 1 to 32, `more` is small.
        assembly ("memory-safe") {
            place := mload(self)
            isFine := iszero(shr(sub(0x100, shl(3, length)), xor(mload(place), expected)))
            place := add(place, length)
            let next := add(place, more)
            isFine := and(isFine, iszero(gt(next, mload(add(self, 0x20)))))
            mstore(self, next)
        }
        if (!isFine) revertMalformed(self);
    }

    /// @dev Skips an integer that is not negative, and returns the position and length of its digits, without a leading
    /// zero.
    function natural(DerReader memory self, uint256 tag) internal pure returns (uint256 place, uint256 length) {
        (place, length) = value(self, tag);
        uint256 first = Memory.byteAt(place);
        check(self, length != 0 && first < 0x80);
        if (first == 0 && length != 1) {
            unchecked {
                // Safe: the integer has more than one digit.
                (place, length) = (place + 1, length - 1);
            }
            check(self, Memory.byteAt(place) > 0x7f);
        }
    }

    /// @dev Reads an integer of at most `bytes_` bytes, which are at most 32.
    function number(DerReader memory self, uint256 tag, uint256 bytes_) internal pure returns (uint256) {
        (uint256 place, uint256 length) = natural(self, tag);
        check(self, length <= bytes_);
        unchecked {
            // Safe: an integer has from 1 to 32 digits.
            return uint256(Memory.word(place)) >> (256 - 8 * length);
        }
    }

    /// @dev Skips an object identifier: numbers, each a sequence of bytes of which all but the last have their first
    /// bit set, without leading zeros.
    function oid(DerReader memory self) internal pure {
        (uint256 place, uint256 length) = value(self, OID);
        bool begins = true;
        unchecked {
            // Safe: the values are memory positions.
            for (uint256 end = place + length; place < end; ++place) {
                uint256 digit = Memory.byteAt(place);
                check(self, !begins || digit != 0x80);
                begins = digit < 0x80;
            }
        }
        check(self, begins && length != 0);
    }

    /// @dev Reads a boolean.
    function boolean(DerReader memory self) internal pure returns (bool) {
        (uint256 place, uint256 length) = value(self, BOOLEAN);
        uint256 content = Memory.byteAt(place);
        check(self, length == 1 && (content == 0 || content == 0xff));
        return content == 0xff;
    }

    /// @dev Reads a boolean that is encoded only where it is true.
    function flag(DerReader memory self) internal pure returns (bool) {
        if (!isNext(self, BOOLEAN)) return false;
        check(self, boolean(self));
        return true;
    }

    /// @dev Reads the contents of the next value, which must have the given tag and exactly `length` bytes.
    function octets(DerReader memory self, uint256 tag, uint256 length) internal pure returns (bytes32) {
        (uint256 place, uint256 actual) = value(self, tag);
        check(self, actual == length);
        unchecked {
            // Safe: `length` is from 1 to 32.
            return (Memory.word(place) >> (256 - 8 * length)) << (256 - 8 * length);
        }
    }
}
