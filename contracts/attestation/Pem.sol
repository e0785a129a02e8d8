// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAttestation} from "../interfaces/IAttestation.sol";
import {Memory} from "./Memory.sol";

/// @dev A reader of PEM: its position, and the end and the start of the input in memory.
struct PemReader {
    uint256 place;
    uint256 end;
    uint256 base;
}

/// @title Pem
/// @dev Reader of certificates in PEM, in one form only: lines of 64 characters (76 in older certificates of the
/// Processor CA), and nothing around them. Decodes 32 characters at a time, in one word.
library Pem {
    bytes32 private constant BEGIN = "-----BEGIN CERTIFICATE-----\n";
    uint256 private constant BEGIN_LENGTH = 28;
    bytes32 private constant END = "-----END CERTIFICATE-----";
    uint256 private constant END_LENGTH = 25;
    uint256 private constant NEWLINE = 0x0a;
    uint256 private constant DASH = 0x2d;

    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant LETTERS_A = 0x4141414141414141414141414141414141414141414141414141414141414141;

    /// @dev Returns a reader of the `length` bytes at `place`.
    function over(uint256 place, uint256 length) internal pure returns (PemReader memory self) {
        (self.place, self.base) = (place, place);
        unchecked {
            // Safe: both are memory positions.
            self.end = place + length;
        }
    }

    /// @dev Decodes the next certificate, and returns the position and length of its DER. Only the last one may omit
    /// the end of its last line.
    function next(PemReader memory self, bool isLast) internal pure returns (uint256 der, uint256 length) {
        _skip(self, BEGIN, BEGIN_LENGTH);
        (der, length) = _readBody(self);
        _skip(self, END, END_LENGTH);
        if (self.place < self.end && Memory.byteAt(self.place) == NEWLINE) ++self.place;
        else _check(self, isLast);
    }

    /// @dev Skips the last certificate and returns true if its text, without the end of the last line, is the known
    /// `text`.
    function skipKnown(PemReader memory self, bytes32 text, uint256 length) internal pure returns (bool isKnown) {
        uint256 place = self.place;
        unchecked {
            // Safe: both are memory positions.
            isKnown = place + length <= self.end && Memory.keccak(place, length) == text;
            if (!isKnown) return false;
            self.place = place + length;
        }
        if (self.place < self.end && Memory.byteAt(self.place) == NEWLINE) ++self.place;
    }

    /// @dev Reverts unless the reader is at its end; one NUL may follow, since some platforms return the chain as a C
    /// string.
    function finish(PemReader memory self) internal pure {
        if (self.place < self.end && Memory.byteAt(self.place) == 0) ++self.place;
        _check(self, self.place == self.end);
    }

    /// @dev Decodes up to the next dash, into memory that it allocates first; it frees the rest.
    function _readBody(PemReader memory self) private pure returns (uint256 der, uint256 length) {
        (uint256 place, uint256 end) = (self.place, self.end);
        uint256 width = _byteAt(place + 64, end) == NEWLINE ? 64 : 76;
        _check(self, _byteAt(place + width, end) == NEWLINE);
        // Safe: no certificate is longer than its text, and decoding a line writes at most one word past it.
        assembly ("memory-safe") {
            der := mload(0x40)
            mstore(0x40, add(der, and(add(sub(end, place), 0x5f), not(0x1f))))
        }
        uint256 to = der;
        uint256 flaws;
        unchecked {
            // Safe: all are memory positions.
            while (place + width + 1 < end) {
                uint256 next_ = uint256(Memory.word(place + width));
                if (next_ >> 248 != NEWLINE || (next_ >> 240) & 0xff == DASH) break;
                flaws |= _decode(uint256(Memory.word(place)), to) | _decode(uint256(Memory.word(place + 32)), to + 24);
                if (width == 76) {
                    flaws |= _decode(_padded(place + 64, 12), to + 48);
                    to += 9;
                }
                to += 48;
                place += width + 1;
            }
        }
        (self.place, length) = (place, to - der);
        _check(self, flaws == 0);
        length += _decodeLastLine(self, to, width);
        // Safe: no other memory was allocated since.
        assembly ("memory-safe") {
            mstore(0x40, and(add(add(der, length), 0x3f), not(0x1f)))
        }
    }

    /// @dev Returns the byte at `place`, or zero past the end.
    function _byteAt(uint256 place, uint256 end) private pure returns (uint256) {
        return place < end ? Memory.byteAt(place) : 0;
    }

    /// @dev Decodes the last line, whose last four characters may encode fewer than three bytes, and returns the number
    /// of bytes.
    function _decodeLastLine(PemReader memory self, uint256 to, uint256 width) private pure returns (uint256 bytes_) {
        (uint256 place, uint256 end) = (self.place, self.end);
        unchecked {
            // Safe: all are memory positions, and lengths of at most 76.
            uint256 left = 4;
            while (left < width && _byteAt(place + left, end) != NEWLINE) left += 4;
            _check(self, _byteAt(place + left, end) == NEWLINE);
            self.place = place + left + 1;
            uint256 spare = _spareOf(place + left);
            bytes_ = (left / 4) * 3 - spare;
            uint256 last = to + bytes_;
            uint256 flaws;
            for (; left > 32; left -= 32) {
                flaws |= _decode(uint256(Memory.word(place)), to);
                (place, to) = (place + 32, to + 24);
            }
            // Padding characters are replaced by the letter A, which encodes zeros.
            flaws |= _decode(_padded(place, left - spare), to);
            // The encoding is unique: the bits after the last byte must be zero.
            _check(self, flaws == 0 && Memory.byteAt(last) == 0);
        }
    }

    /// @dev Returns the number of padding characters (`=`) before `end`, at most two.
    function _spareOf(uint256 end) private pure returns (uint256) {
        if (Memory.byteAt(end - 1) != 0x3d) return 0;
        return Memory.byteAt(end - 2) == 0x3d ? 2 : 1;
    }

    /// @dev Returns the `length` characters at `place`, from 1 to 32, followed by letters A.
    function _padded(uint256 place, uint256 length) private pure returns (uint256) {
        unchecked {
            // Safe: there is at least one character. A shift by 256 gives zero.
            uint256 mask = type(uint256).max >> (8 * length);
            return (uint256(Memory.word(place)) & ~mask) | (LETTERS_A & mask);
        }
    }

    /// @dev Writes the 24 bytes that 32 characters encode. Returns a value other than zero if a character is not in the
    /// Base64 alphabet.
    // solhint-disable-next-line function-max-lines
    function _decode(uint256 characters, uint256 to) private pure returns (uint256 flaws) {
        // Safe: writes a word at `to`, which {_readBody} has allocated.
        assembly ("memory-safe") {
            let ones := ONES
            // For each character: bit 6, which letters have; bit 5, which all but capitals have; and whether it has
            // neither bit 6 nor bit 4, which is so for plus (0x2b) and slash (0x2f) only.
            let sixth := shr(6, characters)
            let fifth := shr(5, characters)
            let fourth := shr(4, characters)
            let letters := and(sixth, ones)
            let signs := and(not(or(sixth, fourth)), ones)
            // The rest of the character: from 1 for a letter, from 16 for a digit; and bit 7, which no valid character
            // has.
            let low := and(characters, 0x9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f)
            // An invalid character shows by bit 7; by bit 5 of the sum, where it is above 26 for a letter or 25 for
            // others; or by bit 5 of the difference, where it is zero.
            flaws := or(
                add(low, sub(0x0606060606060606060606060606060606060606060606060606060606060606, letters)),
                sub(0x2020202020202020202020202020202020202020202020202020202020202020, low)
            )
            flaws := and(flaws, 0xa0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0)
            // A valid character without bit 6 has bit 5, and bit 4 or the bits 3, 1 and 0 of plus and slash.
            let bits := and(characters, and(shr(1, characters), shr(3, characters)))
            flaws := or(flaws, and(not(or(sixth, and(fifth, or(fourth, bits)))), ones))
            // The values: capitals from 0, small letters from 26, digits from 52, then plus and slash, which differ in
            // bit 2.
            let value := add(low, 0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a)
            value := sub(add(value, mul(and(fifth, ones), 26)), mul(letters, 11))
            value := add(value, mul(3, sub(mul(5, signs), and(signs, shr(2, characters)))))
            // Joins neighboring values: 6 bits to 12, 24, 48, 96 and 192. The parts are added, because the compiler
            // splits a mask of values that are or-ed, which costs more.
            value := add(
                and(shr(2, value), 0x0fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc00fc0),
                and(value, 0x003f003f003f003f003f003f003f003f003f003f003f003f003f003f003f003f)
            )
            value := add(
                and(shr(4, value), 0x00fff00000fff00000fff00000fff00000fff00000fff00000fff00000fff000),
                and(value, 0x00000fff00000fff00000fff00000fff00000fff00000fff00000fff00000fff)
            )
            value := add(
                and(shr(8, value), 0x0000ffffff0000000000ffffff0000000000ffffff0000000000ffffff000000),
                and(value, 0x0000000000ffffff0000000000ffffff0000000000ffffff0000000000ffffff)
            )
            value := add(
                and(shr(16, value), 0x00000000ffffffffffff00000000000000000000ffffffffffff000000000000),
                and(value, 0x00000000000000000000ffffffffffff00000000000000000000ffffffffffff)
            )
            value := add(
                shl(96, and(shr(128, value), 0xffffffffffffffffffffffff)),
                and(value, 0xffffffffffffffffffffffff)
            )
            mstore(to, shl(64, value))
        }
    }

    function _skip(PemReader memory self, bytes32 marker, uint256 length) private pure {
        unchecked {
            // Safe: both are memory positions.
            uint256 after_ = self.place + length;
            _check(self, after_ <= self.end && (Memory.word(self.place) ^ marker) >> (256 - 8 * length) == 0);
            self.place = after_;
        }
    }

    function _check(PemReader memory self, bool condition) private pure {
        unchecked {
            // Safe: the position of a reader is not before its start.
            if (!condition) revert IAttestation.MalformedPem(self.place - self.base);
        }
    }
}
