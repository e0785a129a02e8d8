// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Memory} from "./Memory.sol";

/// @dev Where a reader of PEM is, where it ends and began, in memory.
struct PemReader {
    uint256 place;
    uint256 end;
    uint256 base;
}

/// @title Pem
/// @dev Reads certificates in PEM, in the one way to write them: lines of 64 characters (older certificates of the
/// Processor CA: 76), nothing around them. Decodes 32 characters at a time, all in one word.
library Pem {
    bytes32 private constant BEGIN = "-----BEGIN CERTIFICATE-----\n";
    uint256 private constant BEGIN_LENGTH = 28;
    bytes32 private constant END = "-----END CERTIFICATE-----";
    uint256 private constant END_LENGTH = 25;
    uint256 private constant NEWLINE = 0x0a;
    uint256 private constant DASH = 0x2d;

    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @dev The next certificate in DER: where it is in memory, and how long. Only the last may do without the end of its
    /// last line.
    function next(PemReader memory self, bool isLast) internal pure returns (uint256 der, uint256 length) {
        _skip(self, BEGIN, BEGIN_LENGTH);
        (der, length) = _readBody(self);
        _skip(self, END, END_LENGTH);
        if (self.place < self.end && Memory.byteAt(self.place) == NEWLINE) ++self.place;
        else _demand(self, isLast);
    }

    /// @dev Refuses what is left over, but for one NUL, since some platforms hand out the chain as a C string.
    function finish(PemReader memory self) internal pure {
        if (self.place < self.end && Memory.byteAt(self.place) == 0) ++self.place;
        _demand(self, self.place == self.end);
    }

    function _readBody(PemReader memory self) private pure returns (uint256 der, uint256 length) {
        // What is left is longer in PEM than in DER. A word more, since the last piece is written as a whole one.
        assembly ("memory-safe") {
            der := mload(0x40)
        }
        uint256 to = der;
        uint256 width = _byteOf(self, 64) == NEWLINE ? 64 : 76;
        _demand(self, _byteOf(self, width) == NEWLINE);
        while (_byteOf(self, width) == NEWLINE && _byteOf(self, width + 1) != DASH) {
            to = _decodeLine(self, to, width);
        }
        to = _decodeLastLine(self, to, width);
        length = to - der;
        assembly ("memory-safe") {
            mstore(0x40, and(add(to, 0x3f), not(0x1f)))
        }
    }

    /// @dev The byte `offset` after the reader's place, or zero past the end.
    function _byteOf(PemReader memory self, uint256 offset) private pure returns (uint256) {
        uint256 place = self.place + offset;
        return place < self.end ? Memory.byteAt(place) : 0;
    }

    /// @dev Decodes a line of `width` characters, which is not the last.
    function _decodeLine(PemReader memory self, uint256 to, uint256 width) private pure returns (uint256) {
        uint256 place = self.place;
        to = _decode(self, uint256(Memory.word(place)), to, 24);
        to = _decode(self, uint256(Memory.word(place + 32)), to, 24);
        if (width == 76) to = _decode(self, _padded(place + 64, 12), to, 9);
        self.place = place + width + 1;
        return to;
    }

    /// @dev Decodes the last line, whose last four characters may stand for fewer than three bytes.
    function _decodeLastLine(PemReader memory self, uint256 to, uint256 width) private pure returns (uint256) {
        uint256 length = 0;
        while (length < width && _byteOf(self, length) != NEWLINE) ++length;
        _demand(self, length != 0 && length % 4 == 0 && _byteOf(self, length) == NEWLINE);
        uint256 place = self.place;
        uint256 left = length;
        for (; left > 32; left -= 32) {
            to = _decode(self, uint256(Memory.word(place)), to, 24);
            place += 32;
        }
        uint256 spare = _spareOf(place + left);
        // What stands for nothing is made the letter that stands for zeros.
        to = _decode(self, _padded(place, left - spare), to, (left / 4) * 3 - spare);
        // There is one way only to write these bytes: what is after them is zeros.
        _demand(self, Memory.byteAt(to) == 0);
        self.place += length + 1;
        return to;
    }

    /// @dev How many signs of equality come before `end`, at most two.
    function _spareOf(uint256 end) private pure returns (uint256) {
        if (Memory.byteAt(end - 1) != 0x3d) return 0;
        return Memory.byteAt(end - 2) == 0x3d ? 2 : 1;
    }

    /// @dev The `length` characters at `place`, at most 32, with letters A after them.
    function _padded(uint256 place, uint256 length) private pure returns (uint256) {
        uint256 mask = length == 0 ? type(uint256).max : type(uint256).max >> (8 * length);
        if (length == 32) mask = 0;
        return (uint256(Memory.word(place)) & ~mask) | ((ONES * 0x41) & mask);
    }

    /// @dev Writes the 24 bytes that 32 characters stand for, of which `length` count, and says where they end.
    function _decode(
        PemReader memory self,
        uint256 characters,
        uint256 to,
        uint256 length
    ) private pure returns (uint256) {
        bool isFine;
        // Safe: writes a word at `to`, which is above all that is in use, and {_readBody} claims it.
        assembly ("memory-safe") {
            let ones := ONES
            /// Of each character, whether it is `least` or above it; all are below 128.
            function reaches(all, least, each) -> flags {
                flags := and(shr(7, add(all, mul(each, sub(0x80, least)))), each)
            }
            let zero := reaches(characters, 0x30, ones)
            let digits := xor(zero, reaches(characters, 0x3a, ones))
            let uppers := xor(reaches(characters, 0x41, ones), reaches(characters, 0x5b, ones))
            let lowers := xor(reaches(characters, 0x61, ones), reaches(characters, 0x7b, ones))
            let pluses := xor(reaches(characters, 0x2b, ones), reaches(characters, 0x2c, ones))
            let slashes := xor(reaches(characters, 0x2f, ones), zero)
            let known := or(or(or(digits, uppers), or(lowers, pluses)), slashes)
            isFine := and(eq(known, ones), iszero(and(characters, mul(ones, 0x80))))

            let value := sub(
                add(characters, add(mul(digits, 4), add(mul(pluses, 19), mul(slashes, 16)))),
                add(mul(uppers, 65), mul(lowers, 71))
            )
            // Twice as many bits side by side each time: 6 to 12, 24, 48, 96, 192.
            value := or(
                and(shr(2, value), 0x0fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc0),
                and(value, 0x003f003f003f003f003f003f003f003f003f003f003f003f003f003f003f003f)
            )
            value := or(
                and(shr(4, value), 0x00fff00000fff00000fff00000fff00000fff00000fff00000fff00000fff000),
                and(value, 0x00000fff00000fff00000fff00000fff00000fff00000fff00000fff00000fff)
            )
            value := or(
                and(shr(8, value), 0x0000ffffff0000000000ffffff0000000000ffffff0000000000ffffff000000),
                and(value, 0x0000000000ffffff0000000000ffffff0000000000ffffff0000000000ffffff)
            )
            value := or(
                and(shr(16, value), 0x00000000ffffffffffff00000000000000000000ffffffffffff000000000000),
                and(value, 0x00000000000000000000ffffffffffff00000000000000000000ffffffffffff)
            )
            value := or(
                shl(96, and(shr(128, value), 0xffffffffffffffffffffffff)),
                and(value, 0xffffffffffffffffffffffff)
            )
            mstore(to, shl(64, value))
        }
        _demand(self, isFine);
        return to + length;
    }

    function _skip(PemReader memory self, bytes32 marker, uint256 length) private pure {
        _demand(self, self.place + length <= self.end);
        _demand(self, (Memory.word(self.place) ^ marker) >> (256 - 8 * length) == 0);
        self.place += length;
    }

    function _demand(PemReader memory self, bool condition) private pure {
        if (!condition) revert IAttestation.MalformedPem(self.place - self.base);
    }
}
