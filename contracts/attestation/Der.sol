// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {CertificateRole} from "../types/Attestation.sol";
import {Memory} from "./Memory.sol";

using Der for DerReader global;

/// @dev Where a reader of DER is, where what it reads ends and began, all in memory, and which certificate that is.
struct DerReader {
    uint256 place;
    uint256 end;
    uint256 base;
    CertificateRole role;
}

/// @title Der
/// @dev Reads DER values one after the other, in the one encoding that each of them has. No value is longer than 65535
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

    /// @dev A reader of `length` bytes from `place` on.
    function reader(uint256 place, uint256 length, CertificateRole role) internal pure returns (DerReader memory self) {
        (self.place, self.base, self.role) = (place, place, role);
        unchecked {
            // Safe: both are in memory.
            self.end = place + length;
        }
    }

    /// @dev Refuses what is at the reader's place.
    function refuse(DerReader memory self) internal pure {
        unchecked {
            // Safe: a reader begins at its base.
            revert IAttestation.MalformedDer(self.role, self.place - self.base);
        }
    }

    /// @dev Refuses what is at the reader's place unless `condition` holds.
    function demand(DerReader memory self, bool condition) internal pure {
        if (!condition) refuse(self);
    }

    /// @dev Goes past the next value, which must have that tag, and says where its contents are and how long.
    function value(DerReader memory self, uint256 tag) internal pure returns (uint256 content, uint256 length) {
        uint256 place = self.place;
        uint256 head = uint256(Memory.word(place));
        uint256 next;
        bool isFine;
        // Safe: nothing is written. What was read past the end is refused, since the value then ends past it too.
        assembly ("memory-safe") {
            isFine := eq(byte(0, head), tag)
            length := byte(1, head)
            content := add(place, 2)
            // One byte up to 127, else 81 and one byte, or 82 and two, and never more than it takes.
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
        if (!isFine || next > self.end) refuse(self);
        self.place = next;
    }

    /// @dev Goes past the next value, which must have that tag, and says where it is, tag and length included.
    function encoded(DerReader memory self, uint256 tag) internal pure returns (uint256 place, uint256 length) {
        place = self.place;
        value(self, tag);
        unchecked {
            // Safe: it only goes forward.
            length = self.place - place;
        }
    }

    /// @dev Goes into the next value, which must have that tag. Pass what it answers to {exit}.
    function enter(DerReader memory self, uint256 tag) internal pure returns (uint256 outer) {
        (uint256 content, ) = value(self, tag);
        // Safe: moves the reader only, from behind the value to before its contents, which end where it was.
        assembly ("memory-safe") {
            let end := add(self, 0x20)
            outer := mload(end)
            mstore(end, mload(self))
            mstore(self, content)
        }
    }

    /// @dev Goes out of a value, of which nothing may be left over.
    function exit(DerReader memory self, uint256 outer) internal pure {
        bool isFine;
        // Safe: moves the end of the reader only.
        assembly ("memory-safe") {
            let end := add(self, 0x20)
            isFine := eq(mload(self), mload(end))
            mstore(end, outer)
        }
        if (!isFine) refuse(self);
    }

    /// @dev Whether nothing is left.
    function isAtEnd(DerReader memory self) internal pure returns (bool) {
        return self.place == self.end;
    }

    /// @dev Whether the next value has that tag.
    function isNext(DerReader memory self, uint256 tag) internal pure returns (bool) {
        return self.place < self.end && Memory.byteAt(self.place) == tag;
    }

    /// @dev Goes past the next `length` bytes, which must be the first ones of `expected`, and past `more` bytes, and
    /// says where these are. A value with contents of known length has one encoding, which can be compared as a whole.
    function constantOf(
        DerReader memory self,
        bytes32 expected,
        uint256 length,
        uint256 more
    ) internal pure returns (uint256 place) {
        bool isFine;
        // Safe: moves the reader only, and not past its end. `length` is from 1 to 32, `more` is small.
        assembly ("memory-safe") {
            place := mload(self)
            isFine := iszero(shr(sub(0x100, shl(3, length)), xor(mload(place), expected)))
            place := add(place, length)
            let next := add(place, more)
            isFine := and(isFine, iszero(gt(next, mload(add(self, 0x20)))))
            mstore(self, next)
        }
        if (!isFine) refuse(self);
    }

    /// @dev Goes past a whole number that is not negative, and says where its digits are, without a zero before them.
    function natural(DerReader memory self, uint256 tag) internal pure returns (uint256 place, uint256 length) {
        (place, length) = value(self, tag);
        uint256 first = Memory.byteAt(place);
        demand(self, length != 0 && first < 0x80);
        if (first == 0 && length != 1) {
            unchecked {
                // Safe: it has more than one digit.
                (place, length) = (place + 1, length - 1);
            }
            demand(self, Memory.byteAt(place) > 0x7f);
        }
    }

    /// @dev A whole number of at most `bytes_` bytes, which are at most 32.
    function number(DerReader memory self, uint256 tag, uint256 bytes_) internal pure returns (uint256) {
        (uint256 place, uint256 length) = natural(self, tag);
        demand(self, length <= bytes_);
        unchecked {
            // Safe: a number has from 1 to 32 digits.
            return uint256(Memory.word(place)) >> (256 - 8 * length);
        }
    }

    /// @dev Goes past an object identifier: numbers, each a run of bytes of which all but the last have their first bit
    /// set, without zeros before its digits.
    function oid(DerReader memory self) internal pure {
        (uint256 place, uint256 length) = value(self, OID);
        bool begins = true;
        unchecked {
            // Safe: places in memory.
            for (uint256 end = place + length; place < end; ++place) {
                uint256 digit = Memory.byteAt(place);
                demand(self, !begins || digit != 0x80);
                begins = digit < 0x80;
            }
        }
        demand(self, begins && length != 0);
    }

    /// @dev A truth value.
    function boolean(DerReader memory self) internal pure returns (bool) {
        (uint256 place, uint256 length) = value(self, BOOLEAN);
        uint256 content = Memory.byteAt(place);
        demand(self, length == 1 && (content == 0 || content == 0xff));
        return content == 0xff;
    }

    /// @dev A truth value that is only written down where it is true.
    function flag(DerReader memory self) internal pure returns (bool) {
        if (!isNext(self, BOOLEAN)) return false;
        demand(self, boolean(self));
        return true;
    }

    /// @dev The first `length` bytes of the next value, which must have that tag and exactly those.
    function octets(DerReader memory self, uint256 tag, uint256 length) internal pure returns (bytes32) {
        (uint256 place, uint256 actual) = value(self, tag);
        demand(self, actual == length);
        unchecked {
            // Safe: nobody asks for none, or for more than 32.
            return (Memory.word(place) >> (256 - 8 * length)) << (256 - 8 * length);
        }
    }
}
